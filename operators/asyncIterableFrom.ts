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
 * (`b` is lost: two values wait already when `d` arrives)
 *
 * **Emits** each value at once to the oldest pending `next()`; without a pending `next()` the value waits.
 * **Completes** (`done`) once the source has completed and nothing waits.
 * **Errors** once nothing waits: with the source's error, with what `key` throws, and with `QueueOverflowError`
 * (`RXQ_OVERFLOW`) when a value had no room and `overflow` is `'error'`. Every pending and every later `next()`
 * rejects, so that no worker on the iterator mistakes a failure for the end.
 * **On unsubscribe** (`break`, `return()`, `throw()` or the end of an `await using` block) unsubscribes from the source
 * at once, also while a `next()` is pending; waiting values are dropped as `unsubscribed`.
 * **Memory** at most `capacity` values an iterator, and a promise for each pending `next()`. **Time** none; a value costs
 * constant time.
 *
 * Gotchas: the iterator subscribes at the first `next()`, so it does not get what a hot source emitted before. A source
 * that emits synchronously does not wait for the loop: its values beyond `capacity` are lost. An iterator that is
 * abandoned without `return()` stays subscribed until its source ends, and goes on counting losses; a `for await` loop
 * always calls `return()`. While a slow loop works on a value, newer values wait: with a `key` the next turn gets the
 * newest value of each key.
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
