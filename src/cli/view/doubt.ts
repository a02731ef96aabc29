import type { FeedUpdate } from '../../model/quote.js';

/** The last update of a symbol that is not a gap. */
export type Known = Exclude<FeedUpdate, { readonly kind: 'gap' }>;

/**
 * Why a symbol's price can't be trusted: its state, or the mark of an implausible book; `undefined` for a good price.
 */
export function doubtOf(known: Known): string | undefined {
  if (known.state !== 'live') return known.state;
  return known.kind === 'quote' ? known.implausible : undefined;
}
