import type { Candle, MarketStatus, PriceInfo } from '../model/events.js';
import type { Quote, Tagged } from '../model/quote.js';
import { candleOf, infoOf, marketOf, quoteOf } from './eventsOf.js';

/** The event of a letter in a marble diagram: a quote unless it has another `kind`. */
export type PartialEvent =
  | (Partial<Quote> & { readonly symbol: string })
  | (Partial<Tagged<PriceInfo>> & { readonly kind: 'info'; readonly symbol: string })
  | (Partial<Tagged<Candle>> & { readonly kind: 'candle'; readonly symbol: string })
  | (Partial<Tagged<MarketStatus>> & { readonly kind: 'market'; readonly symbol: string });

/** The type of a completed partial event. */
export type Completed<P> = P extends { readonly kind: 'info' }
  ? Tagged<PriceInfo>
  : P extends { readonly kind: 'candle' }
    ? Tagged<Candle>
    : P extends { readonly kind: 'market' }
      ? Tagged<MarketStatus>
      : Quote;

/** A partial event with only the fields that its kind has: a misspelt field has the type `never`. */
export type OnlyKnown<P> = P & {
  readonly [Field in Exclude<
    keyof P,
    Completed<P> extends infer U ? (U extends unknown ? keyof U : never) : never
  >]: never;
};

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
 * The values of a marble diagram: a letter for each partial quote, or event of another `kind`. A field that its kind
 * does not have is a compiler error. For events of a custom type use `eventMarbles`.
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
export function quoteMarbles<const T extends Readonly<Record<string, PartialEvent>>>(
  partials: T & { readonly [Letter in keyof T]: OnlyKnown<T[Letter]> },
): { -readonly [K in keyof T]: Completed<T[K]> } {
  const entries = Object.entries<PartialEvent>(partials).map(([letter, partial]) => [letter, complete(partial)]);
  return Object.fromEntries(entries) as { -readonly [K in keyof T]: Completed<T[K]> };
}
