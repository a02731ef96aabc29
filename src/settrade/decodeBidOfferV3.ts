import type { Book, TopOfBook } from '../model/events.js';
import { readBidOfferV3, readTopOfBidOfferV3 } from './generated/bidofferv3.js';

/**
 * Reads a `BidOfferV3`: the full image of ten levels a side that Settrade publishes on
 * `proto/topic/bidofferv3/{symbol}`.
 *
 * Prices are the doubles nearest to the decimals sent. A price that is zero or left out is `NaN`, never 0; its level
 * keeps the volume sent with it (orders at the open or close have a volume and no price), so a missing level is `NaN`
 * with volume 0. A flag this version does not know is `undefined`. Unknown fields are skipped, of a repeated field the
 * last value counts, and the order of fields does not matter. The currency is ignored.
 *
 * In protobuf, a message that is cut exactly between two fields is a valid shorter message, and an `InfoV3` without
 * totals reads as three bids. Only the frame's length and the topic show the difference.
 *
 * @param payload - the bytes of one message; the book shares no memory with them
 * @param topic - the topic of the message: the message must have the symbol of the topic's last level, in any case, and
 * the book has the topic's spelling. Left out, the symbol is the message's own.
 * @throws DecodeError with reason `truncated` (cut inside a field), `schema` (not protobuf, or a wire type other than
 * the schema's), `money-layout` (a Money of another layout), `symbol` (none, or not the topic's) or `number` (a price or volume that no double holds exactly, a
 * Money out of its bounds, a negative volume)
 */
export function decodeBidOfferV3(payload: Uint8Array, topic?: string): Book {
  return readBidOfferV3(payload, topic);
}

/**
 * Reads the best bid and ask of a `BidOfferV3`, which costs less than to read all levels.
 *
 * The values are those of `decodeBidOfferV3`. The decoder checks the wire types and lengths of all fields, in any
 * order. It ignores the content of further levels: it accepts a message whose only faults are there (a price of another
 * layout, a volume below 0, levels in disorder), and never sets the mark `disordered`.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - as for `decodeBidOfferV3`
 * @throws DecodeError as `decodeBidOfferV3`; with reason `number` for the first level only
 * @since 0.1.0
 */
export function decodeBidOfferV3Top(payload: Uint8Array, topic?: string): TopOfBook {
  return readTopOfBidOfferV3(payload, topic);
}
