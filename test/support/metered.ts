import type { Observable, OperatorFunction, TimestampProvider } from 'rxjs';
import { QueueStats, type QueueSnapshot } from '../../operators/index.js';

/** An operator, and the `QueueStats` that was passed to it. */
export type Metered<T, R> = OperatorFunction<T, R> & { stats(): QueueSnapshot };

/** Makes an operator with a `QueueStats` of its own, which `stats()` reads. */
export function metered<T, R>(
  make: (stats: QueueStats) => OperatorFunction<T, R>,
  clock?: TimestampProvider,
): Metered<T, R> {
  const stats = new QueueStats(clock);
  const operator = make(stats);
  return Object.assign((source: Observable<T>) => operator(source), { stats: () => stats.snapshot() });
}
