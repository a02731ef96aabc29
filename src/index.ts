/**
 * Quote streams over MQTT that say, in the stream itself, when they can't be trusted.
 *
 * @packageDocumentation
 */
export { quoteFeed } from './feed/quoteFeed.js';
export { fromMqtt } from './mqtt/fromMqtt.js';
export { mqttVenue, type MqttVenueConfig } from './mqttVenue.js';
export { jsonQuote, type JsonQuote } from './jsonQuote.js';
export { protobufDecoder } from './protobufDecoder.js';
export { alwaysOpen } from './alwaysOpen.js';
export { isTradable } from './feed/delivery/isTradable.js';
export { isQuote } from './feed/delivery/isQuote.js';
export { onlyImages } from './feed/delivery/onlyImages.js';
export { defaultTransport } from '#transport';
export { systemClock } from './model/systemClock.js';
export { ConnectionFailure, DecodeError, RxQuotesError } from './model/errors.js';
export type { Book, Candle, MarketStatus, PriceInfo, TopOfBook, VenueEvent } from './model/events.js';
export type { FeedUpdate, Quote, QuoteTags, SymbolStatus, Tagged, Untagged } from './model/quote.js';
export type { DataState, MarketState } from './model/state.js';
export type { Gap } from './model/gap.js';
export type { Clock } from './model/clock.js';
export type { ConnectionEvent, Endpoint, Transport } from './model/transport.js';
export type { Calendar, EndpointProvider, OnSubscribe, TopicDecoder, TopicKind, Venue } from './model/venue.js';
export type { FeedSettings, QuoteFeedConfig } from './feed/feedConfig.js';
export type { AtDepth, QuoteFeed, ReplayOptions, SymbolState } from './feed/feedTypes.js';
export type { DelayHistogram } from './feed/diagnostics/histogram.js';
export type { FeedDelays } from './feed/diagnostics/delayMeter.js';
export type { FeedJournal } from './feed/diagnostics/journal.js';
export type { FeedStats } from './feed/diagnostics/stats.js';
export type { Logger } from './feed/diagnostics/logger.js';
export type { TopicExplanation } from './feed/diagnostics/topicExplanation.js';
export type { MqttConfig, MqttConnection, MqttEvent, MqttMessage } from './mqtt/mqttTypes.js';
export type { ConnectionState } from './mqtt/session/connectionState.js';
export type { TopicSubscription } from './mqtt/subscriptions/topicLedger.js';
export type { TransportConfig } from './mqtt/transport/transportConfig.js';
