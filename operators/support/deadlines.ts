/** A key that expires at `deadline` unless it is touched before. */
export interface Deadline<K, T> {
  readonly key: K;
  value: T;
  deadline: number;
  /** The number of the key's last touch. Equal deadlines expire in this order. */
  touch: number;
  /** The deadline that decided the key's place in the heap; never later than the present one. */
  placeDeadline: number;
  placeTouch: number;
  place: number;
}

/**
 * If more than this fraction of the keys is out of place, the heap is rebuilt in O(n) instead of moving keys one by
 * one.
 */
const fewOutOfPlace = 1 / 16;

/**
 * Deadlines by key, in a heap: the nearest of n is found in O(log n) for any spans.
 *
 * Nearly every touch makes a deadline later, which does not change the heap: a key moves only when it is the first of
 * the heap, once for many touches. An object is made only for a new key.
 */
export class Deadlines<K, T> {
  readonly #entries = new Map<K, Deadline<K, T>>();
  readonly #heap: Deadline<K, T>[] = [];
  #touches = 0;
  #outOfPlace = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Sets a key's value and its deadline, `now + span`; a span of `Infinity` forgets the key. Returns the deadline. */
  touch(key: K, value: T, now: number, span: number): number {
    const entry = this.#entries.get(key);
    const deadline = now + span;
    if (deadline === Infinity) {
      if (entry) this.#remove(entry);
      return Infinity;
    }
    const touch = (this.#touches += 1);
    if (entry === undefined) {
      const made = { key, value, deadline, touch, placeDeadline: deadline, placeTouch: touch, place: this.size };
      this.#entries.set(key, made);
      this.#heap.push(made);
      this.#rise(made);
      return deadline;
    }
    if (entry.placeTouch === entry.touch) this.#outOfPlace += 1;
    entry.value = value;
    entry.deadline = deadline;
    entry.touch = touch;
    if (deadline < entry.placeDeadline) {
      this.#renew(entry);
      this.#rise(entry);
    }
    return deadline;
  }

  /** The nearest deadline; `Infinity` when there is none. */
  nearest(): number {
    return this.#first(Infinity)?.deadline ?? Infinity;
  }

  /** The key with the nearest deadline, if that is not after `now`. The key stays until it is touched or expires. */
  due(now: number): Deadline<K, T> | undefined {
    const entry = this.#first(now);
    return entry && entry.deadline <= now ? entry : undefined;
  }

  /** Removes and returns the key with the nearest deadline, if that is not after `now`. */
  expire(now: number): Deadline<K, T> | undefined {
    const entry = this.due(now);
    if (entry) this.#remove(entry);
    return entry;
  }

  /** The key with the nearest deadline; any key if all deadlines are after `limit`. */
  #first(limit: number): Deadline<K, T> | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || first.placeTouch === first.touch || first.placeDeadline > limit) return first;
      if (this.#outOfPlace > this.size * fewOutOfPlace) this.#rebuild();
      else {
        this.#renew(first);
        this.#sink(first);
      }
    }
  }

  #rebuild(): void {
    for (const entry of this.#heap) if (entry.placeTouch !== entry.touch) this.#renew(entry);
    for (let place = (this.size >> 1) - 1; place >= 0; place -= 1) this.#sink(this.#heap[place] as Deadline<K, T>);
  }

  #renew(entry: Deadline<K, T>): void {
    entry.placeDeadline = entry.deadline;
    entry.placeTouch = entry.touch;
    this.#outOfPlace -= 1;
  }

  #remove(entry: Deadline<K, T>): void {
    this.#entries.delete(entry.key);
    if (entry.placeTouch !== entry.touch) this.#outOfPlace -= 1;
    const last = this.#heap.pop() as Deadline<K, T>;
    if (last === entry) return;
    this.#put(last, entry.place);
    this.#sink(last);
    this.#rise(last);
  }

  #rise(entry: Deadline<K, T>): void {
    while (entry.place > 0) {
      const at = (entry.place - 1) >> 1;
      const parent = this.#heap[at] as Deadline<K, T>;
      if (isBefore(parent, entry)) return;
      this.#put(parent, entry.place);
      this.#put(entry, at);
    }
  }

  #sink(entry: Deadline<K, T>): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1];
      const right = this.#heap[2 * entry.place + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || isBefore(entry, child)) return;
      const { place } = child;
      this.#put(child, entry.place);
      this.#put(entry, place);
    }
  }

  #put(entry: Deadline<K, T>, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}

function isBefore(one: Deadline<unknown, unknown>, other: Deadline<unknown, unknown>): boolean {
  return (
    one.placeDeadline < other.placeDeadline ||
    (one.placeDeadline === other.placeDeadline && one.placeTouch < other.placeTouch)
  );
}
