import type { Book, BookFlag, TopOfBook } from '../model/events.js';
import { isCrossed } from '../model/isCrossed.js';
import { countOf, priceOf } from './figures.js';
import { implausible } from './implausible.js';
import { lastLevel, symbolIn } from './topicSymbol.js';

const flags: readonly BookFlag[] = ['undefined', 'normal', 'ato', 'atc'];

/** A number beyond the listed flags is `undefined`. */
const flagOf = (flag: number): BookFlag => flags[flag] ?? 'undefined';

/** Makes a book from the fields of a `BidOfferV3`. The symbol is from `symbolAt` to `symbolStop`. */
export function book(
  bytes: Uint8Array,
  topic: string | undefined,
  symbolAt: number,
  symbolStop: number,
  bidFlag: number,
  askFlag: number,
  bidPrices: readonly number[],
  askPrices: readonly number[],
  bidVolumes: readonly number[],
  askVolumes: readonly number[],
): Book {
  const read: Book = {
    depth: 10,
    symbol: symbolIn(bytes, symbolAt, symbolStop, lastLevel(topic)),
    bidFlag: flagOf(bidFlag),
    askFlag: flagOf(askFlag),
    bid: bidPrices[0] as number,
    ask: askPrices[0] as number,
    bidVolume: bidVolumes[0] as number,
    askVolume: askVolumes[0] as number,
    bidPrices,
    askPrices,
    bidVolumes,
    askVolumes,
  };
  const mark = implausible(read);
  return mark === undefined ? read : { ...read, implausible: mark };
}

/** Makes a `TopOfBook` from the first level. */
export function topOfBook(
  bytes: Uint8Array,
  topic: string | undefined,
  symbolAt: number,
  symbolStop: number,
  bidFlag: number,
  askFlag: number,
  bidPrice: number,
  askPrice: number,
  bidVolume: number,
  askVolume: number,
): TopOfBook {
  const read: TopOfBook = {
    depth: 1,
    symbol: symbolIn(bytes, symbolAt, symbolStop, lastLevel(topic)),
    bidFlag: flagOf(bidFlag),
    askFlag: flagOf(askFlag),
    bid: priceOf(bidPrice),
    ask: priceOf(askPrice),
    bidVolume: countOf(bidVolume, 'bid_volume1'),
    askVolume: countOf(askVolume, 'ask_volume1'),
  };
  return isCrossed(read) ? { ...read, implausible: 'crossed' } : read;
}
