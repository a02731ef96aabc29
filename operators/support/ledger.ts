/**
 * An account of the values of an operator, over all its subscriptions so far.
 *
 * `received = emitted + conflated + Σ dropped + Σ rejected + inFlight` holds whenever a callback or an emission can be
 * seen. Counters never go down; `inFlight` is a gauge.
 */
export interface QueueStats {
  /** Values taken from the source. */
  readonly received: number;
  /** Values handed downstream. */
  readonly emitted: number;
  /** Values replaced by a newer one of their key while they waited. */
  readonly conflated: number;
  /**
   * Values lost, by reason: `capacity` (no room), `key-evicted` (room for its key went to another key),
   * `control-capacity` (no room among control values), `unsubscribed`, `completed` and `errored` (the stream ended
   * while it waited).
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** Values refused, by reason: `empty`, `too-large`, `threw`, or what the decoder calls it. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Values waiting in a queue or inside a decoder's call right now. */
  readonly inFlight: number;
  /**
   * Times that a callback such as `onDrop` threw, or returned a promise that rejected. The operator swallows the error and
   * goes on: a callback that only takes notice costs neither a value nor the process.
   */
  readonly callbackErrors: number;
}

/** Something that holds values, e.g. a queue. */
export interface Gauge {
  readonly inFlight: number;
}

/** Reasons come from users' errors too; a ledger must not grow with them. */
const maxReasons = 64;

function count(counts: Map<string, number>, reason: string, by: number): void {
  const name = counts.has(reason) || counts.size < maxReasons ? reason : 'other';
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function record(counts: ReadonlyMap<string, number>): Record<string, number> {
  // Most operators lose nothing, and an account may be asked for at every value.
  return counts.size === 0 ? {} : Object.fromEntries(counts);
}

/** The counters of one operator value, shared by its subscriptions. Counters only rise. */
export class Ledger {
  received = 0;
  emitted = 0;
  conflated = 0;
  callbackErrors = 0;
  /** Counts what a callback threw; bound, so that it can be handed over as it is. */
  readonly callbackFailed = (): void => {
    this.callbackErrors += 1;
  };
  readonly #dropped = new Map<string, number>();
  readonly #rejected = new Map<string, number>();
  readonly #gauges = new Set<Gauge>();

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

  stats(): QueueStats {
    let inFlight = 0;
    for (const gauge of this.#gauges) inFlight += gauge.inFlight;
    return {
      received: this.received,
      emitted: this.emitted,
      conflated: this.conflated,
      dropped: record(this.#dropped),
      rejected: record(this.#rejected),
      inFlight,
      callbackErrors: this.callbackErrors,
    };
  }
}
