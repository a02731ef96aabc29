const initialLength = 16;

/**
 * A doubly linked list of small whole numbers (slots of some storage), without an object for each link. Every operation
 * takes constant time. A Map used as a queue does not: to find its first entry it walks over deleted entries.
 */
export class IndexList {
  // Slot s is at index s + 1; index 0 is the sentinel between the last and the first slot.
  #next = new Int32Array(initialLength);
  #previous = new Int32Array(initialLength);

  /** The first slot, or -1 when the list is empty. */
  get first(): number {
    return (this.#next[0] as number) - 1;
  }

  /** The slot after a slot of the list, or -1 at the end. */
  after(slot: number): number {
    return (this.#next[slot + 1] as number) - 1;
  }

  /** Puts a slot that is not in the list at its end. */
  append(slot: number): void {
    const node = slot + 1;
    if (node >= this.#next.length) this.#grow(node);
    const last = this.#previous[0] as number;
    this.#next[last] = node;
    this.#previous[node] = last;
    this.#next[node] = 0;
    this.#previous[0] = node;
  }

  /** Removes a slot of the list. */
  remove(slot: number): void {
    const node = slot + 1;
    const next = this.#next[node] as number;
    const previous = this.#previous[node] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #grow(node: number): void {
    const length = Math.max(this.#next.length * 2, node + 1);
    const next = new Int32Array(length);
    const previous = new Int32Array(length);
    next.set(this.#next);
    previous.set(this.#previous);
    this.#next = next;
    this.#previous = previous;
  }
}
