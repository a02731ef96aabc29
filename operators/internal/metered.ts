import type { OperatorFunction } from 'rxjs';
import type { MeteredOperator } from '../metered.js';
import type { Ledger } from '../support/ledger.js';

/** The operator with the ledger's `stats()`. */
export function metered<T, R>(ledger: Ledger, operator: OperatorFunction<T, R>): MeteredOperator<T, R> {
  return Object.assign(operator, { stats: () => ledger.stats() });
}
