import { topicFault } from '../../../model/topicName.js';
import { PacketRefused } from '../packetLimits.js';

/** Slots of the cache at first, and at most; both are powers of two. It doubles when topics displace each other. */
const FIRST_SLOTS = 1_024;
const MOST_SLOTS = 32_768;

/** The longest topic in the cache, in bytes. */
const LONGEST = 256;

/**
 * The most bytes of a topic that are decoded. These are at least 1,365 characters, more than a topic may have whose
 * messages reach subscribers.
 */
const MOST_DECODED = 4_096;

/** The room for the bytes of all topics, at first and at most. When it is full, the cache is emptied. */
const FIRST_ROOM = 65_536;
const MOST_ROOM = 4_194_304;

/** Keeps a byte order mark (MQTT-1.5.3-3), and throws for ill-formed bytes (MQTT-1.5.3-1). */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const cut = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Strings of topics by their bytes: a topic that comes again is not decoded again, and is the same string.
 *
 * All bytes are copies in one array: with an object for each topic, each message would read three more places in
 * memory.
 */
export class TopicCache {
  private topics: (string | undefined)[] = new Array<string | undefined>(FIRST_SLOTS).fill(undefined);
  /** Where the bytes of a slot's topic begin and end. */
  private places = new Uint32Array(2 * FIRST_SLOTS);
  private bytes = new Uint8Array(FIRST_ROOM);
  private used = 0;
  private displaced = 0;

  /**
   * The topic in `source` from `start` to `end`; a topic of more than 4,096 bytes is cut off there.
   *
   * @throws PacketRefused for bytes that are no topic
   */
  read(source: Uint8Array, start: number, end: number): string {
    const slot = hash(source, start, end) & (this.topics.length - 1);
    const topic = this.topics[slot];
    if (topic !== undefined && this.has(slot, source, start, end)) return topic;
    return this.add(slot, source, start, end);
  }

  private has(slot: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes, places } = this;
    let at = places[2 * slot] as number;
    if ((places[2 * slot + 1] as number) - at !== end - start) return false;
    for (let from = start; from < end; from++, at++) if (bytes[at] !== source[from]) return false;
    return true;
  }

  private add(slot: number, source: Uint8Array, start: number, end: number): string {
    const topic = checkedTopic(source.subarray(start, end));
    const length = end - start;
    if (length > LONGEST) return topic;
    if (this.topics[slot] !== undefined) this.displaced += 1;
    const isCrowded = this.displaced > this.topics.length / 8 && this.topics.length < MOST_SLOTS;
    if (isCrowded || this.used + length > this.bytes.length) this.renew(isCrowded);
    // The next message of the topic finds its slot in the renewed cache.
    else {
      this.bytes.set(source.subarray(start, end), this.used);
      this.places[2 * slot] = this.used;
      this.places[2 * slot + 1] = this.used + length;
      this.used += length;
      this.topics[slot] = topic;
    }
    return topic;
  }

  /** Empties the cache, and gives it more slots or more room. Topics that come again fill it again. */
  private renew(isCrowded: boolean): void {
    const slots = isCrowded ? 2 * this.topics.length : this.topics.length;
    const room = isCrowded ? this.bytes.length : Math.min(MOST_ROOM, 2 * this.bytes.length);
    this.topics = new Array<string | undefined>(slots).fill(undefined);
    this.places = new Uint32Array(2 * slots);
    this.bytes = new Uint8Array(room);
    this.used = 0;
    this.displaced = 0;
  }
}

function checkedTopic(bytes: Uint8Array): string {
  if (bytes.length > MOST_DECODED) return cut.decode(bytes.subarray(0, MOST_DECODED));
  let topic: string;
  try {
    topic = utf8.decode(bytes);
  } catch {
    throw new PacketRefused('sent a PUBLISH with a topic that is not UTF-8');
  }
  const fault = topicFault(topic);
  if (fault !== undefined) throw new PacketRefused(`sent a PUBLISH with a topic that ${fault}`);
  return topic;
}

/** A hash of the length and the last bytes: topics differ in the symbol, which feeds put at the end. */
function hash(source: Uint8Array, start: number, end: number): number {
  let value = end - start;
  for (let at = Math.max(start, end - 8); at < end; at++) value = Math.imul(value ^ (source[at] as number), 0x01000193);
  return value ^ (value >>> 15);
}
