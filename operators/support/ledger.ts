/**
 * Counts where the values of operators went, together for all subscriptions that share a `QueueStats`.
 *
 * `received = emitted + conflated + Σ dropped + Σ rejected + inFlight` holds in every callback and every emission.
 * `inFlight` and `oldestWait` are present values; all other numbers never go down.
 */
export interface QueueSnapshot {
  /** Values taken from the source. */
  readonly received: number;
  /** Values handed downstream. */
  readonly emitted: number;
  /** Values replaced by a newer one of their key while they waited. */
  readonly conflated: number;
  /**
   * Values lost, by reason: `capacity` (the queue was full), `key-evicted` (another key took the room),
   * `control-capacity` (the lane of control values was full), `unsubscribed`, `completed` and `errored` (the stream
   * ended while the value waited).
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** Values refused, by reason: `empty`, `too-large`, `threw`, or the `reason` of the decoder's error. */
  readonly rejected: Readonly<Record<string, number>>;
  /** The backlog: values waiting in a queue or inside a decoder's call right now. */
  readonly inFlight: number;
  /**
   * How long the first value in the queue has waited so far, in ms; 0 when no value waits. The wait of a value that
   * replaced older ones of its key begins with the oldest of them.
   */
  readonly oldestWait: number;
  /** The longest wait of a value that was emitted, in ms; 0 when none waited. */
  readonly longestWait: number;
  /** The sum of the waits of all emitted values, in ms; the mean wait is this divided by `emitted`. */
  readonly totalWait: number;
  /**
   * How often a callback such as `onDrop` threw, or returned a promise that rejected. The operator swallows the error and goes
   * on, so that the callback costs neither a value nor the process.
   */
  readonly callbackErrors: number;
}

/** An object that holds values, e.g. a queue. */
export interface Gauge {
  readonly inFlight: number;
  /** The time at which the first value arrived, by the ledger's clock; `Infinity` when no value waits. */
  readonly oldestSince: number;
}

/**
 * The most reasons with a count of their own. Reasons also come from users' errors, and must not make a ledger grow.
 */
const maxReasons = 64;

function count(counts: Map<string, number>, reason: string, by: number): void {
  const name = counts.has(reason) || counts.size < maxReasons ? reason : 'other';
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function record(counts: ReadonlyMap<string, number>): Record<string, number> {
  // Fast path: most operators lose no value, and a snapshot may be taken at every value.
  return counts.size === 0 ? {} : Object.fromEntries(counts);
}

/** The counters of queues that share a `QueueStats`. Counters only rise. */
export class Ledger {
  /** The clock for waits, in ms; `undefined` where no wait is measured. */
  readonly now: (() => number) | undefined;
  received = 0;
  emitted = 0;
  conflated = 0;
  callbackErrors = 0;
  /** Counts an error of a callback; bound, so that it can be passed as a function. */
  readonly callbackFailed = (): void => {
    this.callbackErrors += 1;
  };
  readonly #dropped = new Map<string, number>();
  readonly #rejected = new Map<string, number>();
  readonly #gauges = new Set<Gauge>();
  #longestWait = 0;
  #totalWait = 0;

  constructor(now?: () => number) {
    this.now = now;
  }

  /** Adds the wait of an emitted value. A negative wait, of a clock that was set back, counts as 0. */
  waited(ms: number): void {
    if (!(ms > 0)) return;
    this.#totalWait += ms;
    if (ms > this.#longestWait) this.#longestWait = ms;
  }

  drop(reason: string, by = 1): void {
    count(this.#dropped, reason, by);
  }

  reject(reason: string): void {
    count(this.#rejected, reason, 1);
  }

  /** Counts what `gauge` holds as in flight, until it is released. */
  hold(gauge: Gauge): void {
    this.#gauges.add(gauge);
  }

  release(gauge: Gauge): void {
    this.#gauges.delete(gauge);
  }

  stats(): QueueSnapshot {
    let inFlight = 0;
    let oldestSince = Infinity;
    for (const gauge of this.#gauges) {
      inFlight += gauge.inFlight;
      oldestSince = Math.min(oldestSince, gauge.oldestSince);
    }
    return {
      received: this.received,
      emitted: this.emitted,
      conflated: this.conflated,
      dropped: record(this.#dropped),
      rejected: record(this.#rejected),
      inFlight,
      oldestWait: this.now && oldestSince < Infinity ? Math.max(0, this.now() - oldestSince) : 0,
      longestWait: this.#longestWait,
      totalWait: this.#totalWait,
      callbackErrors: this.callbackErrors,
    };
  }
}
