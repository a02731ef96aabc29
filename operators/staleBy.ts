import { Observable, asyncScheduler, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { operate } from './internal/operate.js';
import { knownOptions, longestTimer, milliseconds, requiredFunction, schedulerLike } from './support/argument.js';
import { Deadlines } from './support/deadlines.js';

/** A value, or the last value of a key once more because no newer one came. */
export interface Freshness<T, K> {
  /** The newest value of the key. */
  readonly value: T;
  /** The key of `value`. */
  readonly key: K;
  /** `false` for every new value; `true` once, when the key was silent for `after` ms. */
  readonly stale: boolean;
}

/** Options of `staleBy`. */
export interface StaleByConfig<K> {
  /**
   * Silence in ms after which a key is stale, above 0; `Infinity` means never. Or a function that returns it for a key,
   * called for every value.
   */
  readonly after: number | ((key: K) => number);
  /** Times the silence; best is a scheduler whose clock never steps back. @defaultValue asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

const name = 'staleBy';

/**
 * Marks every value as fresh, and emits a key's last value once more as stale when the key was silent for too long.
 *
 * For newcomers: a watchdog for each symbol, with one timer for all of them.
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
 * **Emits** every value inline, and from the timer the last values of keys that go stale, in order of their deadlines.
 * **Completes** when the source completes; keys that are still fresh are not emitted as stale.
 * **Errors** when the source errors; with what `key` or `after` throws; with `RXQ_ARGUMENT` when `after` returns
 * anything other than a number above 0.
 * **On unsubscribe** cancels the timer.
 * **Memory** one entry for each key that is not stale; stale keys, and keys with `Infinity`, take none.
 * **Time** from `scheduler`: one reading of its clock for each value; one timer for all keys, none while no key can go
 * stale.
 *
 * Gotchas: a value takes constant time, also if `after` is a function; finding the next of n keys that goes stale takes
 * O(log n). A value in the same ms as its key's deadline keeps the key fresh if it arrives before the timer fires.
 *
 * @example
 * ```ts
 * quotes$.pipe(staleBy((quote) => quote.symbol, { after: 5_000 }));
 * ```
 *
 * @param key - returns the key of a value; keys are compared as in a Map
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
        // A later deadline needs no new timer: when the timer fires, it looks for the nearest deadline.
        if (deadline >= armedFor) return;
        timer?.unsubscribe();
        armedFor = deadline;
        // A wait longer than the longest timer is split into several timers.
        timer = scheduler.schedule(fire, Math.min(longestTimer, Math.max(0, deadline - now)));
      };

      const disarm = (): void => {
        // While the timer fires, it looks for the nearest deadline itself.
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
            // `key` or `after` may have ended the stream; then no code would cancel a new timer.
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
  // This runs for every value, so the text of the error is made only when needed.
  if (typeof value === 'number' && value > 0) return value;
  return milliseconds(`${name}.${option}`, value, Number.MIN_VALUE, true);
}
