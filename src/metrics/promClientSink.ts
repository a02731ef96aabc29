import { knownOptions, outOfRange, wrongType } from '../../operators/support/argument.js';
import type { CounterHandle, HistogramHandle, MetricsSink } from '../../operators/tapMetrics.js';
import { ExposedMetric, type ExposedValue } from './exposedMetric.js';
import { checkRegistry, type MetricsRegistry } from './exposeMetrics.js';

const name = 'promClientSink';

/** Upper bounds of the buckets, in ms: from the time of one value to that of a stuck consumer. */
const bounds: readonly number[] = [
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500],
  ...[1_000, 2_500, 5_000, 10_000],
];

/** A counter that a registry reads at a scrape. */
class TapCounter extends ExposedMetric implements CounterHandle {
  private total = 0;

  constructor(metric: string, of: string) {
    super({ name: metric, help: `Counted by tapMetrics as ${of}.`, type: 'counter' }, undefined, () => [
      { labels: {}, value: this.total },
    ]);
  }

  add(n: number): void {
    if (!(n >= 0)) throw outOfRange('counter.add', n, 'pass a number of at least 0');
    this.total += n;
  }
}

/** A histogram that a registry reads at a scrape, in seconds. */
class TapHistogram extends ExposedMetric implements HistogramHandle {
  private readonly counts: number[] = new Array<number>(bounds.length).fill(0);
  private count = 0;
  private sum = 0;

  constructor(metric: string, of: string) {
    const help = `Measured by tapMetrics as ${of}.`;
    super({ name: metric, help, type: 'histogram' }, undefined, () => this.read(metric));
  }

  observe(ms: number): void {
    if (!(ms >= 0)) throw outOfRange('histogram.observe', ms, 'pass milliseconds, at least 0');
    this.count += 1;
    this.sum += ms;
    let bucket = 0;
    while (bucket < bounds.length && ms > (bounds[bucket] as number)) bucket += 1;
    if (bucket < bounds.length) this.counts[bucket] = (this.counts[bucket] as number) + 1;
  }

  private read(metric: string): readonly ExposedValue[] {
    let below = 0;
    const buckets = this.counts.map((here, at) => {
      below += here;
      return { metricName: `${metric}_bucket`, labels: { le: (bounds[at] as number) / 1000 }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${metric}_bucket`, labels: { le: '+Inf' }, value: this.count },
      { metricName: `${metric}_sum`, labels: {}, value: this.sum / 1000 },
      { metricName: `${metric}_count`, labels: {}, value: this.count },
    ];
  }
}

/**
 * A sink for `tapMetrics` that exposes its counters and histograms in a registry of prom-client.
 *
 * A counter `quotes.next` is the metric `quotes_next_total`, a histogram `quotes.handling` is
 * `quotes_handling_seconds`, with buckets from 10 µs to 10 s; a character that Prometheus does not allow becomes `_`. A
 * measurement costs one addition: the registry reads the numbers at a scrape, and prom-client itself is not loaded.
 * Sinks on one registry share the metrics of a name.
 *
 * @example
 * ```ts
 * const sink = promClientSink({ registry, prefix: 'shop_' });
 * feed.quotes().pipe(tapMetrics(sink, { name: 'quotes', scheduler: ioScheduler })).subscribe(trade);
 * ```
 *
 * @param config - `registry`, and the `prefix` of the names
 * @returns a sink; its `counter()` and `histogram()` throw `RXQ_ARGUMENT` for a name that another metric of the registry has,
 * which `tapMetrics` counts in `callbackErrors`
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function promClientSink(config: {
  /** A `Registry` of prom-client, version 15. */
  readonly registry: MetricsRegistry;
  /** The prefix of the name of every metric, e.g. `shop_`. @defaultValue no prefix */
  readonly prefix?: string;
}): MetricsSink {
  knownOptions(name, config, ['registry', 'prefix']);
  const { registry, prefix = '' } = config;
  checkRegistry(`${name}.registry`, registry);
  if (typeof (prefix as unknown) !== 'string') throw wrongType(`${name}.prefix`, prefix, 'pass a text');
  if (!/^(?:[a-z_:][\w:]*)?$/i.test(prefix)) {
    throw outOfRange(`${name}.prefix`, prefix, 'pass letters, digits, _ and :, the first of them no digit');
  }
  /** The metric of that name, or a new one; throws for a foreign metric. */
  const metricOf = <M extends ExposedMetric>(
    Metric: new (metric: string, of: string) => M,
    of: string,
    unit: string,
  ): M => {
    const metric = `${prefix}${of}`.replace(/[^\w:]/g, '_').replace(/^(?=\d)/, '_') + unit;
    const found = registry.getSingleMetric(metric);
    if (found instanceof Metric) return found;
    if (found !== undefined) {
      throw outOfRange(
        `${name}.registry`,
        metric,
        'it has another metric of this name: pass a prefix, or another registry',
      );
    }
    const made = new Metric(metric, of);
    registry.registerMetric(made);
    return made;
  };
  return {
    counter: (of) => metricOf(TapCounter, of, '_total'),
    histogram: (of) => metricOf(TapHistogram, of, '_seconds'),
  };
}
