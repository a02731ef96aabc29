/** Slots of the cache, a power of two: several times the topics that a feed of 800 symbols follows. */
const SLOTS = 4096;

/** Longer topics are not kept: the cache stays below 2 MB, whatever a broker sends. */
const LONGEST = 256;

interface Slot {
  readonly bytes: Uint8Array;
  readonly topic: string;
}

/** A byte order mark is a character like any other (MQTT-1.5.3-3). */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Topics as strings by their bytes: a topic that comes again is not decoded again, and is the same string. */
export class TopicCache {
  private readonly slots: (Slot | undefined)[] = new Array<Slot | undefined>(SLOTS).fill(undefined);

  /** The topic that stands in `source` from `start` to `end`. */
  read(source: Uint8Array, start: number, end: number): string {
    // Feeds name the symbol at the end, and it is what differs.
    let hash = end - start;
    for (let at = Math.max(start, end - 12); at < end; at++)
      hash = Math.imul(hash ^ (source[at] as number), 0x01000193);
    const index = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const slot = this.slots[index];
    if (slot !== undefined && isSame(slot.bytes, source, start, end)) return slot.topic;
    const bytes = source.slice(start, end);
    const topic = utf8.decode(bytes);
    if (bytes.length <= LONGEST) this.slots[index] = { bytes, topic };
    return topic;
  }
}

function isSame(bytes: Uint8Array, source: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== source[start + at]) return false;
  return true;
}
