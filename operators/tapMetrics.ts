import { Observable, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { operate } from './internal/operate.js';
import { type QueueStats, ledgerOf } from './queueStats.js';
import { knownOptions, optionalFunction, requiredFunction, schedulerLike, wrongType } from './support/argument.js';
import { onRejection } from './support/callbackFailures.js';

/**
 * Receives measurements. A subscription gets its handles once, so a sink looks up names and labels only then, and not
 * for each value. Subscriptions with the same name count together.
 */
export interface MetricsSink {
  /** Called once for each counter at a subscription. */
  counter(name: string): {
    add(n: number): void;
  };
  /** Called once for each histogram at a subscription. */
  histogram(name: string): {
    /** Records one measurement, in ms; never below 0. */
    observe(ms: number): void;
  };
}

/** A counter of a sink. */
export type CounterHandle = ReturnType<MetricsSink['counter']>;

/** A histogram of a sink. */
export type HistogramHandle = ReturnType<MetricsSink['histogram']>;

/** Options of `tapMetrics`. */
export interface TapMetricsConfig<T> {
  /** The start of every name, e.g. `quotes` for `quotes.next`. */
  readonly name: string;
  /**
   * Returns the time of a value itself, in ms of the scheduler's clock; needs `scheduler`. A result that is no finite
   * number is ignored, and an error that it throws is counted in `callbackErrors`. @defaultValue no age is measured
   */
  readonly since?: ((value: T) => number) | undefined;
  /**
   * Chooses the values whose times are measured, since two readings of the clock may cost more than the value. An error
   * that it throws is counted in `callbackErrors`, and the value is not measured. @defaultValue every value
   */
  readonly sample?: ((value: T) => boolean) | undefined;
  /** Measures times by its `now()`, with two readings for each measured value. @defaultValue no times, counters only */
  readonly scheduler?: SchedulerLike;
  /** Counts the errors of the sink, and the values that pass; see `QueueStats`. @defaultValue no counts */
  readonly stats?: QueueStats | undefined;
}

const name = 'tapMetrics';

/**
 * Counts values, and measures how long they take downstream, without changing the stream.
 *
 * For newcomers: `tap` for a dashboard. One before and one after an operator show what the operator does to a stream.
 *
 * ```text
 * source  -a-b-|
 * result  -a-b-|
 * ```
 *
 * Counters: `<name>.subscribe`, `.next`, `.error`, `.complete`, `.unsubscribe` (the consumer unsubscribed before the
 * end). With a `scheduler`, histograms in ms: `<name>.handling`, the time that everything downstream took for one
 * value; `<name>.lifetime`, from subscription to its end. With `since` too: `<name>.age`, from the value's own time to
 * this operator, e.g. the wait in a queue upstream.
 *
 * **Emits**, **Completes**, **Errors** with the source. A value is counted before it is emitted.
 * **On unsubscribe** unsubscribes from the source. **Memory** constant. **Time** from `scheduler.now()`, if given; no timer.
 *
 * Gotchas: an error of the sink does not change the stream; it is counted in `callbackErrors` of `stats`. The handles
 * are called for every value, so they should be cheap. A clock that is set back gives times of 0.
 *
 * @example
 * ```ts
 * quotes$.pipe(tapMetrics(sink, { name: 'quotes' }));
 * ```
 *
 * @param sink - the receiver of the figures; for prom-client, `promClientSink` of `rx-quotes/metrics`
 * @param config - see `TapMetricsConfig`
 * @returns an operator
 * @throws TypeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function tapMetrics<T>(sink: MetricsSink, config: TapMetricsConfig<T>): MonoTypeOperatorFunction<T> {
  const { counter, histogram } = methodsOf(sink);
  requiredFunction(`${name}.sink.counter`, counter);
  requiredFunction(`${name}.sink.histogram`, histogram);
  knownOptions(name, config, ['name', 'since', 'sample', 'scheduler', 'stats']);
  const { name: prefix, since, sample, scheduler } = config;
  if (typeof prefix !== 'string' || prefix === '')
    throw wrongType(`${name}.name`, prefix, 'pass a name that is not empty');
  optionalFunction(`${name}.since`, since);
  optionalFunction(`${name}.sample`, sample);
  if (scheduler !== undefined) schedulerLike(`${name}.scheduler`, scheduler);
  else if (since !== undefined)
    throw wrongType(`${name}.scheduler`, scheduler, 'since needs a scheduler: its now() is compared with the result');
  else if (sample !== undefined)
    throw wrongType(`${name}.scheduler`, scheduler, 'sample needs a scheduler: its now() measures the times');

  const ledger = ledgerOf(name, config.stats);
  // An error of the sink must not end the stream. The function is made once, not for each value.
  const asked = <H>(ask: () => H): H | undefined => {
    try {
      const handle = ask();
      onRejection(handle, ledger.callbackFailed);
      return handle;
    } catch {
      ledger.callbackFailed();
      return undefined;
    }
  };
  const counterOf = (what: string): CounterHandle | undefined => asked(() => sink.counter(`${prefix}.${what}`));
  const histogramOf = (what: string): HistogramHandle | undefined => asked(() => sink.histogram(`${prefix}.${what}`));
  // The types allow async handles: each promise that they return is watched for a rejection.
  const count = (to: { add(n: number): unknown } | undefined): void => {
    try {
      onRejection(to?.add(1), ledger.callbackFailed);
    } catch {
      ledger.callbackFailed();
    }
  };
  const note = (to: { observe(ms: number): unknown } | undefined, ms: number): void => {
    try {
      onRejection(to?.observe(Math.max(0, ms)), ledger.callbackFailed);
    } catch {
      ledger.callbackFailed();
    }
  };
  const isSampled = (value: T): boolean => {
    if (!sample) return true;
    try {
      const answer: unknown = sample(value);
      onRejection(answer, ledger.callbackFailed);
      return answer === true;
    } catch {
      ledger.callbackFailed();
      return false;
    }
  };
  const noteAge = (to: HistogramHandle | undefined, value: T, now: number): void => {
    let at: unknown;
    try {
      at = since?.(value);
      onRejection(at, ledger.callbackFailed);
    } catch {
      ledger.callbackFailed();
    }
    if (Number.isFinite(at)) note(to, now - (at as number));
  };

  return (source) =>
    new Observable<T>((destination) => {
      const [subscribes, nexts] = [counterOf('subscribe'), counterOf('next')];
      const ends = {
        error: counterOf('error'),
        complete: counterOf('complete'),
        unsubscribe: counterOf('unsubscribe'),
      };
      const ages = since && histogramOf('age');
      const [handlings, lifetimes] = scheduler ? [histogramOf('handling'), histogramOf('lifetime')] : [];
      const subscribedAt = scheduler?.now() ?? 0;
      let ended = false;
      const end = (how: 'error' | 'complete' | 'unsubscribe'): void => {
        if (ended) return;
        ended = true;
        count(ends[how]);
        if (scheduler) note(lifetimes, scheduler.now() - subscribedAt);
      };
      count(subscribes);
      source.subscribe(
        operate<T, T>({
          destination,
          next: (value) => {
            ledger.received += 1;
            ledger.emitted += 1;
            count(nexts);
            if (!scheduler || !isSampled(value)) {
              destination.next(value);
              return;
            }
            const startedAt = scheduler.now();
            if (ages) noteAge(ages, value, startedAt);
            destination.next(value);
            note(handlings, scheduler.now() - startedAt);
          },
          error: (error) => {
            end('error');
            destination.error(error);
          },
          complete: () => {
            end('complete');
            destination.complete();
          },
          finalize: () => {
            end('unsubscribe');
          },
        }),
      );
    });
}

function methodsOf(sink: Partial<MetricsSink> | undefined): Partial<MetricsSink> {
  return sink ?? {};
}
