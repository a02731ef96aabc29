import { below, oneOf, type Random } from './chance.js';

/** Lengths at which a limit, or the number of bytes of the length itself, changes. */
const lengths = [0, 1, 2, 3, 127, 128, 16_383, 16_384, 65_536, 65_537, 65_539, 2_097_151, 2_097_152, 268_435_455];

/** A length as a fixed header has it, in `least` bytes or more, of which five are too many. */
function lengthBytes(length: number, least: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = length; bytes.length < least || rest > 0; rest = Math.floor(rest / 128))
    bytes.push((rest % 128) | 0x80);
  return [...bytes.slice(0, -1), bytes.at(-1)! & 0x7f];
}

/** Where the body of a packet begins. */
const bodyOf = (packet: Buffer): number => packet.findIndex((byte, at) => at > 0 && byte < 0x80) + 1;

/** Changes of one packet. */
const packetChanges: readonly ((packet: Buffer, random: Random) => Buffer)[] = [
  // Another length, or the same one in more bytes.
  (packet, random) => {
    const body = packet.subarray(bodyOf(packet));
    const length = oneOf(random, [body.length, body.length - 1, body.length + 1, oneOf(random, lengths)]);
    return Buffer.concat([
      packet.subarray(0, 1),
      Uint8Array.from(lengthBytes(Math.max(0, length), oneOf(random, [1, 1, 2, 3, 4, 5]))),
      body,
    ]);
  },
  // Another type, or other flags.
  (packet, random) => Buffer.concat([Uint8Array.of(below(random, 256)), packet.subarray(1)]),
  // Another length of the topic.
  (packet, random) => {
    const changed = Buffer.from(packet);
    const body = bodyOf(packet);
    if (packet.length < body + 2) return changed;
    const length = packet.length - body;
    changed.writeUInt16BE(
      oneOf(random, [0, 1, length - 3, length - 2, length - 1, below(random, 65_536)]) & 0xffff,
      body,
    );
    return changed;
  },
  // A byte that no topic may have, or that is no UTF-8.
  (packet, random) => {
    const changed = Buffer.from(packet);
    const at = bodyOf(packet) + 2 + below(random, 8);
    if (at < packet.length) changed[at] = oneOf(random, [0, 0x23, 0x2b, 0xc3, 0xff, 0xed, 0xf4]);
    return changed;
  },
];

/** Changes of the list of packets. */
const listChanges: readonly ((packets: Buffer[], random: Random) => Buffer[])[] = [
  (packets, random) => {
    const at = below(random, packets.length);
    return packets.with(at, oneOf(random, packetChanges)(packets[at]!, random));
  },
  // Packets that come many times.
  (packets, random) => {
    const packet = oneOf(random, packets);
    const count = packet.length < 200 && random() < 0.02 ? 1_100 : below(random, 4);
    return packets.toSpliced(below(random, packets.length), 0, ...Array.from({ length: count }, () => packet));
  },
  (packets, random) => packets.toSpliced(below(random, packets.length), 1),
];

/** Changes of the bytes, wherever packets begin. */
const byteChanges: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  // One bit, up to three times.
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let left = 1 + below(random, 3); left > 0; left--) {
      const at = below(random, changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
    }
    return changed;
  },
  // One byte.
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    changed[below(random, bytes.length)] = oneOf(random, [0, 1, 0x7f, 0x80, 0xff, below(random, 256)]);
    return changed;
  },
  // Bytes that are left out, come twice, or were never sent.
  (bytes, random) => {
    const [from, count] = [below(random, bytes.length), 1 + below(random, 6)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + count)]);
  },
  (bytes, random) => {
    const [from, count] = [below(random, bytes.length), 1 + below(random, 60)];
    return Buffer.concat([bytes.subarray(0, from + count), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    const more = Uint8Array.from({ length: 1 + below(random, 6) }, () => below(random, 256));
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  // A cut.
  (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  // The end before the beginning.
  (bytes, random) => {
    const middle = below(random, bytes.length);
    return Buffer.concat([bytes.subarray(middle), bytes.subarray(0, middle)]);
  },
];

/** The bytes of the packets, changed in up to four ways. */
export function mutatedStream(packets: Buffer[], random: Random): Buffer {
  let list = packets;
  for (let left = below(random, 3); left > 0 && list.length > 0; left--)
    list = oneOf(random, listChanges)(list, random);
  let bytes: Buffer = Buffer.concat(list);
  for (let left = below(random, 3); left > 0; left--) bytes = oneOf(random, byteChanges)(bytes, random);
  return bytes;
}
