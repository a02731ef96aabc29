import { Observable, type ObservableInput, type OperatorFunction } from 'rxjs';
import type { BoundedConfig } from './boundedConfig.js';
import { intake } from './internal/intake.js';
import { observableOf } from './internal/observableOf.js';
import { operate } from './internal/operate.js';
import { queueRules, validateBounded } from './internal/queueRules.js';
import { ledgerOf } from './queueStats.js';
import { BoundedQueue } from './support/boundedQueue.js';

const name = 'bufferBounded';

/**
 * Collects values in a finite queue, and emits all waiting values whenever the notifier emits.
 *
 * For newcomers: polling with bounded memory. Each turn of your loop gets the values since the last turn. After a late
 * turn the queue is full, but memory has not grown without end.
 *
 * With `capacity: 2`:
 *
 * ```text
 * source    -a-b-c-----d|
 * notifier  -------x-x---
 * result    -------x-y--(z|)
 * ```
 *
 * (`x` is `[b, c]`, because `a` was lost; `y` is `[]`, `z` is `[d]`)
 *
 * **Emits** an array when the notifier emits, an empty one when no value came; the waiting values once more when the
 * source completes.
 * **Completes** after that. The notifier's end changes nothing.
 * **Errors** at once when the source or the notifier errors, with what `key` throws, and with `QueueOverflowError`
 * (`RXQ_OVERFLOW`) when a value has no room and `overflow` is `'error'`; waiting values are dropped as `errored`.
 * **On unsubscribe** unsubscribes from both; waiting values are dropped as `unsubscribed`.
 * **Memory** at most `capacity` values, and the array just emitted. **Time** only the notifier's; a value costs
 * constant time.
 *
 * Gotchas: while the capacity is not reached, this is `buffer`, including its empty arrays. A value that arrives during
 * an emission belongs to the next array. With a `key` the array holds the newest value of each key, in order of first
 * arrival; `conflateBy` emits them one by one in order of last update. `onPressure(false)` is called after the emission
 * that made room.
 *
 * @example
 * ```ts
 * quotes$.pipe(bufferBounded(interval(100), { capacity: 10_000 }));
 * ```
 *
 * @param notifier - decides when to emit; it is subscribed to after the source
 * @param config - see `BoundedConfig`; `capacity` at least 1
 * @returns an operator; its `stats` count values, not arrays
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function bufferBounded<T>(
  notifier: ObservableInput<unknown>,
  config: BoundedConfig<T>,
): OperatorFunction<T, T[]> {
  const turns$ = observableOf(`${name}.notifier`, notifier);
  validateBounded(name, config, 1);
  const rules = queueRules(config);
  const ledger = ledgerOf(name, config.stats);

  return (source) =>
    new Observable<T[]>((destination) => {
      const waiting = new BoundedQueue<T>(rules, ledger);

      const fail = (error: unknown): void => {
        values.unsubscribe();
        waiting.dispose('errored');
        destination.error(error);
      };
      const emit = (): void => {
        // At unsubscription `onDrop` gets the lost values, and may make the notifier emit once more.
        if (destination.closed) return;
        destination.next(waiting.drain());
        waiting.relieve();
      };
      const values = operate<T, T[]>({
        destination,
        next: intake(waiting, rules, fail),
        error: fail,
        complete: () => {
          emit();
          destination.complete();
        },
      });
      destination.add(() => {
        waiting.dispose('unsubscribed');
      });
      source.subscribe(values);
      if (destination.closed) return;
      turns$.subscribe(operate<unknown, T[]>({ destination, next: emit, error: fail, complete: () => undefined }));
    });
}
