import type { ObservableInput } from 'rxjs';
import type { BoundedAsyncIterator } from './boundedAsyncIterator.js';
import type { BoundedConfig } from './boundedConfig.js';
import { BoundedIterator } from './internal/boundedIterator.js';
import { observableOf } from './internal/observableOf.js';
import { queueRules, validateBounded } from './internal/queueRules.js';
import { ledgerOf } from './queueStats.js';

const name = 'asyncIterableFrom';

/**
 * Makes an Observable an async iterable: values without a pending `next()` wait in a finite queue.
 *
 * For newcomers: `for await` over a stream that does not wait for your loop.
 *
 * With `capacity: 2`, and `x` each time the loop asks for a value:
 *
 * ```text
 * source  -a-bcd----|
 * asks    x-----x-x-x
 * result  -a----c-d-|
 * ```
 *
 * (`b` was lost: when `d` came, two were waiting)
 *
 * **Emits** to the oldest pending `next()`, at once; else the value waits.
 * **Completes** (`done`) once the source has completed and nothing waits.
 * **Errors** once nothing waits: with the source's error, with what `key` throws, and with `QueueOverflowError`
 * (`RXQ_OVERFLOW`) when a value had no room and `overflow` is `'error'`. Every pending and every later `next()` rejects,
 * so that of several workers on one iterator none takes a failure for the end.
 * **On unsubscribe**, which is `break`, `return()`, `throw()` or the end of an `await using` block, lets go of the source
 * at once, also while a `next()` is pending; what waits is dropped as `unsubscribed`.
 * **Memory** at most `capacity` values an iterator, and a promise for each pending `next()`. **Time** none; a value costs
 * constant time.
 *
 * Gotchas: nothing is subscribed to before the first `next()`; what a hot source emitted before is not missed, it was
 * never waited for. A source that emits synchronously doesn't wait either: give it the capacity, or lose. An iterator that
 * is abandoned without `return()` stays subscribed until its source ends, with its queue full and its losses counted; a
 * `for await` loop never does that. The body of a slow loop works on a value while newer ones wait: with a `key` the next
 * turn gets the newest of each.
 *
 * @example
 * ```ts
 * for await (const quote of asyncIterableFrom(quotes$, { capacity: 1000, key: ({ symbol }) => symbol })) trade(quote);
 * ```
 *
 * @param source - an Observable or what `from` takes
 * @param config - see `BoundedConfig`; `capacity` at least 1
 * @returns an iterable for `for await`; each loop is a subscription of its own
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function asyncIterableFrom<T>(
  source: ObservableInput<T>,
  config: BoundedConfig<T>,
): { [Symbol.asyncIterator](): BoundedAsyncIterator<T> } {
  const source$ = observableOf(`${name}.source`, source);
  validateBounded(name, config, 1);
  const rules = queueRules(config);
  const ledger = ledgerOf(name, config.stats);
  return {
    [Symbol.asyncIterator]: () => new BoundedIterator(source$, rules, ledger),
  };
}
