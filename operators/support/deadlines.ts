/** A key that expires at `deadline` unless it is touched before. Links: older and newer in its line. */
export interface Deadline<K, T> {
  readonly key: K;
  value: T;
  deadline: number;
  line: DeadlineLine<K, T>;
  older: Deadline<K, T> | undefined;
  newer: Deadline<K, T> | undefined;
}

/** The keys with one and the same span: touched in order of time, so their deadlines are in order too. */
interface DeadlineLine<K, T> {
  readonly span: number;
  oldest: Deadline<K, T> | undefined;
  newest: Deadline<K, T> | undefined;
}

/** Deadlines by key, in constant time a touch: one line for each distinct span, and no sorting. */
export class Deadlines<K, T> {
  readonly #entries = new Map<K, Deadline<K, T>>();
  readonly #lines = new Map<number, DeadlineLine<K, T>>();

  get size(): number {
    return this.#entries.size;
  }

  /** Distinct spans among the keys. */
  get spans(): number {
    return this.#lines.size;
  }

  /** Sets a key's value and moves its deadline to `now + span`; `Infinity` forgets the key. Gives the deadline. */
  touch(key: K, value: T, now: number, span: number): number {
    let entry = this.#entries.get(key);
    if (span === Infinity) {
      if (entry) this.#remove(entry);
      return Infinity;
    }
    const deadline = now + span;
    if (entry) {
      this.#unlink(entry);
      entry.value = value;
      entry.deadline = deadline;
    } else {
      entry = { key, value, deadline, line: this.#line(span), older: undefined, newer: undefined };
      this.#entries.set(key, entry);
    }
    this.#append(this.#line(span), entry);
    return deadline;
  }

  /** The nearest deadline, `Infinity` when there is none. Takes O(distinct spans). */
  nearest(): number {
    return this.#first()?.deadline ?? Infinity;
  }

  /** The key with the nearest deadline, if that is not after `now`; it stays until it is touched. */
  due(now: number): Deadline<K, T> | undefined {
    const entry = this.#first();
    return entry && entry.deadline <= now ? entry : undefined;
  }

  /** Takes that key out. */
  expire(now: number): Deadline<K, T> | undefined {
    const entry = this.due(now);
    if (entry) this.#remove(entry);
    return entry;
  }

  #first(): Deadline<K, T> | undefined {
    let first: Deadline<K, T> | undefined;
    for (const { oldest } of this.#lines.values()) {
      if (oldest && (!first || oldest.deadline < first.deadline)) first = oldest;
    }
    return first;
  }

  #remove(entry: Deadline<K, T>): void {
    this.#entries.delete(entry.key);
    this.#unlink(entry);
    if (!entry.line.oldest) this.#lines.delete(entry.line.span);
  }

  #line(span: number): DeadlineLine<K, T> {
    let line = this.#lines.get(span);
    if (!line) this.#lines.set(span, (line = { span, oldest: undefined, newest: undefined }));
    return line;
  }

  #append(line: DeadlineLine<K, T>, entry: Deadline<K, T>): void {
    if (entry.line !== line && !entry.line.oldest) this.#lines.delete(entry.line.span);
    entry.line = line;
    entry.older = line.newest;
    entry.newer = undefined;
    if (line.newest) line.newest.newer = entry;
    else line.oldest = entry;
    line.newest = entry;
  }

  #unlink({ line, older, newer }: Deadline<K, T>): void {
    if (older) older.newer = newer;
    else line.oldest = newer;
    if (newer) newer.older = older;
    else line.newest = older;
  }
}
