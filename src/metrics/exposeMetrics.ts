import {
  knownOptions,
  outOfRange,
  requiredFunction,
  wholeNumber,
  wrongType,
} from '../../operators/support/argument.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { playbookAliases } from './aliases.js';
import { feedMetrics } from './catalogue.js';
import { Exposition, expositionOf } from './exposition.js';
import { feedHistograms } from './histograms.js';
import { symbolMetrics } from './symbolMetrics.js';

/** The part of prom-client's `Registry` that is used here. */
export interface MetricsRegistry {
  /** The `Content-Type` of what `metrics()` returns. */
  readonly contentType: string;
  /** All metrics as text. */
  metrics(): Promise<string>;
  /** The metric of a name, if there is one. */
  getSingleMetric(name: string): unknown;
  /** Adds a metric. */
  registerMetric(metric: { get(): Promise<object>; reset(): void }): void;
}

/** Options of `exposeMetrics`. */
export interface ExposeMetricsConfig {
  /** A `Registry` of prom-client, version 15. */
  readonly registry: MetricsRegistry;
  /** Feeds by the name they have in the label `feed`. */
  readonly feeds: Readonly<Record<string, Pick<QuoteFeed, 'stats' | 'delays' | 'symbols' | 'state$'>>>;
  /** Whether the metrics have their second names too, e.g. `mqtt_connected` (docs/metrics.md). @defaultValue true */
  readonly aliases?: boolean;
  /**
   * How many symbols of a feed have metrics of their own, with their names as labels; the others are
   * `other`. Each costs every scrape two lines. @defaultValue 0, and no such metrics
   */
  readonly perSymbol?: number;
}

/**
 * Adds the metrics of feeds to a registry of prom-client, each with the label `feed`.
 *
 * It costs no time per message: the numbers that feeds keep anyway are read at a scrape, by one call of `stats()` per
 * feed. A further call adds other feeds, or replaces a closed feed, whose counters continue. prom-client itself is not
 * loaded.
 *
 * @example
 * ```ts
 * exposeMetrics({ registry, feeds: { settrade: feed } });
 * log(await registry.metrics());
 * ```
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, before any metric is added; also when the registry has a
 * foreign metric with one of the names, or another open feed with one of the names
 * @since 0.1.0
 */
export function exposeMetrics(config: ExposeMetricsConfig): void {
  const name = 'exposeMetrics';
  knownOptions(name, config, ['registry', 'feeds', 'aliases', 'perSymbol']);
  const { registry, feeds, aliases = true, perSymbol = 0 } = config;
  checkRegistry(`${name}.registry`, registry);
  checkFeeds(`${name}.feeds`, feeds, ['stats']);
  wholeNumber(`${name}.perSymbol`, perSymbol, 0);

  const metrics = aliases ? [...feedMetrics, ...playbookAliases] : feedMetrics;
  const bySymbol = perSymbol > 0 ? symbolMetrics : [];
  const present = new Map(
    [...metrics, ...feedHistograms, ...bySymbol].map((metric) => {
      const found = registry.getSingleMetric(metric.name);
      const exposition = expositionOf(found);
      if (found === undefined || exposition !== undefined) return [metric.name, exposition];
      const remedy = 'it has another metric of this name: pass another registry, or aliases: false if it is an alias';
      throw outOfRange(`${name}.registry`, metric.name, remedy);
    }),
  );
  const exposition = [...present.values()].find((one) => one !== undefined) ?? new Exposition();
  for (const [feedName, feed] of Object.entries(feeds)) {
    if (exposition.isTaken(feedName, feed)) {
      const remedy = 'another feed that is not closed has this name: close it first, or name this one otherwise';
      throw outOfRange(`${name}.feeds`, feedName, remedy);
    }
  }
  const missing = ({ name: metric }: { readonly name: string }): boolean => present.get(metric) === undefined;
  for (const metric of metrics.filter(missing)) registry.registerMetric(exposition.metric(metric));
  for (const histogram of feedHistograms.filter(missing)) registry.registerMetric(exposition.histogram(histogram));
  for (const metric of bySymbol.filter(missing)) registry.registerMetric(exposition.symbolMetric(metric));
  if (perSymbol > 0) exposition.symbolLimit = perSymbol;
  for (const [feedName, feed] of Object.entries(feeds)) exposition.add(feedName, feed);
}

/** Throws for a registry without the needed methods. */
export function checkRegistry(option: string, registry: unknown): void {
  const { registerMetric, getSingleMetric } = (registry ?? {}) as Partial<MetricsRegistry>;
  if (typeof registerMetric !== 'function' || typeof getSingleMetric !== 'function') {
    throw wrongType(option, registry, 'pass a Registry of prom-client, e.g. new Registry() or its register');
  }
}

/** Throws for feeds without the needed methods. */
export function checkFeeds(option: string, feeds: unknown, methods: readonly Extract<keyof QuoteFeed, string>[]): void {
  if (typeof feeds !== 'object' || feeds === null) {
    throw wrongType(option, feeds, 'pass feeds by name, e.g. { settrade: feed }');
  }
  for (const [name, feed] of Object.entries(feeds)) {
    for (const method of methods) {
      requiredFunction(`${option}.${name}.${method}`, (feed as Partial<QuoteFeed> | undefined)?.[method]);
    }
  }
}
