/** An item of a list. Its links are fields of the item itself, so that a link needs no lookup and no object. */
export interface Linked {
  older: this | undefined;
  newer: this | undefined;
  isLinked: boolean;
}

/** Items in the order of their last use. Every change takes constant time. */
export class RecencyList<T extends Linked> {
  private first: T | undefined;
  private last: T | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The item that was used least recently. */
  get oldest(): T | undefined {
    return this.first;
  }

  /** The item that was used most recently. */
  get newest(): T | undefined {
    return this.last;
  }

  /** Adds an item as the one used most recently. */
  add(item: T): void {
    if (item.isLinked) return;
    item.isLinked = true;
    this.count += 1;
    item.older = this.last;
    if (this.last === undefined) this.first = item;
    else this.last.newer = item;
    this.last = item;
  }

  /** Marks an item of the list as the one used most recently; an item that is not in the list is not added. */
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
    this.count -= 1;
  }
}
