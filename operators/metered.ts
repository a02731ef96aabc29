import type { OperatorFunction } from 'rxjs';

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

/** An operator that counts where its values go. */
export interface MeteredOperator<T, R> extends OperatorFunction<T, R> {
  /** A snapshot over all subscriptions made through this operator value; takes O(reasons). */
  stats(): QueueStats;
}
