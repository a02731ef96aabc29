import type { Overflow } from '../../operators/support/overflow.js';

/** A value that can be distinguished from others of its key. */
export interface NaiveItem {
  readonly key: number;
  readonly id: number;
}

/** The simplest queue, at any cost: arrays that are searched. */
export class NaiveQueue {
  readonly line: NaiveItem[] = [];
  /** Keys, least recently updated first. */
  recency: number[] = [];
  readonly lost: string[] = [];
  conflated = 0;
  readonly #overflow: Overflow;

  constructor(overflow: Overflow) {
    this.#overflow = overflow;
  }

  push(item: NaiveItem, capacity: number): boolean {
    if (this.#overflow === 'conflate') {
      const present = this.line.findIndex(({ key }) => key === item.key);
      this.recency = [...this.recency.filter((key) => key !== item.key), item.key];
      if (present >= 0) {
        this.line[present] = item;
        this.conflated += 1;
        return true;
      }
      this.line.push(item);
      while (this.line.length > capacity) {
        const oldest = this.recency.shift();
        this.#lose(
          this.line.findIndex(({ key }) => key === oldest),
          'key-evicted',
        );
      }
      return true;
    }
    this.line.push(item);
    while (this.line.length > capacity) {
      if (this.#overflow !== 'drop-oldest') {
        this.#lose(this.line.length - 1, 'capacity');
        return this.#overflow === 'drop-incoming';
      }
      this.#lose(0, 'capacity');
    }
    return true;
  }

  poll(): NaiveItem | undefined {
    const item = this.line.shift();
    this.recency = this.recency.filter((key) => key !== item?.key);
    return item;
  }

  #lose(at: number, reason: string): void {
    for (const { id } of this.line.splice(at, 1)) this.lost.push(`${String(id)} ${reason}`);
  }
}
