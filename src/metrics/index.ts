/**
 * A feed's numbers for a metrics system: the catalogue as data, and its samples.
 *
 * @packageDocumentation
 */
export { feedMetrics, type FeedMetric } from './catalogue.js';
export { type Sample, samples } from './samples.js';
