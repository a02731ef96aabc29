import type { Candlestick, MarketStatus, PriceInfo, Quote, Tagged } from '../events.js';
import {
  candleOf,
  infoOf,
  marketOf,
  type PartialCandle,
  type PartialInfo,
  type PartialMarket,
  type PartialQuote,
  quoteOf,
} from './eventsOf.js';

/** What a letter of a marble diagram may stand for: a quote unless its `kind` says otherwise. */
export type PartialEvent = PartialQuote | PartialInfo | PartialCandle | PartialMarket;

/** A partial event made whole. */
export type Completed<P> = P extends { readonly kind: 'info' }
  ? Tagged<PriceInfo>
  : P extends { readonly kind: 'candle' }
    ? Tagged<Candlestick>
    : P extends { readonly kind: 'market' }
      ? Tagged<MarketStatus>
      : Quote;

function complete(partial: PartialEvent): Completed<PartialEvent> {
  switch (partial.kind) {
    case 'info':
      return infoOf(partial);
    case 'candle':
      return candleOf(partial);
    case 'market':
      return marketOf(partial);
    default:
      return quoteOf(partial);
  }
}

/**
 * The values of a marble diagram: a letter for each partial quote, or event of another `kind`.
 *
 * @example
 * ```ts
 * const quotes = quoteMarbles({
 *   a: { symbol: 'AOT', bid: 70.25 },
 *   s: { symbol: 'AOT', bid: 70.25, state: 'suspect' },
 *   i: { kind: 'info', symbol: 'AOT', last: 70.5 },
 * });
 * const feed = fakeFeed({ quotes: hot('ai-s', quotes) });
 * ```
 *
 * @since 0.1.0
 */
export function quoteMarbles<T extends Readonly<Record<string, PartialEvent>>>(
  partials: T,
): { -readonly [K in keyof T]: Completed<T[K]> } {
  const entries = Object.entries(partials).map(([letter, partial]) => [letter, complete(partial)]);
  return Object.fromEntries(entries) as { -readonly [K in keyof T]: Completed<T[K]> };
}
