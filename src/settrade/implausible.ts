import type { Book } from '../model/events.js';
import { isCrossed } from '../model/isCrossed.js';

type Levels = Pick<Book, 'bidPrices' | 'askPrices' | 'bidVolumes' | 'askVolumes' | 'bidFlag' | 'askFlag'>;

/** Whether each of ten levels has a price, best first: a fast check that nearly every book passes. */
function isFull(prices: readonly number[], sign: 1 | -1): boolean {
  for (let level = 1; level < prices.length; level++) {
    if (!(((prices[level] as number) - (prices[level - 1] as number)) * sign > 0)) return false;
  }
  return true;
}

/** Whether a side is not best first: `sign` is 1 for asks, which rise, and -1 for bids. */
function isDisordered(prices: readonly number[], volumes: readonly number[], sign: 1 | -1): boolean {
  if (isFull(prices, sign)) return false;
  let last = sign * -Infinity;
  let hole = false;
  for (let level = 0; level < prices.length; level++) {
    const price = prices[level] as number;
    // A level with a volume but no price is valid: orders at the open or close.
    if (price !== price) hole ||= volumes[level] === 0;
    else if (hole || (price - last) * sign <= 0) return true;
    else last = price;
  }
  return false;
}

/** Why a book can't be from continuous trading; `undefined` if it can. */
export function implausible(book: Levels): 'crossed' | 'disordered' | undefined {
  const { bidPrices, askPrices, bidVolumes, askVolumes, bidFlag, askFlag } = book;
  if (isDisordered(bidPrices, bidVolumes, -1) || isDisordered(askPrices, askVolumes, 1)) return 'disordered';
  return isCrossed({ bid: bidPrices[0], ask: askPrices[0], bidFlag, askFlag }) ? 'crossed' : undefined;
}
