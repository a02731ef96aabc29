/** The packets of MQTT 3.1.1 by the upper half of their first byte (OASIS MQTT 3.1.1, table 2.1). */
const names = [
  'reserved',
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
] as const;

export type PacketName = (typeof names)[number];

/** A whole packet. */
export interface Packet {
  readonly name: PacketName;
  readonly bytes: Buffer;
  /** The topic of a PUBLISH, all topics of a SUBSCRIBE or UNSUBSCRIBE; else none. */
  readonly topics: readonly string[];
}

interface Header {
  readonly body: number;
  readonly end: number;
}

/** Where a packet's body begins and ends; `undefined` when not all of its header is there. */
function headerOf(bytes: Buffer): Header | undefined {
  let [length, scale] = [0, 1];
  for (let at = 1; at < Math.min(bytes.length, 5); at++) {
    const byte = bytes.readUInt8(at);
    length += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return { body: at + 1, end: at + 1 + length };
  }
  return undefined;
}

function topicsOf(name: PacketName, body: Buffer): string[] {
  if (name === 'publish') return [body.toString('utf8', 2, 2 + body.readUInt16BE(0))];
  const topics: string[] = [];
  if (name !== 'subscribe' && name !== 'unsubscribe') return topics;
  for (let at = 2; at < body.length; ) {
    const end = at + 2 + body.readUInt16BE(at);
    topics.push(body.toString('utf8', at + 2, end));
    at = end + (name === 'subscribe' ? 1 : 0);
  }
  return topics;
}

/** Puts a byte stream together to packets, whatever chunks it comes in. */
export function packetReader(onPacket: (packet: Packet) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let header = headerOf(bytes); header !== undefined && header.end <= bytes.length; header = headerOf(bytes)) {
      const name = names[bytes.readUInt8(0) >> 4] ?? 'reserved';
      const packet = bytes.subarray(0, header.end);
      onPacket({ name, bytes: packet, topics: topicsOf(name, packet.subarray(header.body)) });
      bytes = bytes.subarray(header.end);
    }
    rest = bytes;
  };
}
