import { IndexList } from './indexList.js';

/**
 * A queue with one value for each key. A newer value takes the place of the value that it replaces: at the tail, a busy
 * key would wait for ever. A second list has the keys in the order of their last update, for eviction.
 */
export class KeyedLine<T, K = unknown> {
  readonly #slots = new Map<K, number>();
  readonly #values: (T | undefined)[] = [];
  readonly #keys: (K | undefined)[] = [];
  readonly #since: number[] = [];
  readonly #free: number[] = [];
  readonly #line = new IndexList();
  readonly #recency = new IndexList();
  /** Equal to `#slots.size`, which would cost a call. */
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The time at which the first key in the queue got its place; `Infinity` when the queue is empty. */
  get firstSince(): number {
    return this.#sinceOf(this.#line);
  }

  /**
   * The time at which the key updated least recently got its place in the queue; `Infinity` when the queue is empty.
   */
  get leastRecentSince(): number {
    return this.#sinceOf(this.#recency);
  }

  /** Replaces the value of a key. Returns `false` when the key has no value. */
  replace(key: K, value: T): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#values[slot] = value;
    this.#recency.remove(slot);
    this.#recency.append(slot);
    return true;
  }

  /** Adds a value at the end of the queue, for a key that has none. */
  add(key: K, value: T, since = 0): void {
    const slot = this.#free.pop() ?? this.#values.length;
    this.#values[slot] = value;
    this.#keys[slot] = key;
    this.#since[slot] = since;
    this.#slots.set(key, slot);
    this.#size += 1;
    this.#line.append(slot);
    this.#recency.append(slot);
  }

  /** Removes and returns the first value. Call it only while `size` is above 0. */
  shift(): T {
    return this.#take(this.#line.first);
  }

  /** Removes and returns the value of the key updated least recently. Call it only while `size` is above 0. */
  evict(): T {
    return this.#take(this.#recency.first);
  }

  /** The value of every key, in the order of the queue. */
  toMap(): Map<K, T> {
    const map = new Map<K, T>();
    for (let slot = this.#line.first; slot >= 0; slot = this.#line.after(slot)) {
      map.set(this.#keys[slot] as K, this.#values[slot] as T);
    }
    return map;
  }

  #sinceOf(list: IndexList): number {
    return this.size === 0 ? Infinity : (this.#since[list.first] as number);
  }

  #take(slot: number): T {
    const value = this.#values[slot] as T;
    this.#slots.delete(this.#keys[slot] as K);
    this.#size -= 1;
    this.#values[slot] = undefined;
    this.#keys[slot] = undefined;
    this.#line.remove(slot);
    this.#recency.remove(slot);
    this.#free.push(slot);
    return value;
  }
}
