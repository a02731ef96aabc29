/**
 * Quote streams over MQTT that say, in the stream itself, when they can't be trusted.
 *
 * @packageDocumentation
 */
export { quoteFeed } from './feed/quoteFeed.js';
export { fromMqtt } from './mqtt/fromMqtt.js';
export type { MqttConfig, MqttConnection, MqttEvent, MqttMessage, MqttStats } from './mqtt/mqttTypes.js';
export type { LinkReport } from './mqtt/session/linkReport.js';
export type { WantedTopics } from './mqtt/subscriptions/wantedTopics.js';
export { mqttVenue, type MqttVenueConfig } from './mqttVenue.js';
export { alwaysOpen } from './alwaysOpen.js';
export { jsonQuote, type JsonQuote, type JsonQuoteFields } from './jsonQuote.js';
export { type ProtobufDecode, protobufDecoder, type ProtobufField, type ProtobufType } from './protobufDecoder.js';
export { isTradable, type IsTradable } from './feed/delivery/isTradable.js';
export { onlyImages } from './feed/delivery/onlyImages.js';
export { isQuote } from './feed/delivery/isQuote.js';
export { defaultTransport } from '#transport';
export { systemClock } from './model/systemClock.js';
export type { ArgumentError } from '../operators/support/argument.js';
export type { QueueStats } from '../operators/queueStats.js';
export type { QueueSnapshot } from '../operators/support/ledger.js';
export type { Clock } from './model/clock.js';
export { ConnectionFailure, DecodeError, RxQuotesError } from './model/errors.js';
export type * from './model/events.js';
export type * from './model/gap.js';
export type * from './model/quote.js';
export type * from './model/state.js';
export type { FeedDelays } from './feed/diagnostics/delayMeter.js';
export type { FeedSettings, QuoteFeedConfig } from './feed/feedConfig.js';
export type {
  AtDepth,
  CandleOptions,
  OfKind,
  QuoteFeed,
  QuoteOptions,
  SymbolList,
  SymbolState,
  ReplayOptions,
} from './feed/feedTypes.js';
export type { TopicExplanation } from './feed/diagnostics/explain.js';
export type { DelayHistogram } from './feed/diagnostics/histogram.js';
export type { MessageNote, StateReason } from './feed/diagnostics/history.js';
export type {
  ConnectionEntry,
  FeedJournal,
  GapEntry,
  JournalEntry,
  MarketsEntry,
  TopicsEntry,
} from './feed/diagnostics/journal.js';
export type { Logger } from './feed/diagnostics/logger.js';
export type { Rejection } from './feed/receiver.js';
export { type FeedStats, isConserved } from './feed/diagnostics/stats.js';
export type { WildcardTopics } from './feed/topics/topic.js';
export type {
  Closed,
  Connecting,
  ConnectionState,
  Idle,
  Live,
  Rejected,
  Silent,
  Waiting,
} from './mqtt/session/connectionState.js';
export type { TransportConfig } from './mqtt/transport/transportConfig.js';
export type { LedgerSummary, TopicSubscription } from './mqtt/subscriptions/topicLedger.js';
export type * from './model/transport.js';
export type * from './model/venue.js';
