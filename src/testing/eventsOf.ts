import type { Candle, MarketStatus, PriceInfo } from '../model/events.js';
import type { Quote, QuoteTags, Tagged } from '../model/quote.js';

/** A quote with only the fields that matter to the test. */
export type PartialQuote = Partial<Quote> & { readonly symbol: string };

/** A price info with only the fields that matter to the test. */
export type PartialInfo = Partial<Tagged<PriceInfo>> & { readonly kind: 'info'; readonly symbol: string };

/** A bar with only the fields that matter to the test. */
export type PartialCandle = Partial<Tagged<Candle>> & { readonly kind: 'candle'; readonly symbol: string };

/** A market's status with only the fields that matter to the test. */
export type PartialMarket = Partial<Tagged<MarketStatus>> & { readonly kind: 'market'; readonly symbol: string };

/**
 * A complete event of a custom type, with the tags of the feed that matter to the test. It needs a `kind` if it is no
 * quote.
 */
export type PartiallyTagged<E> = E extends unknown
  ? Omit<E, keyof QuoteTags> &
      Partial<Omit<QuoteTags, 'kind'>> &
      ('quote' extends Tagged<E>['kind'] ? { readonly kind?: 'quote' } : { readonly kind: Tagged<E>['kind'] })
  : never;

const tags = { epoch: 0, state: 'live', market: 'open', change: 'image', receivedAt: 0, monotonicAt: 0 } as const;

/**
 * Completes a quote with defaults: live, market open, from the wire at 0 ms in epoch 0, depth 1, no bid and no ask.
 *
 * @since 0.1.0
 */
export function quoteOf(partial: PartialQuote): Quote {
  const top = { depth: 1, bid: Number.NaN, ask: Number.NaN, bidVolume: 0, askVolume: 0 } as const;
  const flags = { bidFlag: 'normal', askFlag: 'normal' } as const;
  return { ...top, ...flags, kind: 'quote', ...tags, ...partial } as Quote;
}

/** Completes a price info like `quoteOf`, without prices and volumes. */
export function infoOf(partial: PartialInfo): Tagged<PriceInfo> {
  const prices = { high: Number.NaN, low: Number.NaN, last: Number.NaN, netChange: Number.NaN };
  const totals = { totalVolume: 0, totalValue: 0, projectedOpenPrice: Number.NaN, projectedOpenVolume: 0 };
  return { ...prices, ...totals, status: 'OPEN', ...tags, ...partial };
}

/** Completes a bar like `quoteOf`: the first bar of `1m`, at 0 ms, without prices and volume. */
export function candleOf(partial: PartialCandle): Tagged<Candle> {
  const prices = { open: Number.NaN, high: Number.NaN, low: Number.NaN, close: Number.NaN };
  return { interval: '1m', sequence: 0, time: 0, ...prices, volume: 0, value: 0, ...tags, ...partial };
}

/** Completes a market's status like `quoteOf`: the market is open. */
export function marketOf(partial: PartialMarket): Tagged<MarketStatus> {
  return { status: 'OPEN', ...tags, ...partial };
}

/** Adds missing tags to an event of a custom type, with the defaults of `quoteOf`. No other field is added. */
export function taggedOf<E>(event: PartiallyTagged<E>): Tagged<E> {
  return { kind: 'quote', ...tags, ...event } as unknown as Tagged<E>;
}
