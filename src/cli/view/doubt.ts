import type { ShownUpdate } from './view.js';

/** The last update of a symbol that is not a gap. */
export type Known = Exclude<ShownUpdate, { readonly kind: 'gap' }>;

/**
 * Why a symbol's price can't be trusted: its state, or the mark of an implausible book; `undefined` for a good price.
 */
export function doubtOf(known: Known): string | undefined {
  if (known.state !== 'live') return known.state;
  return known.kind === 'quote' ? known.implausible : undefined;
}
