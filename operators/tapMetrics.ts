import { Observable, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import { operate } from './internal/operate.js';
import { ledgerOf, type QueueStats } from './queueStats.js';
import { knownOptions, requiredFunction, schedulerLike, wrongType } from './support/argument.js';
import { onRejection } from './support/callbackFailures.js';

/** Where figures go. */
export interface MetricsSink {
  /** Adds 1 to a counter. */
  increment(name: string): void;
  /** Notes one measurement, in ms. */
  observe(name: string, value: number): void;
}

/** Options of `tapMetrics`. */
export interface TapMetricsConfig {
  /** What every name starts with, e.g. `quotes` for `quotes.next`. */
  readonly name: string;
  /** Times are taken with its `now()`, two readings a value. @defaultValue no times, counters only */
  readonly scheduler?: SchedulerLike;
  /** Counts the errors of the sink, and what passes; see `QueueStats`. @defaultValue nobody reads the account */
  readonly stats?: QueueStats | undefined;
}

const name = 'tapMetrics';

/**
 * Counts what passes, and how long it takes downstream, without touching the stream.
 *
 * For newcomers: `tap` for a dashboard. Two of them around an operator show what it does to a stream.
 *
 * ```text
 * source  -a-b-|
 * result  -a-b-|
 * ```
 *
 * Counters: `<name>.subscribe`, `.next`, `.error`, `.complete`, `.unsubscribe` (the consumer left before the end).
 * With a `scheduler`, measurements in ms: `<name>.handling`, what everything downstream took of the thread for one
 * value; `<name>.lifetime`, from subscription to its end.
 *
 * **Emits**, **Completes**, **Errors** with the source. A value is counted before it is handed on.
 * **On unsubscribe** lets go of the source. **Memory** constant. **Time** from `scheduler.now()`, if given; no timer.
 *
 * Gotchas: a sink that throws changes nothing of the stream; `callbackErrors` of `stats` counts its errors. The sink is
 * called for every value, so it should be cheap.
 *
 * @example
 * ```ts
 * quotes$.pipe(tapMetrics(sink, { name: 'quotes' }));
 * ```
 *
 * @param sink - where the figures go
 * @param config - see `TapMetricsConfig`
 * @returns an operator
 * @throws TypeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function tapMetrics<T>(sink: MetricsSink, config: TapMetricsConfig): MonoTypeOperatorFunction<T> {
  const { increment, observe } = methodsOf(sink);
  requiredFunction(`${name}.sink.increment`, increment);
  requiredFunction(`${name}.sink.observe`, observe);
  knownOptions(name, config, ['name', 'scheduler', 'stats']);
  const { name: prefix, scheduler } = config;
  if (typeof prefix !== 'string' || prefix === '')
    throw wrongType(`${name}.name`, prefix, 'pass a name that is not empty');
  if (scheduler !== undefined) schedulerLike(`${name}.scheduler`, scheduler);

  const ledger = ledgerOf(name, config.stats);
  // The type allows an async sink: each promise that its methods return is watched for a rejection.
  const figures: { increment(name: string): unknown; observe(name: string, value: number): unknown } = sink;
  // An error of the sink must not end the stream. No closure is made for each value.
  const count = (what: string): void => {
    try {
      onRejection(figures.increment(what), ledger.callbackFailed);
    } catch {
      ledger.callbackFailed();
    }
  };
  const time = (what: string, since: number): void => {
    if (!scheduler) return;
    try {
      onRejection(figures.observe(what, scheduler.now() - since), ledger.callbackFailed);
    } catch {
      ledger.callbackFailed();
    }
  };
  // Names are made once, not once a value.
  const nextName = `${prefix}.next`;
  const handlingName = `${prefix}.handling`;

  return (source) =>
    new Observable<T>((destination) => {
      const subscribedAt = scheduler?.now() ?? 0;
      let ended = false;
      const end = (how: 'error' | 'complete' | 'unsubscribe'): void => {
        if (ended) return;
        ended = true;
        count(`${prefix}.${how}`);
        time(`${prefix}.lifetime`, subscribedAt);
      };
      count(`${prefix}.subscribe`);
      source.subscribe(
        operate<T, T>({
          destination,
          next: (value) => {
            ledger.received += 1;
            ledger.emitted += 1;
            count(nextName);
            const startedAt = scheduler?.now() ?? 0;
            destination.next(value);
            time(handlingName, startedAt);
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
