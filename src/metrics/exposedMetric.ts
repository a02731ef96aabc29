/** One number of a metric in the shape that prom-client's registries read. */
export interface ExposedValue {
  /** The name; left out if it is the metric's own name. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Prometheus' names for the used types of metrics. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** A metric as a registry reads it. */
export interface MetricReading {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator: 'sum';
  readonly values: readonly ExposedValue[];
}

/**
 * A metric in a registry of prom-client whose values are read at a scrape.
 *
 * It has the shape that a registry needs, but does not use prom-client's classes. So prom-client is never loaded (a
 * browser can't load it), any copy of prom-client may have made the registry, and no label is hashed at a scrape.
 */
export class ExposedMetric {
  /** In OpenMetrics a counter's family has no `_total`: prom-client cuts it off here, and adds it to each value. */
  name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator = 'sum';
  /** Marks a metric of feeds in a registry, also for another copy of this module. */
  readonly rxQuotesExposition: object | undefined;
  private readonly values: () => readonly ExposedValue[];

  constructor(
    { name, help, type }: Pick<MetricReading, 'name' | 'help' | 'type'>,
    exposition: object | undefined,
    values: () => readonly ExposedValue[],
  ) {
    this.rxQuotesExposition = exposition;
    this.name = name;
    this.help = help;
    this.type = type;
    this.values = values;
  }

  get(): Promise<MetricReading> {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({ name, help, type, aggregator, values: this.values() });
  }

  /** Does nothing, because `registry.resetMetrics()` must not reset the counts of a feed. */
  reset(): void {
    return undefined;
  }
}
