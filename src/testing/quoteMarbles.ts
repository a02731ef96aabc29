import type { Quote } from '../events.js';

/** A quote of which only the interesting fields are given. */
export type PartialQuote = Partial<Quote> & { readonly symbol: string };

/**
 * Completes a quote: live, market open, from the wire at 0 ms in epoch 0, depth 1, no bid and no ask.
 *
 * @since 0.1.0
 */
export function quoteOf(partial: PartialQuote): Quote {
  const top = { depth: 1, bid: Number.NaN, ask: Number.NaN, bidVolume: 0, askVolume: 0 } as const;
  const flags = { bidFlag: 'normal', askFlag: 'normal' } as const;
  const tags = {
    kind: 'quote',
    epoch: 0,
    state: 'live',
    market: 'open',
    change: 'image',
    receivedAt: 0,
    monotonicAt: 0,
  } as const;
  return { ...top, ...flags, ...tags, ...partial } as Quote;
}

/**
 * The values of a marble diagram: a letter for each partial quote.
 *
 * @example
 * ```ts
 * const quotes = quoteMarbles({ a: { symbol: 'AOT', bid: 70.25 }, s: { symbol: 'AOT', bid: 70.25, state: 'suspect' } });
 * const feed = fakeFeed({ quotes: hot('a--s', quotes) });
 * ```
 *
 * @since 0.1.0
 */
export function quoteMarbles<K extends string>(partials: Readonly<Record<K, PartialQuote>>): Record<K, Quote> {
  const entries = Object.entries<PartialQuote>(partials).map(([letter, partial]) => [letter, quoteOf(partial)]);
  return Object.fromEntries(entries) as Record<K, Quote>;
}
