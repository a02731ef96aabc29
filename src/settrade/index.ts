/**
 * The venue Settrade (Thai equities and derivatives): its topics, decoders, sign-in and market hours.
 *
 * @packageDocumentation
 */
export { bidOfferTopic } from './bidOfferTopic.js';
export { decodeBidOfferV3, decodeBidOfferV3Top } from './decodeBidOfferV3.js';
export { settrade, type SettradeConfig } from './settrade.js';
export type { SettradeEvent } from './settradeData.js';
export { type SettradeCalendarConfig, settradeCalendar } from './settradeCalendar.js';
export { settradeTopics } from './settradeTopics.js';
