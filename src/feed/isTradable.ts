import type { QuoteTags } from '../events.js';

/** Whether a quote can be traded on: its data is `live` and its market `open`. For `filter(isTradable)`. */
export function isTradable(quote: Pick<QuoteTags, 'state' | 'market'>): boolean {
  return quote.state === 'live' && quote.market === 'open';
}
