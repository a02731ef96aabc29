/** The best prices of a book, and how its sides are matched. */
export interface BestPrices {
  readonly bid?: unknown;
  readonly ask?: unknown;
  readonly bidFlag?: unknown;
  readonly askFlag?: unknown;
}

/** Whether a side is matched in an auction, where bids may be above asks. */
function isAuction(flag: unknown): boolean {
  return flag === 'ato' || flag === 'atc';
}

/** Whether the best bid is not below the best ask, although neither side is flagged as in an auction. */
export function isCrossed({ bid, ask, bidFlag, askFlag }: BestPrices): boolean {
  if (typeof bid !== 'number' || typeof ask !== 'number' || !(bid >= ask)) return false;
  return !isAuction(bidFlag) && !isAuction(askFlag);
}
