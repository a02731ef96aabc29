import type { FeedUpdate } from '../../model/quote.js';

/** The last update of a symbol that is not a gap. */
export type Known = Exclude<FeedUpdate, { readonly kind: 'gap' }>;

/** Why a symbol's price is not to be believed: its state, or what is wrong with a live book; `undefined` for a good one. */
export function doubtOf(known: Known): string | undefined {
  if (known.state !== 'live') return known.state;
  return known.kind === 'quote' ? known.implausible : undefined;
}
