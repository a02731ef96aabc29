import { callUser } from './callbackFailures.js';
import { KeyedLine } from './keyedLine.js';
import { Ledger, type QueueSnapshot } from './ledger.js';
import type { Overflow } from './overflow.js';
import { Ring } from './ring.js';

/** Pressure is raised at this fraction of the capacity … */
const raiseAt = 0.75;
/** … and cleared at this one; the distance keeps it from flapping. */
const clearAt = 0.5;

/**
 * The rules of a queue, kept by reference: `capacity` may be a getter, which is read at every push. Not validated here.
 */
export interface BoundedQueueConfig<T> {
  /** The most values, or keys with `conflate`; with 0 the queue takes no value. */
  readonly capacity: number;
  readonly overflow: Overflow;
  /** Needed by `conflate`, unused otherwise. Keys are compared as a Map does. */
  readonly key?: ((value: T) => unknown) | undefined;
  readonly onDrop?: ((value: T, reason: string) => void) | undefined;
  readonly onPressure?: ((raised: boolean) => void) | undefined;
}

/**
 * The queue of all operators: it is finite, counts every value, and takes constant time for each.
 *
 * `onDrop` and `onPressure` run when queue and counters agree, so they may call `push` and `poll`; an error that they
 * throw is counted and changes nothing. `key` runs before anything is counted; `push` throws the error that `key`
 * throws.
 */
export class BoundedQueue<T> {
  readonly #config: BoundedQueueConfig<T>;
  readonly #ledger: Ledger;
  readonly #now: (() => number) | undefined;
  readonly #capacityReason: string;
  readonly #ring = new Ring<T>();
  readonly #keyed: KeyedLine<T> | undefined;
  #raised = false;
  #disposed = false;

  /**
   * @param config - the rules, kept by reference
   * @param ledger - counters to share with other queues; its own by default
   * @param capacityReason - the reason under which values without room are counted
   */
  constructor(config: BoundedQueueConfig<T>, ledger: Ledger = new Ledger(), capacityReason = 'capacity') {
    this.#config = config;
    this.#ledger = ledger;
    this.#now = ledger.now;
    this.#capacityReason = capacityReason;
    this.#keyed = config.overflow === 'conflate' ? new KeyedLine() : undefined;
    ledger.hold(this);
  }

  /** The number of waiting values. */
  get size(): number {
    return this.#line.size;
  }

  /** The number of waiting values, for the ledger. */
  get inFlight(): number {
    return this.size;
  }

  /** The time at which the first value in the queue arrived, by the ledger's clock. */
  get oldestSince(): number {
    return this.#line.firstSince;
  }

  /** Counts where all values went, in every queue that shares the ledger. */
  stats(): QueueSnapshot {
    return this.#ledger.stats();
  }

  /**
   * Takes a value in. Returns `false` when the value was lost and the rule is `error`, so that the stream has to end.
   */
  push(value: T): boolean {
    if (this.#keyed) {
      this.#pushKeyed(this.#keyed, value);
      return true;
    }
    if (this.#disposed) return true;
    const { capacity, overflow } = this.#config;
    const now = this.#now?.();
    this.#ledger.received += 1;
    if (this.#ring.size < capacity) {
      this.#ring.push(value, now);
      this.#press(capacity);
      return true;
    }
    // Written as a negation, so that with a capacity of NaN the queue drops values instead of growing.
    if (overflow !== 'drop-oldest' || !(capacity >= 1)) {
      this.#drop([value], this.#capacityReason);
      return overflow !== 'error';
    }
    const lost: T[] = [];
    do lost.push(this.#ring.shift());
    while (this.#ring.size >= capacity);
    this.#ring.push(value, now);
    this.#drop(lost, this.#capacityReason);
    this.#press(capacity);
    return true;
  }

  /**
   * Takes out the first value, and counts it as emitted. Call it only while `size` is above 0. `relieve` calls
   * `onPressure` later: a callback between `poll` and the emission could unsubscribe, and the value would count as
   * emitted but would not be emitted.
   */
  poll(): T {
    const line = this.#keyed ?? this.#ring;
    if (this.#now) this.#ledger.waited(this.#now() - line.firstSince);
    this.#ledger.emitted += 1;
    return line.shift();
  }

  /** With `conflate`: takes out the value of the key that was updated least recently, and counts it as emitted. */
  pollLeastRecent(): T {
    const line = this.#keyed as KeyedLine<T>;
    if (this.#now) this.#ledger.waited(this.#now() - line.leastRecentSince);
    this.#ledger.emitted += 1;
    return line.evict();
  }

  /** Takes out all values in order, and counts them as emitted; otherwise like `poll`. */
  drain(): T[] {
    const line = this.#line;
    const now = this.#now?.() ?? 0;
    const values: T[] = [];
    while (line.size > 0) {
      if (this.#now) this.#ledger.waited(now - line.firstSince);
      values.push(line.shift());
    }
    this.#ledger.emitted += values.length;
    return values;
  }

  /** Calls `onPressure(false)` if the pressure is over. */
  relieve(): void {
    if (this.#raised && this.size <= this.#config.capacity * clearAt) this.#signal(false);
  }

  /** Drops the values that wait now; a value that arrives meanwhile stays. */
  clear(reason: string): void {
    const line = this.#line;
    for (let waiting = line.size; waiting > 0 && line.size > 0; waiting -= 1) this.#drop([line.shift()], reason);
    this.relieve();
  }

  /**
   * Drops all values and leaves the ledger. The queue then takes no values and counts none. Further calls do nothing.
   */
  dispose(reason: string): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#ledger.release(this);
    // All values leave at once, so that `onDrop` of the first one finds an empty queue.
    this.#drop(this.#takeAll(), reason);
    this.relieve();
  }

  get #line(): Ring<T> | KeyedLine<T> {
    return this.#keyed ?? this.#ring;
  }

  #pushKeyed(line: KeyedLine<T>, value: T): void {
    const key = (this.#config.key as (value: T) => unknown)(value);
    // `key` may have ended the stream.
    if (this.#disposed) return;
    const { capacity } = this.#config;
    if (line.replace(key, value)) {
      this.#ledger.received += 1;
      this.#ledger.conflated += 1;
      return;
    }
    line.add(key, value, this.#now?.() ?? 0);
    this.#ledger.received += 1;
    if (!(line.size <= capacity)) {
      const lost: T[] = [];
      while (line.size > 0 && !(line.size <= capacity)) lost.push(line.evict());
      this.#drop(lost, 'key-evicted');
    }
    this.#press(capacity);
  }

  #takeAll(): T[] {
    const line = this.#line;
    const values: T[] = [];
    while (line.size > 0) values.push(line.shift());
    return values;
  }

  #drop(lost: readonly T[], reason: string): void {
    if (lost.length > 0) this.#ledger.drop(reason, lost.length);
    const { onDrop } = this.#config;
    if (!onDrop) return;
    for (const value of lost) callUser(() => onDrop(value, reason), this.#ledger.callbackFailed);
  }

  #press(capacity: number): void {
    if (!this.#raised && this.size > 0 && this.size >= capacity * raiseAt) this.#signal(true);
  }

  #signal(raised: boolean): void {
    this.#raised = raised;
    callUser(() => this.#config.onPressure?.(raised), this.#ledger.callbackFailed);
  }
}
