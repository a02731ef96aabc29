import { asyncScheduler, type TimestampProvider } from 'rxjs';
import { wrongType } from './support/argument.js';
import { Ledger, type QueueSnapshot } from './support/ledger.js';

// Only operators can reach the ledger of a QueueStats; users read its counts and can't change them.
const ledgers = new WeakMap<QueueStats, Ledger>();

/**
 * The counters of one or more operators: pass it as `{ stats }`, and read it with `snapshot()`.
 *
 * For newcomers: the balance of a queue. Every value that came in was emitted, replaced, lost for a reason, or still
 * waits.
 *
 * It adds up all subscriptions of all operators that it is passed to. To see one queue alone, give it a `QueueStats` of
 * its own. An operator measures waits only if it has a `QueueStats`: it reads the clock twice for a value that waits,
 * and never for a value that is emitted at once.
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
   * @param clock - measures the waits by its `now()`, in ms, e.g. a scheduler; best is a clock that never steps back.
   * Default: `asyncScheduler`
   * @throws TypeError with code `RXQ_ARGUMENT`
   */
  constructor(clock: TimestampProvider = asyncScheduler) {
    if (typeof (clock as Partial<TimestampProvider> | null)?.now !== 'function')
      throw wrongType('QueueStats.clock', clock, 'pass something with now(), e.g. a scheduler');
    ledgers.set(this, new Ledger(() => clock.now()));
  }

  /** The present counts. A call takes O(reasons + open queues). */
  snapshot(): QueueSnapshot {
    return (ledgers.get(this) as Ledger).stats();
  }
}

/** The ledger in which an operator counts: the ledger of its `stats` option, or one that no code reads. */
export function ledgerOf(name: string, stats: QueueStats | undefined): Ledger {
  if (stats === undefined) return new Ledger();
  const ledger = ledgers.get(stats);
  if (!ledger) throw wrongType(`${name}.stats`, stats, 'pass a new QueueStats()');
  return ledger;
}
