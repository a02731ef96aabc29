/** Slots of the cache at first, and at most; both are powers of two. It doubles when topics displace each other. */
const FIRST_SLOTS = 1_024;
const MOST_SLOTS = 32_768;

/** The longest topic in the cache, in bytes: the cache stays below 16 MB, whatever a broker sends. */
const LONGEST = 256;

interface Slot {
  readonly bytes: Uint8Array;
  readonly topic: string;
}

/** Keeps a byte order mark, as MQTT requires (MQTT-1.5.3-3). */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Strings of topics by their bytes: a topic that comes again is not decoded again, and is the same string. */
export class TopicCache {
  private slots: (Slot | undefined)[] = emptySlots(FIRST_SLOTS);
  private displaced = 0;

  /** The topic in `source` from `start` to `end`. */
  read(source: Uint8Array, start: number, end: number): string {
    const index = hash(source, start, end) & (this.slots.length - 1);
    const slot = this.slots[index];
    if (slot !== undefined && isSame(slot.bytes, source, start, end)) return slot.topic;
    return this.add(index, source, start, end);
  }

  private add(index: number, source: Uint8Array, start: number, end: number): string {
    // A copy of its own: a view would keep the whole chunk of the socket in memory.
    const bytes = Uint8Array.prototype.slice.call(source, start, end);
    const topic = utf8.decode(bytes);
    if (bytes.length > LONGEST) return topic;
    if (this.slots[index] !== undefined) this.displaced += 1;
    this.slots[index] = { bytes, topic };
    if (this.displaced > this.slots.length / 8 && this.slots.length < MOST_SLOTS) this.grow();
    return topic;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = emptySlots(2 * slots.length);
    this.displaced = 0;
    for (const slot of slots) {
      if (slot === undefined) continue;
      this.slots[hash(slot.bytes, 0, slot.bytes.length) & (this.slots.length - 1)] = slot;
    }
  }
}

function emptySlots(count: number): (Slot | undefined)[] {
  return new Array<Slot | undefined>(count).fill(undefined);
}

/** A hash of the length and the last bytes: topics differ in the symbol, which feeds put at the end. */
function hash(source: Uint8Array, start: number, end: number): number {
  let value = end - start;
  for (let at = Math.max(start, end - 8); at < end; at++) value = Math.imul(value ^ (source[at] as number), 0x01000193);
  return value ^ (value >>> 15);
}

function isSame(bytes: Uint8Array, source: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let at = bytes.length - 1; at >= 0; at--) if (bytes[at] !== source[start + at]) return false;
  return true;
}
