import type { QuoteTags } from '../events.js';
import { marketRules } from './marketTransitions.js';

/**
 * Whether a quote can be traded on: its data is `live`, its market `open`, and its book not `implausible`.
 * Not one that is `quiet`: that is no fault, but its price is older than nearly always. `filter(isTradable)` keeps the
 * quotes' type.
 */
export function isTradable<Q extends Pick<QuoteTags, 'state' | 'market'>>(
  quote: Q,
): quote is Q & { readonly state: 'live'; readonly market: 'open' } {
  if (quote.state !== 'live' || !marketRules[quote.market].tradable) return false;
  return !('implausible' in quote) || quote.implausible === undefined;
}
