import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { QuoteTags } from '../../model/quote.js';

/**
 * Passes quotes that are new from the wire, and drops quotes that are emitted again because their state changed.
 *
 * The result does not show when a price stops being live: use it to count and record, not to decide.
 *
 * ```text
 * source:  a-s-b-c|   a, b, c images, s a state change
 * result:  a---b-c|
 * ```
 */
export function onlyImages<Q extends Pick<QuoteTags, 'change'>>(): MonoTypeOperatorFunction<Q> {
  return filter((quote) => quote.change === 'image');
}
