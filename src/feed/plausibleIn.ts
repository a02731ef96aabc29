import type { MarketState } from '../events.js';

/** An event without the mark of a crossed book where the market is in auction: there bids may be above asks. */
export function plausibleIn<E extends { readonly symbol: string }>(market: MarketState, event: E): E {
  if (market !== 'auction' || !('implausible' in event) || event.implausible !== 'crossed') return event;
  const { implausible: _mark, ...plausible } = event;
  return plausible as unknown as E;
}
