/**
 * Quote streams over MQTT that say, in the stream itself, when they can't be trusted.
 *
 * @packageDocumentation
 */
export { quoteFeed } from './feed/quoteFeed.js';
export { mqttVenue, type MqttVenueConfig } from './mqttVenue.js';
export { alwaysOpen } from './alwaysOpen.js';
export { jsonQuote, type JsonQuote, type JsonQuoteFields } from './jsonQuote.js';
export { isTradable, type IsTradable } from './feed/isTradable.js';
export { onlyImages } from './feed/onlyImages.js';
export { isQuote } from './feed/isQuote.js';
export { defaultTransport } from '#transport';
export { systemClock } from './systemClock.js';
export type { ArgumentError } from '../operators/support/argument.js';
export type { QueueStats } from '../operators/support/ledger.js';
export type { Clock } from './clock.js';
export * from './errors.js';
export type * from './events.js';
export type { FeedDelays } from './feed/delayMeter.js';
export type { FeedSettings, QuoteFeedConfig } from './feed/feedConfig.js';
export type {
  AtDepth,
  CandleOptions,
  OfKind,
  QuoteFeed,
  QuoteOptions,
  SymbolState,
  ReplayOptions,
} from './feed/feedTypes.js';
export type { TopicExplanation } from './feed/explain.js';
export type { DelayHistogram } from './feed/histogram.js';
export type { MessageNote, StateReason } from './feed/history.js';
export type { Logger } from './feed/logger.js';
export type { Rejection } from './feed/receive.js';
export { type FeedStats, isConserved } from './feed/stats.js';
export type {
  Closed,
  Connecting,
  ConnectionState,
  Idle,
  Live,
  Rejected,
  Silent,
  Waiting,
} from './mqtt/connectionState.js';
export type { TransportConfig } from './mqtt/transportConfig.js';
export { type RetryRule, retryRules } from './mqtt/retryRules.js';
export type { LedgerSummary, TopicSubscription } from './mqtt/topicLedger.js';
export type * from './transport.js';
export type * from './venue.js';
