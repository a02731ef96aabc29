/** One number of a metric in the shape that prom-client's registries read. */
export interface ExposedValue {
  /** Left out where it is the metric's own name. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Prometheus' names for the types of metrics that are used here. */
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
 * A metric in a registry of prom-client whose values are read when the registry is.
 *
 * It has the shape that registries ask of a metric rather than prom-client's classes: so prom-client is never loaded
 * (it can't be in a browser), whichever copy of it made the registry fits, and no label is hashed at a scrape.
 */
export class ExposedMetric {
  /** In OpenMetrics a counter's family has no `_total`: prom-client cuts it off here, and adds it to each value. */
  name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator = 'sum';
  /** By this a metric of feeds in a registry is known as ours, also when another load of this module put it there. */
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

  /** Does nothing: `registry.resetMetrics()` doesn't reset the counts of a feed. */
  reset(): void {
    return undefined;
  }
}
