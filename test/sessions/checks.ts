/** Numbers in the order of their times: the earliest first. Each number is in it at most once. */
export class Checks {
  readonly #heap: Int32Array;
  readonly #time: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#heap = new Int32Array(capacity);
    this.#time = new Float64Array(capacity);
  }

  get first(): number {
    return this.#heap[0]!;
  }

  get firstTime(): number {
    return this.#size === 0 ? Infinity : this.#time[this.#heap[0]!]!;
  }

  add(number: number, time: number): void {
    this.#time[number] = time;
    let place = this.#size;
    this.#size += 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (this.#time[this.#heap[above]!]! <= time) break;
      this.#heap[place] = this.#heap[above]!;
      place = above;
    }
    this.#heap[place] = number;
  }

  /** Takes the first out. */
  remove(): number {
    const first = this.#heap[0]!;
    this.#size -= 1;
    if (this.#size > 0) this.#sink(this.#heap[this.#size]!);
    return first;
  }

  /** Gives the first a later time. */
  postpone(time: number): void {
    const first = this.#heap[0]!;
    this.#time[first] = time;
    this.#sink(first);
  }

  #sink(number: number): void {
    const time = this.#time[number]!;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#size) break;
      const other = below + 1;
      if (other < this.#size && this.#time[this.#heap[other]!]! < this.#time[this.#heap[below]!]!) below = other;
      if (this.#time[this.#heap[below]!]! >= time) break;
      this.#heap[place] = this.#heap[below]!;
      place = below;
    }
    this.#heap[place] = number;
  }
}
