/**
 * For tests: of what is built on a feed (`fakeFeed`, `quoteMarbles`), and of feeds (`fakeTransport`, `virtualClock`).
 *
 * @packageDocumentation
 */
export { checkConservation } from './checkConservation.js';
export { fakeFeed, type FakeFeed, type FakeFeedConfig } from './fakeFeed.js';
export {
  type FakeConnection,
  type FakePayload,
  fakeTransport,
  type FakeTransport,
  type FakeTransportOptions,
} from './fakeTransport.js';
export { type PartialQuote, quoteMarbles, quoteOf } from './quoteMarbles.js';
export { type ReplayBroker, type ReplayBrokerConfig, startReplayBroker } from './replayBroker.js';
export { virtualClock, type VirtualClockOptions } from './virtualClock.js';
