import { Observable, asyncScheduler, type MonoTypeOperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { backoffOf, type BackoffRule } from './internal/backoff.js';
import { chance } from './internal/chance.js';
import { operate } from './internal/operate.js';
import { ledgerOf, type QueueStats } from './queueStats.js';
import {
  knownOptions,
  milliseconds,
  oneOf,
  optionalFunction,
  outOfRange,
  schedulerLike,
  wholeNumber,
  wrongType,
} from './support/argument.js';
import { callUser } from './support/callbackFailures.js';

/** Options of `retryBackoff`. */
export interface RetryBackoffConfig<T> {
  /** The first wait, in ms, without jitter. @defaultValue 1000 */
  readonly minBackoff?: number;
  /** The longest wait, in ms; from `minBackoff` to 2147483647, the longest timer. @defaultValue 30000 */
  readonly maxBackoff?: number;
  /** The factor by which the wait grows with every failure in a row; at least 1. @defaultValue 2 */
  readonly multiplier?: number;
  /** How much of a wait is random. @defaultValue `'equal'`: half of it */
  readonly jitter?: 'equal' | 'full' | 'none';
  /** The most retries in a row before the error is passed on; `Infinity` means no limit. @defaultValue Infinity */
  readonly maxRetries?: number;
  /**
   * Time in ms that the source must run after its first good value, before a failure counts as the first again.
   * @defaultValue 30000
   */
  readonly resetAfter?: number;
  /**
   * Returns whether a value is good in that sense; called until the first good value of each subscription.
   * @defaultValue every value is
   */
  readonly resetOn?: ((value: T) => boolean) | undefined;
  /**
   * Returns whether to retry after an error; with `false` the error is passed on at once. @defaultValue every error is
   * retried
   */
  readonly retryable?: ((error: unknown) => boolean) | undefined;
  /**
   * Returns the wait to use instead, in ms, at most 2147483647, e.g. from `Retry-After`. Neither `maxBackoff` nor
   * jitter applies to it.
   * @defaultValue the back-off as computed
   */
  readonly adjust?: ((backoff: number, error: unknown, attempt: number) => number) | undefined;
  /** Called before every wait. An error that it throws is counted in `callbackErrors` of `stats` and changes nothing. */
  readonly onRetry?:
    | ((notice: {
        /** The error of the source. */
        readonly error: unknown;
        /** The number of failures in a row, including this one. */
        readonly attempt: number;
        /** The wait before the next subscription, in ms. */
        readonly delay: number;
      }) => void)
    | undefined;
  /** Returns a random number in [0, 1). @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /**
   * Times the waits and `resetAfter`; best is a scheduler whose clock never steps back. @defaultValue asyncScheduler
   */
  readonly scheduler?: SchedulerLike;
  /** Counts the errors of `onRetry`, and the values that pass; see `QueueStats`. @defaultValue no counts */
  readonly stats?: QueueStats | undefined;
}

const name = 'retryBackoff';
const optionNames = [
  ...['minBackoff', 'maxBackoff', 'multiplier', 'jitter', 'maxRetries', 'resetAfter', 'resetOn', 'retryable'],
  ...['adjust', 'onRetry', 'random', 'scheduler', 'stats'],
];

/**
 * Subscribes again after an error, waiting longer with every failure in a row.
 *
 * For newcomers: `retry` that waits longer and longer while a peer is in trouble. One value of a connection that soon
 * fails again does not reset the wait.
 *
 * With `minBackoff: 2`, `jitter: 'none'` and `maxRetries: 3`:
 *
 * ```text
 * source  a-#
 * result  a---a-----a---------a-#
 * ```
 *
 * **Emits** what the source emits.
 * **Completes** when the source completes.
 * **Errors** with the source's error after `maxRetries` failed retries in a row, or when `retryable` returns `false`;
 * with what `resetOn`, `retryable`, `adjust` or `random` throws; with `RXQ_ARGUMENT` when `adjust` returns anything
 * other than 0 to 2147483647 ms.
 * **On unsubscribe** cancels the wait or the source's subscription.
 * **Memory** constant; one subscription at a time. **Time** from `scheduler`: one timer during a wait, none otherwise.
 *
 * Gotchas: the count of failures starts again only if a good value (`resetOn`) came and `resetAfter` passed between the
 * first good value and the error. So the wait grows also for a source that emits and soon fails. RxJS's
 * `retry({ delay })` never resets its count, and with `resetOnSuccess` it does so at the first value. With
 * `minBackoff: 0` retries follow as fast as `scheduler` allows.
 *
 * @example
 * ```ts
 * connection$.pipe(retryBackoff({ resetOn: (event) => event.type === 'verified', maxRetries: 10 }));
 * ```
 *
 * @param config - see `RetryBackoffConfig`
 * @returns an operator
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function retryBackoff<T>(config: RetryBackoffConfig<T> = {}): MonoTypeOperatorFunction<T> {
  const rule = validated(config);
  const {
    maxRetries = Infinity,
    resetAfter = 30_000,
    resetOn,
    retryable,
    adjust,
    onRetry,
    scheduler = asyncScheduler,
  } = config;
  const ledger = ledgerOf(name, config.stats);
  return (source) =>
    new Observable<T>((destination) => {
      let failures = 0;
      let timer: Subscription | undefined;

      const subscribe = (): void => {
        let goodAt: number | undefined;
        const attempt = operate<T, T>({
          destination,
          next: (value) => {
            if (goodAt === undefined && (!resetOn || resetOn(value))) goodAt = scheduler.now();
            ledger.received += 1;
            ledger.emitted += 1;
            destination.next(value);
          },
          error: (error) => {
            // Unsubscribe first: a scheduler without delay may subscribe again within `schedule`.
            attempt.unsubscribe();
            if (goodAt !== undefined && scheduler.now() - goodAt >= resetAfter) failures = 0;
            failures += 1;
            if (failures > maxRetries || (retryable && !retryable(error))) destination.error(error);
            else wait(error);
          },
        });
        source.subscribe(attempt);
      };

      const wait = (error: unknown): void => {
        const backoff = backoffOf(rule, failures);
        const delay = milliseconds(`${name}.adjust()`, adjust ? adjust(backoff, error, failures) : backoff);
        callUser(() => onRetry?.({ error, attempt: failures, delay }), ledger.callbackFailed);
        if (!destination.closed) timer = scheduler.schedule(subscribe, delay);
      };

      destination.add(() => {
        timer?.unsubscribe();
      });
      subscribe();
    });
}

function validated<T>(config: RetryBackoffConfig<T>): BackoffRule {
  knownOptions(name, config, optionNames);
  const { minBackoff = 1000, maxBackoff = 30_000, multiplier = 2, jitter = 'equal', random = chance } = config;
  milliseconds(`${name}.minBackoff`, minBackoff);
  milliseconds(`${name}.maxBackoff`, maxBackoff);
  if (maxBackoff < minBackoff)
    throw outOfRange(`${name}.maxBackoff`, maxBackoff, `pass at least minBackoff (${String(minBackoff)})`);
  if (typeof multiplier !== 'number') throw wrongType(`${name}.multiplier`, multiplier, 'pass a number of at least 1');
  if (!(multiplier >= 1 && multiplier < Infinity))
    throw outOfRange(`${name}.multiplier`, multiplier, 'pass a number of at least 1');
  oneOf(`${name}.jitter`, jitter, ['equal', 'full', 'none']);
  if (config.maxRetries !== undefined && config.maxRetries !== Infinity)
    wholeNumber(`${name}.maxRetries`, config.maxRetries, 0);
  if (config.resetAfter !== undefined) milliseconds(`${name}.resetAfter`, config.resetAfter, 0, true);
  for (const option of ['resetOn', 'retryable', 'adjust', 'onRetry', 'random'] as const) {
    optionalFunction(`${name}.${option}`, config[option]);
  }
  schedulerLike(`${name}.scheduler`, config.scheduler ?? asyncScheduler);
  return { minBackoff, maxBackoff, multiplier, jitter, random };
}
