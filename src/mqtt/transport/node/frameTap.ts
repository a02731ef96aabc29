import { LONGEST_TOPIC, PACKET_ID, type PacketLimits } from '../packetLimits.js';
import { TopicCache } from './topicCache.js';

/** The options of a tap. Its callbacks are called in the order of the bytes. */
export interface FrameTapConfig {
  /**
   * The largest payload in bytes. A longer payload is passed on with its first `maxPayload` + 1 bytes or more, so that
   * the reader recognizes it as too long.
   */
  readonly maxPayload: number;
  readonly limits: Pick<PacketLimits, 'received'>;
  /**
   * Gets each complete PUBLISH; its payload is a view into the bytes that were read. Left out, a PUBLISH is passed on
   * like any other packet.
   */
  readonly onPublish?: (topic: string, payload: Uint8Array, retain: boolean) => void;
  /** Gets any other packet as a whole. */
  readonly pass: (packet: Uint8Array) => void;
  /** Sends the PUBACKs for each PUBLISH with QoS 1 that was cut out of what was read. */
  readonly send: (packets: Uint8Array) => void;
}

/** The peer's bytes are not MQTT. */
class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
  readonly code = 'RXQ_MALFORMED_PACKET';
}

/** A packet that is being gathered. */
interface Gathered {
  readonly header: number;
  /** The number of bytes after the fixed header. */
  readonly length: number;
  /** The fixed header, unless the packet is cut out, and the useful part of the rest. */
  readonly bytes: Buffer;
  /** The number of bytes that `bytes` has so far. */
  size: number;
}

/** Type and flags of a fixed header (OASIS MQTT 3.1.1, 2.2): a PUBLISH (3), its QoS and retain bits (3.3.1). */
const TYPE = 0b1111_0000;
const QOS_1 = 0b0010;
const TYPE_AND_QOS_2 = 0b1111_0100;
const PUBLISH = 0b0011_0000;
const RETAIN = 1;

/** A PUBACK packet begins with these (OASIS MQTT 3.1.1, 3.4), the packet id follows. */
const PUBACK = [0x40, 2] as const;

/** A value that no masked header has. */
const NOTHING = -1;

/** One byte of type, one to four of length (OASIS MQTT 3.1.1, 2.2.3). */
const LONGEST_HEADER = 5;

/**
 * Cuts the PUBLISH packets out of a byte stream, in chunks of any size, and passes on all other packets whole. Some
 * brokers send QoS 1 although QoS 0 was granted. The tap answers these packets itself, because MQTT.js would take too
 * long for a flood of them.
 *
 * A packet within one chunk is not copied. A packet in several chunks is gathered, if its length is within the limits.
 */
export class FrameTap {
  private readonly config: FrameTapConfig;
  private readonly topics = new TopicCache();
  /** Packets whose headers equal this, except for some flags, are cut out. */
  private readonly cut: number;
  private readonly header = new Uint8Array(LONGEST_HEADER);
  private headerSize = 0;
  private acknowledgements: number[] = [];
  /** The number of missing bytes of the present packet. */
  private left = 0;
  private gathered: Gathered | undefined;
  /**
   * Memory for a packet that is cut out although it is too long. Its payload is not used, so all such packets share
   * this memory.
   */
  private useless: Buffer | undefined;

  constructor(config: FrameTapConfig) {
    this.config = config;
    this.cut = config.onPublish === undefined ? NOTHING : PUBLISH;
  }

  /**
   * Takes the next bytes.
   *
   * @throws MalformedPacket for bytes that are no packet of MQTT 3.1.1
   * @throws PacketRefused for a packet that is beyond a limit, or has a topic that MQTT forbids
   */
  read(chunk: Buffer): void {
    let at = this.gathered === undefined ? 0 : this.goOn(this.gathered, chunk, 0);
    while (at < chunk.length) {
      const size = this.headerSize > 0 ? 0 : headerSizeAt(chunk, at);
      if (size > 0) at = this.begin(chunk, at, size, at + size);
      else at = this.gatherHeader(chunk, at);
    }
    if (this.acknowledgements.length > 0) this.sendAcknowledgements();
  }

  /** Gathers a header that comes in several chunks. */
  private gatherHeader(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      this.header[this.headerSize++] = chunk[at++] as number;
      const size = headerSizeAt(this.header.subarray(0, this.headerSize), 0);
      if (size === 0) continue;
      this.headerSize = 0;
      return this.begin(chunk, 0, size, at, this.header);
    }
    return at;
  }

  /** Begins a packet. Its header is `size` bytes of `source` from `start`; its body begins at `body` of the chunk. */
  private begin(chunk: Buffer, start: number, size: number, body: number, source: Uint8Array = chunk): number {
    const header = source[start] as number;
    let length = 0;
    for (let at = size - 1; at > 0; at--) length = length * 128 + ((source[start + at] as number) & 0x7f);
    const end = body + length;
    if ((header & TYPE_AND_QOS_2) === this.cut) {
      if (end > chunk.length) return this.gather(header, length, [], chunk, body);
      this.publish(chunk, body, length, length, header);
      return end;
    }
    this.config.limits.received(header, length);
    if (end > chunk.length || source !== chunk || this.keptOf(header, length) < length)
      return this.gather(header, length, fixedHeader(header, this.keptOf(header, length)), chunk, body);
    this.pass(header, length, chunk.subarray(start, end), size);
    return end;
  }

  /** The number of bytes to keep: the rest of a PUBLISH whose payload is too long is not kept. */
  private keptOf(header: number, length: number): number {
    if ((header & TYPE) !== PUBLISH) return length;
    return Math.min(length, LONGEST_TOPIC + PACKET_ID + this.config.maxPayload + 1);
  }

  private gather(header: number, length: number, fixed: readonly number[], chunk: Buffer, body: number): number {
    const kept = this.keptOf(header, length);
    const isUseless = kept < length && fixed.length === 0;
    const bytes = isUseless ? this.uselessRoom() : Buffer.allocUnsafe(fixed.length + kept);
    bytes.set(fixed);
    this.left = length;
    this.gathered = { header, length, bytes, size: fixed.length };
    return this.goOn(this.gathered, chunk, body);
  }

  private uselessRoom(): Buffer {
    return (this.useless ??= Buffer.allocUnsafeSlow(this.keptOf(PUBLISH, Infinity)));
  }

  /** Takes more bytes of the present packet. */
  private goOn(gathered: Gathered, chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + this.left);
    this.left -= end - from;
    gathered.size += chunk.copy(gathered.bytes, gathered.size, from, end);
    if (this.left > 0) return end;
    this.gathered = undefined;
    const { header, length, bytes, size } = gathered;
    if ((header & TYPE_AND_QOS_2) === this.cut) this.publish(bytes, 0, size, length, header);
    else this.pass(header, length, bytes, headerSizeAt(bytes, 0));
    return end;
  }

  /** Passes on a packet whose fixed header has `size` bytes. */
  private pass(header: number, length: number, packet: Buffer, size: number): void {
    if ((header & TYPE) === PUBLISH) this.topics.read(packet, size + 2, topicEnd(packet, size, length));
    this.config.pass(packet);
  }

  private sendAcknowledgements(): void {
    const packets = Uint8Array.from(this.acknowledgements);
    this.acknowledgements = [];
    this.config.send(packets);
  }

  /** Cuts out a PUBLISH of `length` bytes. Its first `kept` bytes are in `source` from `start`. */
  private publish(source: Buffer, start: number, kept: number, length: number, header: number): void {
    const end = topicEnd(source, start, length);
    const topic = this.topics.read(source, start + 2, end);
    const payload = (header & QOS_1) === 0 ? end : this.acknowledge(source, end, start + length);
    const most = Math.min(start + kept, payload + this.config.maxPayload + 1);
    this.config.onPublish?.(topic, source.subarray(payload, most), (header & RETAIN) !== 0);
  }

  /** Notes the PUBACK for the packet id at `at`, and returns where the payload begins. */
  private acknowledge(source: Buffer, at: number, end: number): number {
    if (at + PACKET_ID > end) throw new MalformedPacket('a PUBLISH that ends within its packet id');
    this.acknowledgements.push(...PUBACK, source[at] as number, source[at + 1] as number);
    return at + PACKET_ID;
  }
}

/** The fixed header of a packet; `length` is the number of bytes after it. */
function fixedHeader(header: number, length: number): readonly number[] {
  const bytes = [header];
  let rest = length;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return bytes;
}

/** The end of the topic of a PUBLISH that has `length` bytes from `start`. */
function topicEnd(source: Buffer, start: number, length: number): number {
  const end = length < 2 ? Infinity : start + 2 + source.readUInt16BE(start);
  if (end > start + length) throw new MalformedPacket('a PUBLISH that ends within its topic');
  return end;
}

/** The size of the fixed header at `start`; 0 when its end is not in `source`. */
function headerSizeAt(source: Uint8Array, start: number): number {
  for (let size = 2; size <= LONGEST_HEADER; size++) {
    const last = source[start + size - 1];
    if (last === undefined) return 0;
    if (last < 0x80) return size;
  }
  throw new MalformedPacket('a length of more than four bytes');
}
