const LEVELS: ReadonlySet<string> = new Set(['bidPrices', 'askPrices', 'bidVolumes', 'askVolumes']);

/** Whether an event is a book of ten levels a side; it may have other fields, too. */
function isTenLevels(event: object): boolean {
  if (!('depth' in event) || event.depth !== 10) return false;
  return 'bidPrices' in event && Array.isArray(event.bidPrices);
}

/**
 * A quote with its best level only, for consumers of depth 1. An event that is no book of ten levels is returned as it is.
 */
export function topOfBook<T extends object>(quote: T): T {
  if (!isTenLevels(quote)) return quote;
  const top = Object.fromEntries(Object.entries(quote).filter(([field]) => !LEVELS.has(field)));
  return { ...top, depth: 1 } as unknown as T;
}
