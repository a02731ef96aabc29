import type { Candle, MarketStatus, PriceInfo } from '../model/events.js';
import type { Quote, QuoteTags, Tagged } from '../model/quote.js';

/** A quote of which only the interesting fields are given. */
export type PartialQuote = Partial<Quote> & { readonly symbol: string };

/** A price info of which only the interesting fields are given. */
export type PartialInfo = Partial<Tagged<PriceInfo>> & { readonly kind: 'info'; readonly symbol: string };

/** A bar of which only the interesting fields are given. */
export type PartialCandle = Partial<Tagged<Candle>> & { readonly kind: 'candle'; readonly symbol: string };

/** A market's status of which only the interesting fields are given. */
export type PartialMarket = Partial<Tagged<MarketStatus>> & { readonly kind: 'market'; readonly symbol: string };

/**
 * A whole event of a type of your own, and those of the feed's tags that matter to the test. Its `kind` is needed where it
 * is no quote.
 */
export type PartiallyTagged<E> = E extends unknown
  ? Omit<E, keyof QuoteTags> &
      Partial<Omit<QuoteTags, 'kind'>> &
      ('quote' extends Tagged<E>['kind'] ? { readonly kind?: 'quote' } : { readonly kind: Tagged<E>['kind'] })
  : never;

const tags = { epoch: 0, state: 'live', market: 'open', change: 'image', receivedAt: 0, monotonicAt: 0 } as const;

/**
 * Completes a quote: live, market open, from the wire at 0 ms in epoch 0, depth 1, no bid and no ask.
 *
 * @since 0.1.0
 */
export function quoteOf(partial: PartialQuote): Quote {
  const top = { depth: 1, bid: Number.NaN, ask: Number.NaN, bidVolume: 0, askVolume: 0 } as const;
  const flags = { bidFlag: 'normal', askFlag: 'normal' } as const;
  return { ...top, ...flags, kind: 'quote', ...tags, ...partial } as Quote;
}

/** Completes a price info as `quoteOf` does a quote: no prices, no volumes. */
export function infoOf(partial: PartialInfo): Tagged<PriceInfo> {
  const prices = { high: Number.NaN, low: Number.NaN, last: Number.NaN, netChange: Number.NaN };
  const totals = { totalVolume: 0, totalValue: 0, projectedOpenPrice: Number.NaN, projectedOpenVolume: 0 };
  return { ...prices, ...totals, status: 'OPEN', ...tags, ...partial };
}

/** Completes a bar as `quoteOf` does a quote: the first of `1m`, at 0 ms, no prices, no volume. */
export function candleOf(partial: PartialCandle): Tagged<Candle> {
  const prices = { open: Number.NaN, high: Number.NaN, low: Number.NaN, close: Number.NaN };
  return { interval: '1m', sequence: 0, time: 0, ...prices, volume: 0, value: 0, ...tags, ...partial };
}

/** Completes a market's status as `quoteOf` does a quote: open. */
export function marketOf(partial: PartialMarket): Tagged<MarketStatus> {
  return { status: 'OPEN', ...tags, ...partial };
}

/** Adds the tags that are left out to an event of a type of your own, as `quoteOf` does; nothing else is added. */
export function taggedOf<E>(event: PartiallyTagged<E>): Tagged<E> {
  return { kind: 'quote', ...tags, ...event } as unknown as Tagged<E>;
}
