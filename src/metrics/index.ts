/**
 * A feed's numbers for a metrics system: the catalogue as data, its samples, a registry of prom-client, a server.
 *
 * @packageDocumentation
 */
export { playbookAliases } from './aliases.js';
export { feedMetrics, type FeedMetric, type MetricValue } from './catalogue.js';
export {
  exposeMetrics,
  type ExposeMetricsConfig,
  type MetricsRegistry,
  type RegistryMetric,
} from './exposeMetrics.js';
export type { MeasuredFeed } from './exposition.js';
export type { FeedHealth, WatchedFeed } from './feedHealth.js';
export { feedHistograms, type FeedHistogram } from './histograms.js';
export { promClientSink, type PromClientSinkConfig } from './promClientSink.js';
export { type Sample, samples } from './samples.js';
export { symbolMetrics, type SymbolMetric, type SymbolValue } from './symbolMetrics.js';
export { type MetricsServer, serveMetrics, type ServeMetricsConfig } from './serveMetrics.js';
