import type { QuoteTags } from '../events.js';

/**
 * Whether a quote can be traded on: its data is `live` and its market `open`. `filter(isTradable)` keeps the quotes'
 * type.
 */
export function isTradable<Q extends Pick<QuoteTags, 'state' | 'market'>>(
  quote: Q,
): quote is Q & { readonly state: 'live'; readonly market: 'open' } {
  return quote.state === 'live' && quote.market === 'open';
}
