import { Subject } from 'rxjs';
import type { QueueBench } from './boundedLaws.js';
import { expectConserved } from './conserved.js';
import type { Metered } from './metered.js';

/** An operator with a queue, and what differs in how its consumer is driven. */
export interface OperatorBench<T, R> {
  readonly operator: Metered<T, R>;
  /** The values that a consumer is given with what comes out of the operator. */
  readonly valuesOf: (result: R) => readonly T[];
  readonly turn: () => void;
  /** Whether something besides the source is still held. */
  readonly holds: (ended: boolean) => boolean;
}

/** A subject through an operator, its ledger right whenever something comes out. */
export function operatorBench<T, R>(
  { operator, valuesOf, turn, holds }: OperatorBench<T, R>,
  handed: T[] = [],
): QueueBench<T> {
  const [source, ends] = [new Subject<T>(), [] as unknown[]];
  const subscription = source.pipe(operator).subscribe({
    next: (result) => {
      expectConserved(operator.stats());
      handed.push(...valuesOf(result));
    },
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('|'),
  });
  return {
    ...{ handed, ends, turn },
    stats: () => operator.stats(),
    send: (value) => {
      source.next(value);
    },
    leave: () => {
      subscription.unsubscribe();
    },
    observed: () => source.observed || holds(ends.length > 0),
  };
}
