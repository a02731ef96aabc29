import { Observable, type ObservableInput, type OperatorFunction } from 'rxjs';
import { observableOf } from './internal/observableOf.js';
import { operate } from './internal/operate.js';
import { defaultKeys } from './internal/queueRules.js';
import { knownOptions, requiredFunction, wholeNumber } from './support/argument.js';
import { KeyedLine } from './support/keyedLine.js';

/**
 * Options of `latestBy`. The operator keeps the object and reads `capacity` at every new key, so a getter can change
 * it.
 */
export interface LatestByConfig {
  /** Its values decide when to emit; it is subscribed to after the source. */
  readonly notifier: ObservableInput<unknown>;
  /**
   * The most keys that are kept; at least 1. One more key evicts the key that was updated least recently.
   * @defaultValue 65536: more symbols than a venue lists; an unused capacity costs no memory
   */
  readonly capacity?: number;
}

const name = 'latestBy';

/**
 * Whenever the notifier emits, emits the newest value of every key so far as one Map, if any value came since the last
 * Map.
 *
 * For newcomers: the whole price table as one value. A screen that renders ten times a second gets an immutable table.
 *
 * With the letter as key:
 *
 * ```text
 * source    -a-b-A----c-d-|
 * notifier  -------x-x-x---
 * result    -------x---y--(z|)
 * ```
 *
 * (`x` has `A` and `b`, `y` has `c` too, `z` has `d` too)
 *
 * **Emits** when the notifier emits and once more when the source completes, each time only if a value came since the
 * last Map. Keys are in order of their first value.
 * **Completes** after that. The notifier's end changes nothing.
 * **Errors** at once when the source or the notifier errors, and with what `key` throws; values since the last Map are
 * not emitted.
 * **On unsubscribe** unsubscribes from both.
 * **Memory** one value for each of at most `capacity` keys, and the Maps that the consumer keeps.
 * **Time** only the notifier's; a value takes constant time, an emission time in proportion to the number of keys.
 *
 * Gotchas: each Map is new and belongs to the consumer; the operator never changes one that it has emitted. A value
 * that arrives during an emission is in the next Map. An evicted key is missing from the next Map, and is the last key
 * when it has a value again. `conflateBy` emits only the keys that have a new value, one by one.
 *
 * @example
 * ```ts
 * quotes$.pipe(latestBy((quote) => quote.symbol, { notifier: interval(100) }));
 * ```
 *
 * @param key - returns the key of a value; keys are compared as in a Map
 * @param config - see `LatestByConfig`
 * @returns an operator
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @see {@link conflateBy}
 * @since 0.1.0
 */
export function latestBy<T, K>(key: (value: T) => K, config: LatestByConfig): OperatorFunction<T, ReadonlyMap<K, T>> {
  requiredFunction(`${name}.key`, key);
  knownOptions(name, config, ['notifier', 'capacity']);
  const turns$ = observableOf(`${name}.notifier`, config.notifier);
  wholeNumber(`${name}.capacity`, config.capacity ?? defaultKeys, 1);

  return (source) =>
    new Observable<ReadonlyMap<K, T>>((destination) => {
      const latest = new KeyedLine<T, K>();
      let changed = false;

      const emit = (): void => {
        if (!changed) return;
        changed = false;
        destination.next(latest.toMap());
      };
      source.subscribe(
        operate<T, ReadonlyMap<K, T>>({
          destination,
          next: (value) => {
            const of = key(value);
            changed = true;
            if (latest.replace(of, value)) return;
            latest.add(of, value);
            const { capacity = defaultKeys } = config;
            while (latest.size > 0 && !(latest.size <= capacity)) latest.evict();
          },
          complete: () => {
            emit();
            destination.complete();
          },
        }),
      );
      if (destination.closed) return;
      turns$.subscribe(operate<unknown, ReadonlyMap<K, T>>({ destination, next: emit, complete: () => undefined }));
    });
}
