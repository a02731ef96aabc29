/**
 * Test tools: for code that uses a feed (`fakeFeed`, `quoteMarbles`), for feeds (`fakeTransport`, `virtualClock`), and
 * for both over real sockets (`startSimulatedVenue`).
 *
 * @packageDocumentation
 */
export { checkConservation } from './checkConservation.js';
export { eventMarbles } from './eventMarbles.js';
export type { PartiallyTagged } from './eventsOf.js';
export { fakeFeed, type FakeFeed, type FakeFeedConfig } from './fakeFeed.js';
export { type FakeConnection, fakeTransport, type FakeTransport, type FakeTransportOptions } from './fakeTransport.js';
export { type Completed, type OnlyKnown, type PartialEvent, quoteMarbles } from './quoteMarbles.js';
export type { SessionPhase } from './venue/market/sessionPhase.js';
export type { VenueFault } from './venue/rest/venueFault.js';
export type { SimulatedVenue } from './venue/simulatedVenue.js';
export { startSimulatedVenue } from './venue/startSimulatedVenue.js';
export type { SimulatedVenueConfig } from './venue/venueConfig.js';
export { messageNumber } from './venue/wire/messageNumber.js';
export { type VirtualClock, virtualClock } from './virtualClock.js';
