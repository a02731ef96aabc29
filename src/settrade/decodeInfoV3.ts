import type { PriceInfo } from '../model/events.js';
import { readInfoV3 } from './generated/infov3.js';

/**
 * Reads an `InfoV3`: last price, the day's range and totals, and the market status of a symbol, as Settrade publishes it on
 * `proto/topic/infov3/{symbol}`.
 *
 * A price that is zero or left out is `NaN`, and so is the net change while there is no last price; totals are 0 where
 * they are left out. `status` is the venue's own word, `STATUS_99` for a number that this version does not know. A
 * market with such a status is never `open`.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic of the message, whose last level must be the symbol; left out, the symbol is the message's
 * own
 * @throws DecodeError as `decodeBidOfferV3`
 */
export function decodeInfoV3(payload: Uint8Array, topic?: string): PriceInfo {
  return readInfoV3(payload, topic);
}
