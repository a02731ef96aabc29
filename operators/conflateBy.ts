import { Observable, type MonoTypeOperatorFunction, type ObservableInput } from 'rxjs';
import { intake } from './internal/intake.js';
import { observableOf } from './internal/observableOf.js';
import { operate } from './internal/operate.js';
import { defaultKeys } from './internal/queueRules.js';
import { ledgerOf, type QueueStats } from './queueStats.js';
import { knownOptions, optionalFunction, requiredFunction, wholeNumber } from './support/argument.js';
import { BoundedQueue } from './support/boundedQueue.js';

/**
 * Options of `conflateBy`. The operator keeps the object and reads `capacity` at every value, so a getter can change
 * it.
 */
export interface ConflateByConfig<T> {
  /**
   * The most keys with a waiting value; at least 1. One more key evicts the key that was updated least recently.
   * @defaultValue 65536: more symbols than a venue lists; an unused capacity costs no memory
   */
  readonly capacity?: number;
  /**
   * Called with every lost value and the reason, after the loss was counted. An error that it throws is counted in
   * `callbackErrors`.
   */
  readonly onDrop?: ((value: T, reason: string) => void) | undefined;
  /** Counts where every value went; see `QueueStats`. @defaultValue no counts */
  readonly stats?: QueueStats | undefined;
}

const name = 'conflateBy';

/**
 * Whenever the notifier emits, emits the newest value of each key that changed since the last time.
 *
 * For newcomers: `sample` for each key of a stream. A screen that repaints ten times a second gets each symbol's newest
 * quote once a repaint.
 *
 * With the letter as key:
 *
 * ```text
 * source    -a-b-A---c----|
 * notifier  -------x---x---
 * result    -------(bA)c--|
 * ```
 *
 * **Emits** when the notifier emits, in order of last update.
 * **Completes** when the source completes; waiting values are dropped as `completed`. The notifier's end changes
 * nothing.
 * **Errors** when the source or the notifier errors, and with what `key` throws; waiting values are dropped as
 * `errored`.
 * **On unsubscribe** unsubscribes from both; waiting values are dropped as `unsubscribed`.
 * **Memory** at most `capacity` values.
 * **Time** only the notifier's.
 *
 * Gotchas: with one key this is exactly `sample`, so the last values before completion are not emitted. A value that
 * arrives during an emission waits for the next one. Evictions are counted as `key-evicted`, replaced values as
 * `conflated`.
 *
 * @example
 * ```ts
 * quotes$.pipe(conflateBy((quote) => quote.symbol, interval(100)));
 * ```
 *
 * @param key - returns the key of a value; keys are compared as in a Map
 * @param notifier - decides when to emit; it is subscribed to after the source
 * @param config - see `ConflateByConfig`
 * @returns an operator
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function conflateBy<T>(
  key: (value: T) => unknown,
  notifier: ObservableInput<unknown>,
  config: ConflateByConfig<T> = {},
): MonoTypeOperatorFunction<T> {
  requiredFunction(`${name}.key`, key);
  knownOptions(name, config, ['capacity', 'onDrop', 'stats']);
  wholeNumber(`${name}.capacity`, config.capacity ?? defaultKeys, 1);
  optionalFunction(`${name}.onDrop`, config.onDrop);
  const turns$ = observableOf(`${name}.notifier`, notifier);

  const ledger = ledgerOf(name, config.stats);
  const rules = {
    get capacity() {
      return config.capacity ?? defaultKeys;
    },
    overflow: 'conflate',
    key,
    onDrop: config.onDrop,
  } as const;

  return (source) =>
    new Observable<T>((destination) => {
      const waiting = new BoundedQueue<T>(rules, ledger);
      let turns = 0;

      const fail = (error: unknown): void => {
        values.unsubscribe();
        waiting.dispose('errored');
        destination.error(error);
      };
      const values = operate<T, T>({
        destination,
        next: intake(waiting, rules, fail),
        error: fail,
        complete: () => {
          waiting.dispose('completed');
          destination.complete();
        },
      });
      const ticks = operate<unknown, T>({
        destination,
        next: () => {
          turns += 1;
          const turn = turns;
          // A value that arrives during an emission waits for the next turn. If `turn` has changed, a nested turn
          // emitted the rest of this one.
          for (let due = waiting.size; due > 0 && turn === turns && waiting.size > 0; due -= 1) {
            destination.next(waiting.pollLeastRecent());
          }
        },
        error: fail,
        complete: () => undefined,
      });

      destination.add(() => {
        waiting.dispose('unsubscribed');
      });
      source.subscribe(values);
      if (!destination.closed) turns$.subscribe(ticks);
    });
}
