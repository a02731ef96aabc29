/**
 * Metrics of a feed: the catalogue as data, its samples, a registry of prom-client, an HTTP server.
 *
 * @packageDocumentation
 */
export { feedMetrics, type FeedMetric, type MetricValue } from './catalogue.js';
export { exposeMetrics, type ExposeMetricsConfig, type MetricsRegistry } from './exposeMetrics.js';
export { promClientSink } from './promClientSink.js';
export { samples } from './samples.js';
export { type MetricsServer, serveMetrics, type ServeMetricsConfig } from './serveMetrics.js';
