/**
 * Settrade (Thai equities and derivatives) as a venue: its topics and how to read them.
 *
 * @packageDocumentation
 */
export { bidOfferTopic } from './bidOfferTopic.js';
export { decodeBidOfferV3, decodeBidOfferV3Top } from './decodeBidOfferV3.js';
export { decodeCandlestickV3 } from './decodeCandlestickV3.js';
export { decodeDerivExchangeInfoV3, decodeEquityExchangeInfoV3 } from './decodeExchangeInfoV3.js';
export { decodeInfoV3 } from './decodeInfoV3.js';
export { settrade, type SettradeConfig } from './settrade.js';
export type { SettradeEvent } from './settradeData.js';
export type { MarketHours } from './marketHours.js';
export { type SettradeCalendarConfig, settradeCalendar } from './settradeCalendar.js';
export type { SettradeTimetable } from './settradeTimetable.js';
export { settradeTopics } from './settradeTopics.js';
