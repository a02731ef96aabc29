/**
 * Settrade (Thai equities and derivatives) as a venue: its topics and how to read them.
 *
 * @packageDocumentation
 */
export { bidOfferTopic } from './bidOfferTopic.js';
export { decodeBidOfferV3 } from './decodeBidOfferV3.js';
export { settradeTopics } from './settradeTopics.js';
