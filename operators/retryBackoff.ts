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
  /** The first wait, in ms, before jitter. @defaultValue 1000 */
  readonly minBackoff?: number;
  /** The longest wait, in ms; at least `minBackoff`, at most what a timer takes, 2147483647. @defaultValue 30000 */
  readonly maxBackoff?: number;
  /** By what the wait grows with every failure in a row; at least 1. @defaultValue 2 */
  readonly multiplier?: number;
  /** How much of a wait is left to chance. @defaultValue `'equal'`: half of it */
  readonly jitter?: 'equal' | 'full' | 'none';
  /** Retries in a row before the error is passed on; `Infinity` never gives up. @defaultValue Infinity */
  readonly maxRetries?: number;
  /**
   * How long, in ms, the source must have gone on after its first good value for a failure to count as the first
   * again. @defaultValue 30000
   */
  readonly resetAfter?: number;
  /** Whether a value is good in that sense; called until the first good one of each subscription. @defaultValue every value */
  readonly resetOn?: ((value: T) => boolean) | undefined;
  /** `false` passes the error on at once. @defaultValue every error is retried */
  readonly retryable?: ((error: unknown) => boolean) | undefined;
  /**
   * Returns the wait to use instead, in ms, at most 2147483647, e.g. from `Retry-After`. Neither `maxBackoff` nor chance
   * is applied to it.
   * @defaultValue the back-off as computed
   */
  readonly adjust?: ((backoff: number, error: unknown, attempt: number) => number) | undefined;
  /** Called before every wait. An error that it throws is counted in `callbackErrors` of `stats` and changes nothing. */
  readonly onRetry?:
    | ((notice: {
        /** The error of the source. */
        readonly error: unknown;
        /** Failures in a row, this one included: 1 at the first. */
        readonly attempt: number;
        /** The wait before the next subscription, in ms. */
        readonly delay: number;
      }) => void)
    | undefined;
  /** Gives a number in [0, 1). @defaultValue the platform's */
  readonly random?: (() => number) | undefined;
  /** Times the waits and `resetAfter`; one that never steps back is best. @defaultValue asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Counts the errors of `onRetry`, and what passes; see `QueueStats`. @defaultValue nobody reads the counts */
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
 * For newcomers: `retry` that neither hammers a peer in trouble nor forgets, at the first value of a connection that
 * won't hold, that it was in trouble.
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
 * **Errors** with the source's error once `maxRetries` retries in a row have failed or `retryable` says no; with what
 * `resetOn`, `retryable`, `adjust` or `random` throws; with `RXQ_ARGUMENT` when `adjust` gives no number of ms
 * that a timer takes.
 * **On unsubscribe** cancels the wait or the source's subscription.
 * **Memory** constant; one subscription at a time. **Time** from `scheduler`: one timer during a wait, none otherwise.
 *
 * Gotchas: the count of failures starts anew only when a good value (`resetOn`) came and `resetAfter` passed between
 * the first of them and the error. A source that emits and dies at once is backed off all the same; RxJS's
 * `retry({ delay })` never starts anew, and with `resetOnSuccess` does at the first value. With `minBackoff: 0` retries
 * follow as fast as `scheduler` allows.
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
            // Let go before anything is scheduled: a scheduler without delay may subscribe again at once.
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
