/** What a list links, by fields of the item itself: no lookup and no object for a link. */
export interface Linked {
  older: this | undefined;
  newer: this | undefined;
  isLinked: boolean;
}

/** Items in the order of their last use. Every change takes constant time. */
export class RecencyList<T extends Linked> {
  private first: T | undefined;
  private last: T | undefined;

  /** The item that was used least recently … */
  get oldest(): T | undefined {
    return this.first;
  }

  /** … and most recently. */
  get newest(): T | undefined {
    return this.last;
  }

  /** Takes an item in as the one used last. */
  add(item: T): void {
    if (item.isLinked) return;
    item.isLinked = true;
    item.older = this.last;
    if (this.last === undefined) this.first = item;
    else this.last.newer = item;
    this.last = item;
  }

  /** An item of the list was used just now; one that is not in the list stays out. */
  touch(item: T): void {
    if (!item.isLinked || item === this.last) return;
    this.remove(item);
    this.add(item);
  }

  remove(item: T): void {
    if (!item.isLinked) return;
    const { older, newer } = item;
    if (older === undefined) this.first = newer;
    else older.newer = newer;
    if (newer === undefined) this.last = older;
    else newer.older = older;
    item.older = undefined;
    item.newer = undefined;
    item.isLinked = false;
  }
}
