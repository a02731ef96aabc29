/**
 * For tests: of what is built on a feed (`fakeFeed`, `quoteMarbles`), of feeds (`fakeTransport`, `virtualClock`), and
 * of both over real sockets (`startSimulatedVenue`).
 *
 * @packageDocumentation
 */
export { checkConservation } from './checkConservation.js';
export { eventMarbles } from './eventMarbles.js';
export { fakeFeed, type FakeFeed, type FakeFeedConfig, type Named } from './fakeFeed.js';
export {
  type FakeConnection,
  type FakePayload,
  fakeTransport,
  type FakeTransport,
  type FakeTransportOptions,
} from './fakeTransport.js';
export {
  type PartialCandle,
  type PartialInfo,
  type PartiallyTagged,
  type PartialMarket,
  type PartialQuote,
  quoteOf,
} from './eventsOf.js';
export { type Completed, type OnlyKnown, type PartialEvent, quoteMarbles } from './quoteMarbles.js';
export type { RefusalManner } from './venue/broker/refusals.js';
export type { SessionPhase } from './venue/market/sessionPhase.js';
export type { TokenKind } from './venue/rest/tokenStore.js';
export type { VenueFault, VenueStep } from './venue/rest/venueFault.js';
export type { SimulatedVenue, VenueCounts, VenueUrls } from './venue/simulatedVenue.js';
export { startSimulatedVenue } from './venue/startSimulatedVenue.js';
export type { SimulatedVenueConfig } from './venue/venueConfig.js';
export { messageNumber } from './venue/wire/messageNumber.js';
export type { VenueMessageKind } from './venue/wire/venueTopics.js';
export { type VirtualClock, virtualClock, type VirtualClockOptions } from './virtualClock.js';
