import { DecodeError } from '../model/errors.js';
import type { MarketStatus } from '../model/events.js';
import { amountOf, changeOf, countOf, priceOf } from './figures.js';
import { readDerivExchangeInfoV3 } from './generated/exchinfodvv3.js';
import { readEquityExchangeInfoV3 } from './generated/exchinfoeqv3.js';
import { derivativesMarketStatus, equityMarketStatus } from './marketStatus.js';
import { lastLevel, topicSymbol } from './topicSymbol.js';

function marketIn<M>(market: M | null): M {
  if (market === null) throw new DecodeError('symbol', 'the message has no market');
  return market;
}

/**
 * Reads an `EquityExchangeInfoV3`: status, index and totals of an equity market, as Settrade publishes it on
 * `proto/topic/exchinfoeqv3/{market}`.
 *
 * An index that is zero or left out is `NaN`, and so are the changes while there is no index; totals are 0 where they are
 * left out.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the market's name; left out, the name is the message's own
 * @throws DecodeError as `decodeBidOfferV3`
 */
export function decodeEquityExchangeInfoV3(payload: Uint8Array, topic?: string): MarketStatus {
  const market = marketIn(readEquityExchangeInfoV3(payload).marketInfo);
  return {
    kind: 'market',
    symbol: topicSymbol(market.name, lastLevel(topic)),
    ...equityMarketStatus(market.marketStatus),
    current: priceOf(market.current),
    high: priceOf(market.high),
    low: priceOf(market.low),
    netChange: changeOf(market.change, market.current),
    percentChange: changeOf(market.percentChange, market.current),
    totalVolume: countOf(market.totalIndexVolume, 'total_index_volume'),
    totalValue: amountOf(market.totalIndexValue),
  };
}

/**
 * Reads a `DerivExchangeInfoV3`: status and totals of a derivatives market, as Settrade publishes it on
 * `proto/topic/exchinfodvv3/{market}`. Totals and open interest are 0 where they are left out.
 *
 * @param payload - the bytes of one message; the result shares no memory with them
 * @param topic - the topic it came on, whose last level must be the market's name; left out, the name is the message's own
 * @throws DecodeError with reason `truncated`, `schema`, `number` or `symbol`
 */
export function decodeDerivExchangeInfoV3(payload: Uint8Array, topic?: string): MarketStatus {
  const market = marketIn(readDerivExchangeInfoV3(payload).marketInfo);
  return {
    kind: 'market',
    symbol: topicSymbol(market.name, lastLevel(topic)),
    ...derivativesMarketStatus(market.marketStatus),
    totalVolume: countOf(market.totalVolume, 'total_volume'),
    totalDeals: countOf(market.totalDeal, 'total_deal'),
    openInterest: countOf(market.openInterest, 'open_interest'),
  };
}
