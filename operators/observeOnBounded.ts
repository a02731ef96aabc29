import { Observable, asapScheduler, queueScheduler, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import type { BoundedConfig } from './boundedConfig.js';
import { operate } from './internal/operate.js';
import { queueRules, validateBounded } from './internal/queueRules.js';
import { defaultMaxBatch, defaultMaxSlice } from './internal/slice.js';
import { SlicedDelivery, type SlicedDeliveryConfig } from './internal/slicedDelivery.js';
import { QueueOverflowError } from './queueOverflowError.js';
import { ledgerOf } from './queueStats.js';
import { milliseconds, optionalFunction, schedulerLike, wholeNumber, wrongType } from './support/argument.js';

/**
 * Options of `observeOnBounded`; `capacity` at least 1. The operator keeps the object: it reads `capacity` and
 * `controlCapacity` at every value that waits, `maxSlice` and `maxBatch` in every slice, so getters can change them
 * while the stream runs. The options are validated only when the operator is called.
 */
export interface ObserveOnBoundedConfig<T> extends BoundedConfig<T> {
  /**
   * Returns whether a value is a control value. Control values wait in a lane of their own: first in, first out, never
   * conflated, delivered before all others. Called only for values that have to wait.
   * @defaultValue no value is
   */
  readonly control?: ((value: T) => boolean) | undefined;
  /** The most control values that may wait; one more drops the oldest, as `control-capacity`. @defaultValue 1024 */
  readonly controlCapacity?: number;
  /**
   * Time in ms that one slice may deliver before the event loop reads its sockets again. @defaultValue 20: enough for a
   * fast consumer to take all that a busy socket brings in one turn, and short beside the seconds that a keep-alive
   * answer may take
   */
  readonly maxSlice?: number;
  /**
   * The most values that one slice may deliver. @defaultValue 16384: about three times as many messages of 350 bytes as
   * a busy socket brings in one turn; it also bounds a slice in virtual time, where the clock stands still
   */
  readonly maxBatch?: number;
}

const name = 'observeOnBounded';
const defaultControlCapacity = 1024;

/**
 * Delivers values at once while a time slice lasts; the rest waits in a finite queue for later tasks.
 *
 * For newcomers: `observeOn` for a source that does not wait for its consumer. A slow consumer gets the newest values
 * instead of a growing backlog, and the event loop can read its sockets in between.
 *
 * ```text
 * source  -a-b-(cd)-|
 * result  -a-b-(cd)-|
 * ```
 *
 * **Emits** inline when nothing waits, no delivery is under way and the slice has time left; else from a task of
 * `scheduler`, control values first. A value that arrives during a delivery comes after it, never inside it.
 * **Completes** when the source has completed and no value waits.
 * **Errors** when the source has errored and no value waits; with `QueueOverflowError` (`RXQ_OVERFLOW`) when a value
 * has no room and `overflow` is `'error'`, also after the waiting values; at once with what `key` or `control` throws:
 * waiting values are dropped as `errored`.
 * **On unsubscribe** cancels its task and drops waiting values as `unsubscribed`.
 * **Memory** at most `capacity` + `controlCapacity` values.
 * **Time** from `scheduler.now()`, read at most every 16 values; one zero-delay task while a slice is open, none while
 * the stream is idle.
 *
 * Gotchas: a slice ends when its task runs, so all inline deliveries of one macrotask share one budget. A consumer's
 * microtasks after a slice can't be interrupted, but their time counts (64 promises deep): the next slice delivers as
 * many values as would have fitted into `maxSlice`, at least one. With every slice that fits the number grows again,
 * twofold to eightfold. In each slice, one pause does not count, in which a few values took more than twice as long as
 * all values before them: something else took the thread, e.g. garbage collection. A value delivered inline takes the
 * thread for as long as its consumer does. The newest value of a key is never replaced by an older one; order is kept
 * per key and among control values, not between the two lanes.
 *
 * @example
 * ```ts
 * quotes$.pipe(observeOnBounded(ioScheduler, { capacity: 1000, key: (quote) => quote.symbol }));
 * ```
 *
 * @param scheduler - runs the later tasks; `ioScheduler` lets the event loop read its sockets in between
 * @param config - see `ObserveOnBoundedConfig`
 * @returns an operator
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`; also for `asapScheduler` and `queueScheduler`, whose
 * microtasks and nested calls starve the socket
 * @see {@link ioScheduler}
 * @since 0.1.0
 */
export function observeOnBounded<T>(
  scheduler: SchedulerLike,
  config: ObserveOnBoundedConfig<T>,
): MonoTypeOperatorFunction<T> {
  const rules = delivery(scheduler, config);
  const ledger = ledgerOf(name, config.stats);
  return (source) =>
    new Observable<T>((destination) => {
      const lanes = new SlicedDelivery(destination, scheduler, rules, ledger);
      const upstream = operate<T, T>({
        destination,
        next: (value) => {
          try {
            if (lanes.offer(value)) return;
          } catch (error) {
            upstream.unsubscribe();
            lanes.fail(error);
            return;
          }
          upstream.unsubscribe();
          const error = new QueueOverflowError(config.capacity);
          lanes.end(() => {
            destination.error(error);
          });
        },
        error: (error) => {
          lanes.end(() => {
            destination.error(error);
          });
        },
        complete: () => {
          lanes.end(() => {
            destination.complete();
          });
        },
      });
      destination.add(() => {
        lanes.dispose('unsubscribed');
      });
      source.subscribe(upstream);
    });
}

function delivery<T>(scheduler: SchedulerLike, config: ObserveOnBoundedConfig<T>): SlicedDeliveryConfig<T> {
  validate(scheduler, config);
  return {
    limits: config,
    isControl: config.control,
    data: queueRules(config),
    control: {
      get capacity() {
        return config.controlCapacity ?? defaultControlCapacity;
      },
      overflow: 'drop-oldest',
      onDrop: config.onDrop,
    },
  };
}

function validate<T>(scheduler: SchedulerLike, config: ObserveOnBoundedConfig<T>): void {
  schedulerLike(`${name}.scheduler`, scheduler);
  if (scheduler === asapScheduler || scheduler === queueScheduler) {
    throw wrongType(
      `${name}.scheduler`,
      scheduler,
      'its tasks run before the event loop reads sockets; pass ioScheduler',
    );
  }
  validateBounded(name, config, 1, ['control', 'controlCapacity', 'maxSlice', 'maxBatch']);
  wholeNumber(`${name}.controlCapacity`, config.controlCapacity ?? defaultControlCapacity, 1);
  milliseconds(`${name}.maxSlice`, config.maxSlice ?? defaultMaxSlice);
  wholeNumber(`${name}.maxBatch`, config.maxBatch ?? defaultMaxBatch, 1);
  optionalFunction(`${name}.control`, config.control);
}
