import type { MarketState, QuoteTags } from '../events.js';
import { type BestPrices, isCrossed } from '../isCrossed.js';

/**
 * Why an event's book can't be in continuous trading: what its decoder says, or else whether its bid and ask are crossed. In
 * an auction bids may be above asks.
 */
export function implausibleIn(
  market: MarketState,
  event: BestPrices & { readonly implausible?: QuoteTags['implausible'] | null },
): QuoteTags['implausible'] | undefined {
  const mark = event.implausible ?? (isCrossed(event) ? 'crossed' : undefined);
  return mark === 'crossed' && market === 'auction' ? undefined : mark;
}
