import { asyncScheduler, type TimestampProvider } from 'rxjs';
import { wrongType } from './support/argument.js';
import { Ledger, type QueueSnapshot } from './support/ledger.js';

// Only operators reach the ledger of an account: users read its counts and can't change them.
const ledgers = new WeakMap<QueueStats, Ledger>();

/**
 * The account of one or more operators: pass it as `{ stats }`, and read it with `snapshot()`.
 *
 * For newcomers: the stock list of a queue. What came in was handed on, replaced, lost for a reason, or is still there.
 *
 * It sums over all subscriptions, and over all operators that it is passed to; give each queue that you want to tell apart
 * one of its own. Waits are timed only where it is passed: two readings of the clock for a value that waits, none for a
 * value that is handed on at once.
 *
 * @example
 * ```ts
 * const stats = new QueueStats();
 * quotes$.pipe(conflateBy((quote) => quote.symbol, interval(100), { stats }), tap(() => log(`${stats.snapshot().conflated}`)));
 * ```
 *
 * @since 0.1.0
 */
export class QueueStats {
  /**
   * @param clock - times the waits with its `now()`, in ms, e.g. a scheduler; one that never steps back is best. Default:
   * `asyncScheduler`
   * @throws TypeError with code `RXQ_ARGUMENT`
   */
  constructor(clock: TimestampProvider = asyncScheduler) {
    if (typeof (clock as Partial<TimestampProvider> | null)?.now !== 'function')
      throw wrongType('QueueStats.clock', clock, 'pass something with now(), e.g. a scheduler');
    ledgers.set(this, new Ledger(() => clock.now()));
  }

  /** The account as it is now; takes O(reasons + open queues). */
  snapshot(): QueueSnapshot {
    return (ledgers.get(this) as Ledger).stats();
  }
}

/** The ledger that an operator counts in: that of its `stats` option, or one that nobody reads. */
export function ledgerOf(name: string, stats: QueueStats | undefined): Ledger {
  if (stats === undefined) return new Ledger();
  const ledger = ledgers.get(stats);
  if (!ledger) throw wrongType(`${name}.stats`, stats, 'pass a new QueueStats()');
  return ledger;
}
