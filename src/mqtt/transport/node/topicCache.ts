/** Slots of the cache, a power of two: several times the topics that a feed of 800 symbols follows. */
const SLOTS = 4096;

/** The longest topic in the cache, in bytes: the cache stays below 2 MB, whatever a broker sends. */
const LONGEST = 256;

interface Slot {
  readonly bytes: Uint8Array;
  readonly topic: string;
}

/** Keeps a byte order mark, as MQTT requires (MQTT-1.5.3-3). */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Strings of topics by their bytes: a topic that comes again is not decoded again, and is the same string. */
export class TopicCache {
  private readonly slots: (Slot | undefined)[] = new Array<Slot | undefined>(SLOTS).fill(undefined);

  /** The topic in `source` from `start` to `end`. */
  read(source: Uint8Array, start: number, end: number): string {
    // The hash is of the last bytes: topics differ in the symbol, which feeds put at the end.
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
