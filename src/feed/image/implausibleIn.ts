import type { MarketState } from '../../model/state.js';
import type { QuoteTags } from '../../model/quote.js';
import { type BestPrices, isCrossed } from '../../model/isCrossed.js';

/**
 * The reason why an event's book can't be in continuous trading: its decoder's mark, or else `crossed` if its bid is not below
 * its ask. In an auction a crossed book is plausible.
 */
export function implausibleIn(
  market: MarketState,
  mark: QuoteTags['implausible'],
  event: BestPrices,
): QuoteTags['implausible'] | undefined {
  const reason = mark ?? (isCrossed(event) ? 'crossed' : undefined);
  return reason === 'crossed' && market === 'auction' ? undefined : reason;
}
