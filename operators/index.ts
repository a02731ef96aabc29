export { asyncIterableFrom } from './asyncIterableFrom.js';
export type { BoundedAsyncIterator } from './boundedAsyncIterator.js';
export type { BoundedConfig } from './boundedConfig.js';
export { bufferBounded } from './bufferBounded.js';
export { concatMapBounded } from './concatMapBounded.js';
export { conflateBy, type ConflateByConfig } from './conflateBy.js';
export { decode, type DecodeConfig } from './decode.js';
export { ioScheduler } from './ioScheduler.js';
export type { ArgumentError } from './support/argument.js';
export { QueueStats } from './queueStats.js';
export type { QueueSnapshot } from './support/ledger.js';
export { latestBy, type LatestByConfig } from './latestBy.js';
export { observeOnBounded, type ObserveOnBoundedConfig } from './observeOnBounded.js';
export { QueueOverflowError } from './queueOverflowError.js';
export { retryBackoff, type RetryBackoffConfig } from './retryBackoff.js';
export { staleBy, type Freshness, type StaleByConfig } from './staleBy.js';
export {
  tapMetrics,
  type MetricsSink,
  type TapMetricsConfig,
} from './tapMetrics.js';
