import { Observable, asyncScheduler, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { operate } from './internal/operate.js';
import { knownOptions, longestTimer, milliseconds, requiredFunction, schedulerLike } from './support/argument.js';
import { Deadlines } from './support/deadlines.js';

/** A value, or the last value of a key again because nothing came after it. */
export interface Freshness<T, K> {
  readonly value: T;
  readonly key: K;
  /** `false` with every value as it comes; `true` once when the key has been silent for `after` ms. */
  readonly stale: boolean;
}

/** Options of `staleBy`. */
export interface StaleByConfig<K> {
  /**
   * Silence, in ms, after which a key is stale, or a function that gives it for a key, asked at every value. `Infinity`:
   * never. Above 0.
   */
  readonly after: number | ((key: K) => number);
  /** Times the silence; one that never steps back is best. @defaultValue asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

const name = 'staleBy';

/**
 * Marks every value as fresh, and emits a key's last value once more as stale when the key was silent for too long.
 *
 * For newcomers: a watchdog for each symbol, at the price of one timer for all of them.
 *
 * With the letter as key and `after: 4`:
 *
 * ```text
 * source  -a-b-a--------b-|
 * result  -a-b-a-B-A----b-|
 * ```
 *
 * (lower case: fresh; upper case: stale)
 *
 * **Emits** inline with every value; from the timer when keys go stale, in order of their deadlines.
 * **Completes** when the source completes; keys that are still fresh are not emitted as stale.
 * **Errors** when the source errors; with what `key` or `after` throws; with `RXQ_ARGUMENT` when `after` gives no number
 * of ms above 0.
 * **On unsubscribe** cancels the timer.
 * **Memory** one entry for each key that is not stale; a stale key, or one with `Infinity`, is forgotten.
 * **Time** from `scheduler`: its clock read once a value; one timer for all keys, none when nothing can go stale.
 *
 * Gotchas: a value takes constant time, also where a function returns an `after` for each key; to find the next of n keys that
 * goes stale takes O(log n). A value at the same ms as its key's deadline keeps the key fresh if it comes before the timer.
 *
 * @example
 * ```ts
 * quotes$.pipe(staleBy((quote) => quote.symbol, { after: 5_000 }));
 * ```
 *
 * @param key - what makes two values the same thing, as a Map compares keys
 * @param config - see `StaleByConfig`
 * @returns an operator
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function staleBy<T, K>(key: (value: T) => K, config: StaleByConfig<K>): OperatorFunction<T, Freshness<T, K>> {
  requiredFunction(`${name}.key`, key);
  knownOptions(name, config, ['after', 'scheduler']);
  const { after, scheduler = asyncScheduler } = config;
  schedulerLike(`${name}.scheduler`, scheduler);
  if (typeof after !== 'function') span('after', after);
  const spanOf = typeof after === 'function' ? (of: K): number => span('after()', after(of)) : (): number => after;

  return (source) =>
    new Observable<Freshness<T, K>>((destination) => {
      const deadlines = new Deadlines<K, T>();
      let timer: Subscription | undefined;
      let armedFor = Infinity;

      const arm = (deadline: number, now: number): void => {
        // Later deadlines leave the timer alone: when it fires it looks for the nearest one.
        if (deadline >= armedFor) return;
        timer?.unsubscribe();
        armedFor = deadline;
        // A deadline beyond what a timer takes is looked at again on the way.
        timer = scheduler.schedule(fire, Math.min(longestTimer, Math.max(0, deadline - now)));
      };

      const disarm = (): void => {
        // A timer that is firing looks for the nearest deadline by itself.
        if (armedFor === -Infinity) return;
        timer?.unsubscribe();
        armedFor = Infinity;
      };

      const fire = (): void => {
        const now = scheduler.now();
        armedFor = -Infinity;
        for (let due = deadlines.expire(now); due && !destination.closed; due = deadlines.expire(now)) {
          destination.next({ value: due.value, key: due.key, stale: true });
        }
        armedFor = Infinity;
        if (!destination.closed) arm(deadlines.nearest(), now);
      };

      destination.add(() => {
        timer?.unsubscribe();
      });
      source.subscribe(
        operate<T, Freshness<T, K>>({
          destination,
          next: (value) => {
            const of = key(value);
            const after = spanOf(of);
            // `key` or `after` may have ended the stream: nobody would cancel the timer.
            if (destination.closed) return;
            const now = scheduler.now();
            arm(deadlines.touch(of, value, now, after), now);
            if (deadlines.size === 0) disarm();
            destination.next({ value, key: of, stale: false });
          },
        }),
      );
    });
}

function span(option: string, value: unknown): number {
  // Asked at every value: the texts of an error are made only where there is one.
  if (typeof value === 'number' && value > 0) return value;
  return milliseconds(`${name}.${option}`, value, Number.MIN_VALUE, true);
}
