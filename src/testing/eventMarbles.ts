import type { Tagged } from '../model/quote.js';
import { type PartiallyTagged, taggedOf } from './eventsOf.js';

/**
 * The values of a marble diagram for complete events of a custom type. Missing tags of the feed are those of a live
 * quote in an open market, new from the wire at 0 ms in epoch 0. No other field is added.
 *
 * Name the type, e.g. `eventMarbles<Trade>({ a: { symbol: 'AOT', price: 70.25 } })`. Name also the letters if your code
 * reads them one by one: `eventMarbles<Trade, 'a' | 'b'>({ … })`. `fakeFeed<Trade>({ quotes })` emits them.
 *
 * @since 0.1.0
 */
export function eventMarbles<E extends { readonly symbol: string } = never, L extends string = string>(
  events: Readonly<Record<L, PartiallyTagged<E>>>,
): Record<L, Tagged<E>> {
  const entries = Object.entries<PartiallyTagged<E>>(events).map(([letter, event]) => [letter, taggedOf<E>(event)]);
  return Object.fromEntries(entries) as Record<L, Tagged<E>>;
}
