/**
 * A quote without its further levels, for those who asked for depth 1. An event that is no ten-level book is returned
 * as it is.
 */
export function topOfBook<T extends object>(quote: T): T {
  if (!('depth' in quote) || quote.depth !== 10) return quote;
  const {
    bidPrices: _b,
    askPrices: _a,
    bidVolumes: _bv,
    askVolumes: _av,
    ...top
  } = quote as T & Record<string, unknown>;
  return { ...top, depth: 1 } as unknown as T;
}
