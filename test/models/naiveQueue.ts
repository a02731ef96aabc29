import type { QueueSnapshot } from '../../operators/index.js';
import type { Overflow } from '../../operators/support/overflow.js';

/** The counts as one would keep it: a line for everything that happened. */
export class NaiveCounts {
  received = 0;
  emitted = 0;
  conflated = 0;
  callbackErrors = 0;
  longestWait = 0;
  totalWait = 0;
  readonly dropped: Record<string, number> = {};
  readonly queues: { readonly line: readonly { readonly since: number }[] }[] = [];
  readonly now: () => number;

  constructor(now: () => number = () => 0) {
    this.now = now;
  }

  emit(since: number): void {
    const wait = Math.max(0, this.now() - since);
    this.emitted += 1;
    this.totalWait += wait;
    this.longestWait = Math.max(this.longestWait, wait);
  }

  drop(reason: string, count: number): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + count;
  }

  stats(): QueueSnapshot {
    const inFlight = this.queues.reduce((total, { line }) => total + line.length, 0);
    const firsts = this.queues.flatMap(({ line: [first] }) => (first ? [this.now() - first.since] : []));
    const { received, emitted, conflated, dropped, callbackErrors, longestWait, totalWait } = this;
    const waits = { oldestWait: Math.max(0, ...firsts), longestWait, totalWait };
    return { received, emitted, conflated, dropped, rejected: {}, inFlight, ...waits, callbackErrors };
  }
}

/** The callbacks of a queue. `calmly` catches and counts the errors of `onDrop` and `onPressure`. */
export interface NaiveQueueConfig<T> {
  readonly overflow: Overflow;
  readonly capacity: () => number;
  readonly key: (value: T) => unknown;
  readonly onDrop: (value: T, reason: string) => void;
  readonly onPressure: (raised: boolean) => void;
  readonly capacityReason?: string;
}

interface Waiting<T> {
  value: T;
  readonly key: unknown;
  /** When it was updated last. */
  at: number;
  /** When its place in line was taken, in ms. */
  readonly since: number;
}

/** The simplest queue, at any cost: an array that is searched. */
export class NaiveQueue<T> {
  line: Waiting<T>[] = [];
  private readonly config: NaiveQueueConfig<T>;
  private readonly counts: NaiveCounts;
  private raised = false;
  private over = false;
  private clock = 0;

  constructor(config: NaiveQueueConfig<T>, counts: NaiveCounts) {
    this.config = config;
    this.counts = counts;
    counts.queues.push(this);
  }

  get size(): number {
    return this.line.length;
  }

  push(value: T): boolean {
    const { overflow } = this.config;
    const key = overflow === 'conflate' ? this.config.key(value) : undefined;
    if (this.over) return true;
    const capacity = this.config.capacity();
    const reason = this.config.capacityReason ?? 'capacity';
    this.counts.received += 1;
    this.clock += 1;
    const since = this.counts.now();
    if (overflow === 'conflate') {
      for (const waiting of this.line) {
        if (waiting.key !== key) continue;
        waiting.value = value;
        waiting.at = this.clock;
        this.counts.conflated += 1;
        return true;
      }
      this.line.push({ value, key, at: this.clock, since });
      const lost: T[] = [];
      while (this.line.length > capacity) lost.push(this.take(this.leastRecent()));
      this.lose(lost, 'key-evicted');
    } else if (this.line.length < capacity) {
      this.line.push({ value, key, at: this.clock, since });
    } else if (overflow === 'drop-oldest' && capacity > 0) {
      const lost: T[] = [];
      while (this.line.length >= capacity) lost.push(this.take(0));
      this.line.push({ value, key, at: this.clock, since });
      this.lose(lost, reason);
    } else {
      this.lose([value], reason);
      return overflow !== 'error';
    }
    if (!this.raised && this.size > 0 && this.size >= 0.75 * capacity) this.press(true);
    return true;
  }

  poll(): T {
    this.counts.emit((this.line[0] as Waiting<T>).since);
    return this.take(0);
  }

  pollLeastRecent(): T {
    const at = this.leastRecent();
    this.counts.emit((this.line[at] as Waiting<T>).since);
    return this.take(at);
  }

  drain(): T[] {
    const values: T[] = [];
    while (this.line.length > 0) values.push(this.poll());
    return values;
  }

  relieve(): void {
    if (this.raised && this.size <= 0.5 * this.config.capacity()) this.press(false);
  }

  clear(reason: string): void {
    for (let left = this.line.length; left > 0 && this.line.length > 0; left -= 1) this.lose([this.take(0)], reason);
    this.relieve();
  }

  /** The end: what waits is lost at once, and nothing is taken in any more. */
  dispose(reason: string): void {
    if (this.over) return;
    this.over = true;
    const lost: T[] = [];
    while (this.line.length > 0) lost.push(this.take(0));
    this.counts.queues.splice(this.counts.queues.indexOf(this), 1);
    this.lose(lost, reason);
    this.relieve();
  }

  private take(at: number): T {
    const [taken] = this.line.splice(at, 1);
    return (taken as Waiting<T>).value;
  }

  private leastRecent(): number {
    let found = 0;
    this.line.forEach(({ at }, index) => {
      if (at < (this.line[found] as Waiting<T>).at) found = index;
    });
    return found;
  }

  private lose(values: readonly T[], reason: string): void {
    if (values.length > 0) this.counts.drop(reason, values.length);
    for (const value of values) this.config.onDrop(value, reason);
  }

  private press(raised: boolean): void {
    this.raised = raised;
    this.config.onPressure(raised);
  }
}
