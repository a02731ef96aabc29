import { otherPacket, publishPacket } from '../../test/support/mqttPackets.js';
import type { Manners, Peer } from './peer.js';

/** One way in which a broker may do harm. */
export interface Mode extends Manners {
  /** The packets of the broker, as the page has it. */
  readonly name: string;
  /** Left out: over TCP and over a WebSocket. */
  readonly scheme?: 'ws';
}

const BIG = Buffer.alloc(65_536, 0x41);
const text = (value: string): Buffer => Buffer.from(value);
const publish = (topic: string, size = 1, qos: 0 | 1 | 2 = 0, id = 1): Buffer =>
  publishPacket({ topic, payload: Buffer.alloc(size, 0x31), qos, id });
const times = (count: number, make: (index: number) => Uint8Array): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => make(index)));
const same = (packet: Uint8Array, size = 65_536): Buffer => times(Math.ceil(size / packet.length), () => packet);
const word = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
/** The head of a packet of 256 MB. */
const endless = (header: number): Buffer => Buffer.of(header, 0xff, 0xff, 0xff, 0x7f);

/** Writes chunks for as long as the peer takes them, at most 250 MB. */
function flood({ socket }: Peer, write: (bytes: Uint8Array) => void, make: (index: number) => Uint8Array): void {
  let sent = 0;
  let index = 0;
  const go = (): void => {
    while (!socket.destroyed && sent < 250e6) {
      const chunk = make(index++);
      sent += chunk.length;
      write(chunk);
      if (socket.writableNeedDrain) {
        socket.once('drain', go);
        return;
      }
      if (index % 8 === 0) {
        setImmediate(go);
        return;
      }
    }
  };
  go();
}

const once =
  (...packets: readonly Uint8Array[]) =>
  (peer: Peer): void => {
    for (const packet of packets) peer.send(packet);
  };
const repeatedly =
  (make: (index: number) => Uint8Array, head?: Uint8Array) =>
  (peer: Peer): void => {
    if (head !== undefined) peer.send(head);
    flood(peer, peer.send, make);
  };
const always = (chunk: Uint8Array, head?: Uint8Array): ((peer: Peer) => void) => repeatedly(() => chunk, head);
/** As `always`, by a broker that reads nothing. */
const deaf =
  (attack: (peer: Peer) => void) =>
  (peer: Peer): void => {
    peer.socket.pause();
    attack(peer);
  };
/** Writes frames of a WebSocket past the server's own. */
const frames =
  (chunk: Uint8Array, head: Uint8Array = Buffer.alloc(0)) =>
  (peer: Peer): void => {
    peer.socket.write(head);
    flood(
      peer,
      (bytes) => peer.socket.write(bytes),
      () => chunk,
    );
  };
const frame =
  (...bytes: readonly number[]) =>
  ({ socket }: Peer): void => {
    socket.write(Uint8Array.from(bytes));
  };

/** QoS 1 packets with all packet ids, one after the other. */
const acknowledged = (index: number): Buffer =>
  times(4_000, (at) => publish('px/A', 1, 1, ((index * 4_000 + at) % 65_535) + 1));
const pubrels = (index: number): Buffer =>
  times(16_000, (at) => Buffer.of(0x62, 2, ...word(((index * 16_000 + at) % 65_535) + 1)));

const endlessBody = (header: number, rest: Uint8Array = Buffer.alloc(0)): ((peer: Peer) => void) =>
  always(BIG, Buffer.concat([endless(header), rest]));

export const modes: readonly Mode[] = [
  { name: 'a PUBLISH with QoS 0 of 256 MB', attack: endlessBody(0x30, Buffer.of(0, 4, ...text('px/A'))) },
  { name: 'a PUBLISH with QoS 1 of 256 MB', attack: endlessBody(0x32, Buffer.of(0, 4, ...text('px/A'))) },
  { name: 'PUBLISHes with QoS 1 of 16 MB', attack: always(publish('px/A', 16_000_000, 1)) },
  { name: 'PUBLISHes with QoS 1, tiny', attack: repeatedly(acknowledged) },
  { name: 'PUBLISHes with QoS 1, tiny, reading no PUBACK', attack: deaf(repeatedly(acknowledged)) },
  { name: 'PUBLISHes with QoS 2, never released', attack: repeatedly((at) => publish('px/A', 200_000, 2, at + 1)) },
  { name: 'a PUBLISH with QoS 3', attack: once(otherPacket(0x36, [0, 1, 0x61, 0, 1])) },
  { name: 'a CONNACK of 256 MB', onConnect: endlessBody(0x20) },
  { name: 'CONNACKs', attack: always(same(otherPacket(0x20, [0, 0]))) },
  { name: 'a PUBLISH before CONNACK', onConnect: once(publish('px/A')) },
  { name: 'a SUBACK of 256 MB', attack: endlessBody(0x90) },
  { name: 'SUBACKs for nothing', attack: always(same(otherPacket(0x90, [0x7f, 1, 0]))) },
  { name: 'SUBACKs of 64 KiB for nothing', attack: always(otherPacket(0x90, new Uint8Array(65_536))) },
  { name: 'a SUBACK without codes', onSubscribe: (peer, body) => peer.send(otherPacket(0x90, body.subarray(0, 2))) },
  { name: 'a SUBACK of length 0', onSubscribe: once(otherPacket(0x90, [])) },
  {
    name: 'a SUBACK with 60,000 codes',
    onSubscribe: (peer, body) => peer.send(otherPacket(0x90, [...body.subarray(0, 2), ...new Uint8Array(60_000)])),
  },
  { name: 'an UNSUBACK of 256 MB', attack: endlessBody(0xb0) },
  { name: 'UNSUBACKs for nothing', attack: always(same(otherPacket(0xb0, [0, 9]))) },
  { name: 'PINGRESPs', attack: always(same(otherPacket(0xd0, []))) },
  { name: 'a PINGRESP of 256 MB', attack: endlessBody(0xd0) },
  { name: 'PUBRELs', attack: repeatedly(pubrels) },
  { name: 'PUBRELs, reading no PUBCOMP', attack: deaf(repeatedly(pubrels)) },
  {
    name: 'PUBACKs, PUBRECs and PUBCOMPs',
    attack: always(same(Buffer.of(0x40, 2, 0, 1, 0x50, 2, 0, 1, 0x70, 2, 0, 1))),
  },
  { name: 'DISCONNECTs', attack: always(same(otherPacket(0xe0, []))) },
  { name: 'SUBSCRIBEs', attack: always(same(otherPacket(0x82, [0, 1, 0, 1, 0x61, 0]))) },
  { name: 'PINGREQs', attack: always(same(otherPacket(0xc0, []))) },
  { name: 'packets of type 0', attack: always(same(otherPacket(0, []))) },
  { name: 'AUTH packets', attack: always(same(otherPacket(0xf0, [0, 0]))) },
  { name: 'a length of five bytes', attack: once(Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 1)) },
  { name: 'a PUBLISH without a topic', attack: once(otherPacket(0x30, [])) },
  {
    name: 'bytes without a meaning',
    attack: repeatedly((at) => BIG.map((_, byte) => Math.imul(at + 1, byte + 7) >> 3)),
  },
  {
    name: 'topics of 64 kB, each another',
    attack: repeatedly((at) => publish(`px/${String(at).padEnd(65_500, 'x')}`)),
  },
  {
    name: 'topics of 1 kB, each another',
    attack: repeatedly((at) => times(60, (n) => publish(`o/${String(60 * at + n).padEnd(1_000, 'x')}`))),
  },
  { name: 'topics that are empty', attack: always(same(publish(''))) },
  { name: 'topics with NUL', attack: always(same(publish('px/A\0'))) },
  { name: 'topics with wildcards', attack: always(same(publish('px/#'))) },
  { name: 'topics that are not UTF-8', attack: always(same(otherPacket(0x30, [0, 3, 0x70, 0xff, 0xfe, 0x31]))) },
  {
    name: 'topics that nobody asked for',
    attack: repeatedly((at) => times(4_000, (n) => publish(`o/${String(4_000 * at + n)}`))),
  },
  { name: 'quotes as fast as they are read', attack: always(same(publish('px/A', 3))) },
  { name: 'quotes with empty payloads', attack: always(same(publish('px/A', 0))) },
  {
    name: 'a packet one byte at a time',
    attack: repeatedly((at) => Buffer.of(at === 0 ? 0x32 : at < 4 ? 0xff : 0x0f)),
  },
  { name: 'nothing that it should read', attack: deaf(() => undefined) },
  {
    name: 'messages of one byte',
    scheme: 'ws',
    attack: frames(same(Buffer.of(0x82, 1, 0x41)), Buffer.of(0x82, 5, ...endless(0x32))),
  },
  {
    name: 'a message of a byte too many',
    scheme: 'ws',
    attack: frames(BIG, Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x80, 0, 1)),
  },
  { name: 'a message of 99 MiB', scheme: 'ws', attack: frames(BIG, Buffer.of(0x82, 127, 0, 0, 0, 0, 6, 0x30, 0, 0)) },
  {
    name: 'messages of 8 MiB',
    scheme: 'ws',
    attack: frames(Buffer.concat([Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x80, 0, 0), publish('px/A', 8_388_608 - 11)])),
  },
  { name: 'fragments of one byte', scheme: 'ws', attack: frames(same(Buffer.of(0, 1, 0x41)), Buffer.of(2, 1, 0x30)) },
  { name: 'fragments of nothing', scheme: 'ws', attack: frames(same(Buffer.of(0, 0)), Buffer.of(2, 1, 0x30)) },
  {
    name: 'pings, reading no pong',
    scheme: 'ws',
    attack: deaf(frames(same(Buffer.of(0x89, 125, ...new Uint8Array(125))))),
  },
  { name: 'empty pings', scheme: 'ws', attack: frames(same(Buffer.of(0x89, 0))) },
  { name: 'pongs', scheme: 'ws', attack: frames(same(Buffer.of(0x8a, 0))) },
  { name: 'a text message', scheme: 'ws', attack: frame(0x81, 1, 0x41) },
  { name: 'a compressed message', scheme: 'ws', attack: frame(0xc2, 1, 0x41) },
  { name: 'a masked message', scheme: 'ws', attack: frame(0x82, 0x81, 1, 2, 3, 4, 5) },
  { name: 'an unknown opcode', scheme: 'ws', attack: frame(0x85, 1, 0x41) },
  { name: 'a continuation of nothing', scheme: 'ws', attack: frame(0x80, 1, 0x41) },
  { name: 'a close frame with a wrong code', scheme: 'ws', attack: frame(0x88, 2, 0, 1) },
];
