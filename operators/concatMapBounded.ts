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
 * Does something asynchronous with one value after the other; those that come meanwhile wait in a finite queue.
 *
 * For newcomers: `concatMap` whose memory has an end. A database that takes a second for each write gets each symbol's
 * newest quote, not an hour of old ones.
 *
 * With `capacity: 1` and work of three frames that ends with its value:
 *
 * ```text
 * source  -abc--------|
 * result  ----a--c----|
 * ```
 *
 * (`b` gave its place to `c`)
 *
 * **Emits** what the inner Observables emit, inline.
 * **Completes** when the source has completed, nothing waits and the last inner Observable has completed.
 * **Errors** at once when the source or an inner Observable errors, with what `project` or `key` throws, and with
 * `QueueOverflowError` (`RXQ_OVERFLOW`) when a value has no room and `overflow` is `'error'`: as with every error of
 * `concatMap`, the work under way is cancelled; what waits is dropped as `errored`.
 * **On unsubscribe** unsubscribes from source and inner Observable; what waits is dropped as `unsubscribed`.
 * **Memory** at most `capacity` values and one inner Observable. **Time** none of its own; a value waiting costs constant
 * time.
 *
 * Gotchas: with `capacity: 0` nothing waits and this is `exhaustMap`; where the capacity is never reached it is
 * `concatMap`. A value counts as emitted when it is handed to `project`; work that is cancelled later was emitted all the
 * same. The value that is being worked on is not in the queue: a newer one of its key waits beside it, and so does not
 * cancel it (`switchMap` would). Inner Observables that complete at once are worked off in a loop; RxJS's `concatMap` nests
 * a call for each value that waited.
 *
 * @example
 * ```ts
 * quotes$.pipe(concatMapBounded((quote) => store(quote), { capacity: 1000, key: (quote) => quote.symbol }));
 * ```
 *
 * @param project - gives the work for a value, as an Observable or what `from` takes; `index` counts from 0 the values it
 * was called with
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
            // Here and not in `complete`: the finalizers of this work run before the next work starts.
            finalize: () => {
              if (over && underWay) proceed();
            },
          }),
        );
        underWay = true;
        return !over;
      };

      /** A loop: calls inside each other would overflow the stack when all work completes at once. */
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
