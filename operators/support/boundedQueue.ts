import { callUser } from './callbackFailures.js';
import { KeyedLine } from './keyedLine.js';
import { Ledger, type QueueSnapshot } from './ledger.js';
import type { Overflow } from './overflow.js';
import { Ring } from './ring.js';

/** Pressure is raised at this fraction of the capacity … */
const raiseAt = 0.75;
/** … and cleared at this one; the distance keeps it from flickering. */
const clearAt = 0.5;

/** Kept by reference: `capacity` may be a getter, read at every push. Not validated here. */
export interface BoundedQueueConfig<T> {
  /** Values that fit, or keys with `conflate`; 0 takes nothing in. */
  readonly capacity: number;
  readonly overflow: Overflow;
  /** Needed by `conflate`, unused otherwise. Keys are compared as a Map does. */
  readonly key?: ((value: T) => unknown) | undefined;
  readonly onDrop?: ((value: T, reason: string) => void) | undefined;
  readonly onPressure?: ((raised: boolean) => void) | undefined;
}

/**
 * The one queue: finite, counted, constant time a value.
 *
 * `onDrop` and `onPressure` run after queue and counters agree, so they may push and poll; an error that they throw is
 * counted and changes nothing. `key` runs before anything is counted; `push` throws the error that `key` throws.
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

  /** The same number, for the ledger's gauge. */
  get inFlight(): number {
    return this.size;
  }

  /** When the value first in line came, by the ledger's clock. */
  get oldestSince(): number {
    return this.#line.firstSince;
  }

  /** Counts where all values went, in every queue that shares the ledger. */
  stats(): QueueSnapshot {
    return this.#ledger.stats();
  }

  /** Takes a value in. `false` when it was lost and the rule is `error`: the stream is to end. */
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
    // Written so that a capacity that is not a number drops rather than grows.
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
   * Takes the first value out, counted as emitted. Call it only while `size` is above 0. Pressure stays as it is until `relieve`:
   * a callback between this call and the emission could unsubscribe, and a value would count as emitted without being emitted.
   */
  poll(): T {
    const line = this.#keyed ?? this.#ring;
    if (this.#now) this.#ledger.waited(this.#now() - line.firstSince);
    this.#ledger.emitted += 1;
    return line.shift();
  }

  /** With `conflate`: takes out the value of the key that was updated least recently, counted as emitted. */
  pollLeastRecent(): T {
    const line = this.#keyed as KeyedLine<T>;
    if (this.#now) this.#ledger.waited(this.#now() - line.leastRecentSince);
    this.#ledger.emitted += 1;
    return line.evict();
  }

  /** Takes all values out in order, counted as emitted; else as `poll`. */
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

  /** Clears pressure if it is over. */
  relieve(): void {
    if (this.#raised && this.size <= this.#config.capacity * clearAt) this.#signal(false);
  }

  /** Drops the values that wait now; a value that comes in meanwhile stays. */
  clear(reason: string): void {
    const line = this.#line;
    for (let waiting = line.size; waiting > 0 && line.size > 0; waiting -= 1) this.#drop([line.shift()], reason);
    this.relieve();
  }

  /** Drops all values and leaves the ledger's gauges. From now on nothing is taken in or counted. Only the first call counts. */
  dispose(reason: string): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#ledger.release(this);
    // All values leave at once: `onDrop` of the first one must find an empty queue.
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
