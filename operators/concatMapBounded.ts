import { Observable, from, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import type { BoundedConfig } from './boundedConfig.js';
import { intake } from './internal/intake.js';
import { operate } from './internal/operate.js';
import { queueRules, validateBounded } from './internal/queueRules.js';
import { ledgerOf } from './queueStats.js';
import { requiredFunction } from './support/argument.js';
import { BoundedQueue } from './support/boundedQueue.js';

const name = 'concatMapBounded';

/**
 * Runs asynchronous work for one value after the other; values that arrive meanwhile wait in a finite queue.
 *
 * For newcomers: `concatMap` with bounded memory. A database that takes a second for each write gets each symbol's
 * newest quote, not an hour of old ones.
 *
 * With `capacity: 1` and work of three frames that ends with its value:
 *
 * ```text
 * source  -abc--------|
 * result  ----a--c----|
 * ```
 *
 * (`c` replaces `b` in the queue)
 *
 * **Emits** what the inner Observables emit, inline.
 * **Completes** when the source has completed, nothing waits and the last inner Observable has completed.
 * **Errors** at once when the source or an inner Observable errors, with what `project` or `key` throws, and with
 * `QueueOverflowError` (`RXQ_OVERFLOW`) when a value has no room and `overflow` is `'error'`. As in `concatMap`, an
 * error cancels the work under way; waiting values are dropped as `errored`.
 * **On unsubscribe** unsubscribes from source and inner Observable; waiting values are dropped as `unsubscribed`.
 * **Memory** at most `capacity` values and one inner Observable. **Time** none of its own; a value waiting costs constant
 * time.
 *
 * Gotchas: with `capacity: 0` no value waits and this is `exhaustMap`; while the capacity is not reached it is
 * `concatMap`. A value counts as emitted when it is handed to `project`, even if its work is cancelled later. The value
 * under work is not in the queue: a newer value of its key waits, and does not cancel the work as `switchMap` would.
 * Inner Observables that complete at once run in a loop; RxJS's `concatMap` nests a call for each value that waited.
 *
 * @example
 * ```ts
 * quotes$.pipe(concatMapBounded((quote) => store(quote), { capacity: 1000, key: (quote) => quote.symbol }));
 * ```
 *
 * @param project - returns the work for a value, as an Observable or what `from` takes; `index` counts its calls from 0
 * @param config - see `BoundedConfig`; `capacity` at least 0
 * @returns an operator
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function concatMapBounded<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
  config: BoundedConfig<T>,
): OperatorFunction<T, ObservedValueOf<O>> {
  requiredFunction(`${name}.project`, project);
  validateBounded(name, config, 0);
  const rules = queueRules(config);
  const ledger = ledgerOf(name, config.stats);

  return (source) =>
    new Observable<ObservedValueOf<O>>((destination) => {
      const waiting = new BoundedQueue<T>(rules, ledger);
      let index = 0;
      let busy = false;
      let completed = false;

      const fail = (error: unknown): void => {
        values.unsubscribe();
        waiting.dispose('errored');
        destination.error(error);
      };

      /** Subscribes to the work for a value; `false` when it was over before this returns. */
      const begin = (value: T): boolean => {
        let over = false;
        let underWay = false;
        const inner$ = from(project(value, index++)) as Observable<ObservedValueOf<O>>;
        if (destination.closed) return true;
        inner$.subscribe(
          operate<ObservedValueOf<O>, ObservedValueOf<O>>({
            destination,
            next: (result) => destination.next(result),
            error: fail,
            complete: () => {
              over = true;
            },
            // Not in `complete`, so that the finalizers of this work run before the next work starts.
            finalize: () => {
              if (over && underWay) proceed();
            },
          }),
        );
        underWay = true;
        return !over;
      };

      /** A loop, because nested calls would overflow the stack when all work completes synchronously. */
      const proceed = (): void => {
        try {
          while (waiting.size > 0 && !destination.closed) {
            const isUnderWay = begin(waiting.poll());
            waiting.relieve();
            if (isUnderWay) return;
          }
        } catch (error) {
          fail(error);
          return;
        }
        busy = false;
        if (completed) destination.complete();
      };

      const start = (value: T): void => {
        busy = true;
        ledger.received += 1;
        ledger.emitted += 1;
        try {
          if (begin(value)) return;
        } catch (error) {
          fail(error);
          return;
        }
        proceed();
      };

      const wait = intake(waiting, rules, fail);
      const values = operate<T, ObservedValueOf<O>>({
        destination,
        next: (value) => {
          if (busy) wait(value);
          else start(value);
        },
        error: fail,
        complete: () => {
          completed = true;
          if (!busy) destination.complete();
        },
      });
      destination.add(() => {
        waiting.dispose('unsubscribed');
      });
      source.subscribe(values);
    });
}
