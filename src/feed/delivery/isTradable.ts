import type { QuoteTags } from '../../model/quote.js';
import { isCrossed } from '../../model/isCrossed.js';
import { isMarketState, marketRules } from '../trust/marketTransitions.js';

type Tags = Pick<QuoteTags, 'state' | 'market'>;
type Live = { readonly state: 'live'; readonly market: 'open' };

function isTrusted(
  quote: Tags & { readonly implausible?: unknown; readonly bid?: unknown; readonly ask?: unknown },
): boolean {
  const { state, market, implausible, bid, ask } = quote;
  // A quote from another program may have any value as `market`. A crossed book of an auction has no `implausible`
  // mark, so the prices are compared here.
  const isOpen = isMarketState(market) && marketRules[market].tradable;
  return state === 'live' && isOpen && implausible === undefined && !isCrossed({ bid, ask });
}

/** Whether a quote has both prices as finite numbers, or is of a kind without prices. A broker may leave out an empty side. */
function hasBothOrNone(quote: object): boolean {
  if ('bid' in quote && 'ask' in quote) return Number.isFinite(quote.bid) && Number.isFinite(quote.ask);
  return !('bid' in quote || 'ask' in quote);
}

/**
 * Whether a quote can be traded on: its data is `live`, its market `open`, its book not `implausible`, and its `bid`
 * and `ask` are finite numbers, the bid below the ask. An event without `bid` and `ask`, e.g. a price info, needs no
 * prices. A `quiet` quote is not tradable: silence of this length is no fault, but the price is older than usual.
 * `filter(isTradable)` keeps the quotes' type.
 *
 * `isTradable.bid` and `isTradable.ask` look at one side only.
 *
 * @since 0.1.0
 */
export const isTradable: {
  <Q extends Pick<QuoteTags, 'state' | 'market'>>(
    quote: Q,
  ): quote is Q & { readonly state: 'live'; readonly market: 'open' };
  /** For a program that sells: only the `bid` has to be a finite number, so that a book without asks passes. */
  readonly bid: <Q extends Pick<QuoteTags, 'state' | 'market'> & { readonly bid?: unknown }>(
    quote: Q,
  ) => quote is Q & { readonly state: 'live'; readonly market: 'open'; readonly bid: number };
  /** For a program that buys: only the `ask` has to be a finite number, so that a book without bids passes. */
  readonly ask: <Q extends Pick<QuoteTags, 'state' | 'market'> & { readonly ask?: unknown }>(
    quote: Q,
  ) => quote is Q & { readonly state: 'live'; readonly market: 'open'; readonly ask: number };
} = Object.assign(<Q extends Tags>(quote: Q): quote is Q & Live => isTrusted(quote) && hasBothOrNone(quote), {
  bid: <Q extends Tags & { readonly bid?: unknown }>(quote: Q): quote is Q & Live & { readonly bid: number } =>
    isTrusted(quote) && Number.isFinite(quote.bid),
  ask: <Q extends Tags & { readonly ask?: unknown }>(quote: Q): quote is Q & Live & { readonly ask: number } =>
    isTrusted(quote) && Number.isFinite(quote.ask),
});
