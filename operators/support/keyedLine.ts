import { IndexList } from './indexList.js';

/**
 * A line with one value a key. A newer value takes the place in line of the one it replaces: at the tail it would let
 * a busy key wait for ever. Which key was updated least recently is kept beside it, for eviction.
 */
export class KeyedLine<T> {
  readonly #slots = new Map<unknown, number>();
  readonly #values: (T | undefined)[] = [];
  readonly #keys: unknown[] = [];
  readonly #free: number[] = [];
  readonly #line = new IndexList();
  readonly #recency = new IndexList();

  get size(): number {
    return this.#slots.size;
  }

  /** Whether the key had a value, which is gone now. */
  set(key: unknown, value: T): boolean {
    const present = this.#slots.get(key);
    const slot = present ?? this.#free.pop() ?? this.#values.length;
    this.#values[slot] = value;
    if (present === undefined) {
      this.#keys[slot] = key;
      this.#slots.set(key, slot);
      this.#line.append(slot);
    } else {
      this.#recency.remove(slot);
    }
    this.#recency.append(slot);
    return present !== undefined;
  }

  /** Takes the value first in line. Ask only while `size` is above 0. */
  shift(): T {
    return this.#take(this.#line.first);
  }

  /** Takes the value of the key updated least recently. Ask only while `size` is above 0. */
  evict(): T {
    return this.#take(this.#recency.first);
  }

  #take(slot: number): T {
    const value = this.#values[slot] as T;
    this.#slots.delete(this.#keys[slot]);
    this.#values[slot] = undefined;
    this.#keys[slot] = undefined;
    this.#line.remove(slot);
    this.#recency.remove(slot);
    this.#free.push(slot);
    return value;
  }
}
