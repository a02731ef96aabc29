const initialLength = 16;

/** A first-in, first-out queue whose storage doubles when it is full, so that an unused capacity costs no memory. */
export class Ring<T> {
  #items: (T | undefined)[] = [];
  /** The arrival times; empty unless values come with a time. */
  #since: number[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The arrival time of the first value, if values come with a time; `Infinity` when no value waits. */
  get firstSince(): number {
    return this.#size === 0 ? Infinity : (this.#since[this.#head] as number);
  }

  push(value: T, since?: number): void {
    if (this.#size === this.#items.length) this.#grow();
    // Lengths are powers of two, so the mask gives the remainder.
    const at = (this.#head + this.#size) & (this.#items.length - 1);
    this.#items[at] = value;
    if (since !== undefined) this.#since[at] = since;
    this.#size += 1;
  }

  /** Removes and returns the oldest value. Call it only while `size` is above 0. */
  shift(): T {
    const value = this.#items[this.#head] as T;
    // The storage stays, but must not keep the value alive.
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#size -= 1;
    return value;
  }

  #grow(): void {
    const length = this.#items.length;
    const items = new Array<T | undefined>(Math.max(initialLength, length * 2)).fill(undefined);
    const since = this.#since.length === 0 ? [] : new Array<number>(items.length).fill(0);
    for (let i = 0; i < this.#size; i += 1) {
      const at = (this.#head + i) & (length - 1);
      items[i] = this.#items[at];
      if (since.length > 0) since[i] = this.#since[at] as number;
    }
    this.#items = items;
    this.#since = since;
    this.#head = 0;
  }
}
