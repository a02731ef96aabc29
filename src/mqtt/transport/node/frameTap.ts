import { TopicCache } from './topicCache.js';

/** The options of a tap. Its two callbacks are called in the order of the bytes. */
export interface FrameTapConfig {
  /** In bytes. A longer payload is passed on with its first `maxPayload` + 1 bytes only, so that it is seen to be too long. */
  readonly maxPayload: number;
  /** A complete QoS 0 PUBLISH, its payload a view into what was read. */
  onPublish(topic: string, payload: Uint8Array, retain: boolean): void;
  /** Bytes of any other packet, not always a whole one. */
  pass(bytes: Uint8Array): void;
}

/** The peer's bytes are not MQTT. */
class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
  readonly code = 'RXQ_MALFORMED_PACKET';
}

/** Type and flags of a fixed header (OASIS MQTT 3.1.1, 2.2): a PUBLISH (3), its QoS and retain bits (3.3.1). */
const TYPE_AND_QOS = 0b1111_0110;
const PUBLISH_QOS_0 = 0b0011_0000;
const RETAIN = 1;

/** One byte of type, one to four of length (OASIS MQTT 3.1.1, 2.2.3). */
const LONGEST_HEADER = 5;

/** The longest topic, with the two bytes of its length (OASIS MQTT 3.1.1, 1.5.3). */
const LONGEST_TOPIC = 2 + 0xffff;

/**
 * Cuts the QoS 0 PUBLISH packets out of a byte stream, in chunks of any size, and passes on all other packets.
 *
 * A packet within one chunk is not copied. A packet in several chunks is gathered, up to the longest payload.
 */
export class FrameTap {
  private readonly config: FrameTapConfig;
  private readonly topics = new TopicCache();
  private readonly header = new Uint8Array(LONGEST_HEADER);
  private headerSize = 0;
  /** The number of missing bytes of the present packet. */
  private left = 0;
  /** The PUBLISH that is being gathered; `undefined` while another packet is being passed on. */
  private gathered:
    | { readonly body: Buffer; size: number; readonly length: number; readonly retain: boolean }
    | undefined;

  constructor(config: FrameTapConfig) {
    this.config = config;
  }

  /**
   * Takes the next bytes.
   *
   * @throws MalformedPacket for bytes that are no packet of MQTT 3.1.1
   */
  read(chunk: Buffer): void {
    let at = this.left > 0 ? this.goOn(chunk, 0) : 0;
    while (at < chunk.length) {
      const size = this.headerSize > 0 ? 0 : headerSizeAt(chunk, at);
      if (size > 0) at = this.begin(chunk, at, size, at + size);
      else at = this.gatherHeader(chunk, at);
    }
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
    const type = source[start] as number;
    let length = 0;
    for (let at = size - 1; at > 0; at--) length = length * 128 + ((source[start + at] as number) & 0x7f);
    if ((type & TYPE_AND_QOS) !== PUBLISH_QOS_0) {
      // A header that came in pieces is not in this chunk.
      this.config.pass(source === chunk ? chunk.subarray(start, body) : source.slice(start, start + size));
      this.left = length;
      return this.goOn(chunk, body);
    }
    const retain = (type & RETAIN) !== 0;
    if (length <= chunk.length - body) {
      this.publish(chunk, body, length, length, retain);
      return body + length;
    }
    const kept = Math.min(length, LONGEST_TOPIC + this.config.maxPayload + 1);
    this.gathered = { body: Buffer.allocUnsafe(kept), size: 0, length, retain };
    this.left = length;
    return this.goOn(chunk, body);
  }

  /** Takes more bytes of the present packet. */
  private goOn(chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + this.left);
    this.left -= end - from;
    const { gathered } = this;
    if (gathered === undefined) {
      if (end > from) this.config.pass(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end));
      return end;
    }
    gathered.size += chunk.copy(gathered.body, gathered.size, from, end);
    if (this.left === 0) {
      this.gathered = undefined;
      this.publish(gathered.body, 0, gathered.size, gathered.length, gathered.retain);
    }
    return end;
  }

  /** Passes on a PUBLISH of `length` bytes. Its first `kept` bytes are in `source` from `start`. */
  private publish(source: Buffer, start: number, kept: number, length: number, retain: boolean): void {
    const topicStart = start + 2;
    const topicEnd = length < 2 ? Infinity : topicStart + source.readUInt16BE(start);
    if (topicEnd > start + length) throw new MalformedPacket('a PUBLISH that ends within its topic');
    const topic = this.topics.read(source, topicStart, topicEnd);
    const payload = source.subarray(topicEnd, Math.min(start + kept, topicEnd + this.config.maxPayload + 1));
    this.config.onPublish(topic, payload, retain);
  }
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
