import type { OperatorFunction } from 'rxjs';
import type { QueueSnapshot } from './support/ledger.js';

/** An operator that counts where its values go. */
export interface MeteredOperator<T, R> extends OperatorFunction<T, R> {
  /** A snapshot over all subscriptions made through this operator value; takes O(reasons). */
  stats(): QueueSnapshot;
}
