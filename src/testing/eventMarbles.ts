import type { Tagged } from '../model/quote.js';
import { type PartiallyTagged, taggedOf } from './eventsOf.js';

/**
 * The values of a marble diagram for events of a type of your own, each given whole. The feed's tags that are left out are
 * those of a quote that is live, in an open market, new from the wire at 0 ms in epoch 0. Nothing else is added.
 *
 * The type is to be named, e.g. `eventMarbles<Trade>({ a: { symbol: 'AOT', price: 70.25 } })`. Name the letters as well
 * where your code reads them one by one: `eventMarbles<Trade, 'a' | 'b'>({ … })`. `fakeFeed<Trade>({ quotes })` hands them
 * out.
 *
 * @since 0.1.0
 */
export function eventMarbles<E extends { readonly symbol: string } = never, L extends string = string>(
  events: Readonly<Record<L, PartiallyTagged<E>>>,
): Record<L, Tagged<E>> {
  const entries = Object.entries<PartiallyTagged<E>>(events).map(([letter, event]) => [letter, taggedOf<E>(event)]);
  return Object.fromEntries(entries) as Record<L, Tagged<E>>;
}
