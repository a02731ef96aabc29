import type { PriceInfo } from '../model/events.js';
import { amountOf, changeOf, countOf, priceOf } from './figures.js';
import { infoStatus } from './marketStatus.js';
import { lastLevel, symbolIn } from './topicSymbol.js';

/** Makes a price info from the fields of an `InfoV3`. The symbol is from `symbolAt` to `symbolStop`. */
export function priceInfo(
  bytes: Uint8Array,
  topic: string | undefined,
  symbolAt: number,
  symbolStop: number,
  high: number,
  low: number,
  last: number,
  totalVolume: number,
  projectedOpenPrice: number,
  change: number,
  totalValue: number,
  marketStatus: number,
  projectedOpenVolume: number,
): PriceInfo {
  const { status, market } = infoStatus(marketStatus);
  return {
    kind: 'info',
    symbol: symbolIn(bytes, symbolAt, symbolStop, lastLevel(topic)),
    high: priceOf(high),
    low: priceOf(low),
    last: priceOf(last),
    netChange: changeOf(change, last),
    totalVolume: countOf(totalVolume, 'total_volume'),
    totalValue: amountOf(totalValue),
    projectedOpenPrice: priceOf(projectedOpenPrice),
    projectedOpenVolume: countOf(projectedOpenVolume, 'projected_open_volume'),
    status,
    market,
  };
}
