import type { Instrument } from '../market/instrument.js';
import type { MarketFigures } from '../market/market.js';
import { moneyFields } from './moneyFields.js';

type Fields = Readonly<Record<string, unknown>>;

const given = (name: string, amount: number): Fields => (amount === 0 ? {} : { [name]: amount });

/** The fields of a symbol's `InfoV3`. Before the first trade there is no last price, no range and no change. */
export function infoFields({ symbol, totals, reference, projected, status }: Instrument): Fields {
  const { last, high, low, volume, value } = totals;
  return {
    symbol,
    ...(last === 0
      ? {}
      : {
          high: moneyFields(high),
          low: moneyFields(low),
          last: moneyFields(last),
          change: moneyFields(last - reference),
          totalValue: moneyFields(value),
        }),
    ...given('totalVolume', volume),
    ...(projected === undefined
      ? {}
      : { projectedOpenPrice: moneyFields(projected.price), projectedOpenVolume: projected.volume }),
    marketStatus: status,
  };
}

/** The fields of a market's `EquityExchangeInfoV3`. An index has no currency. */
export function marketFields({ name, status, volume, value, ...figures }: MarketFigures): Fields {
  return {
    marketInfo: {
      name,
      marketStatus: status,
      current: moneyFields(figures.index, ''),
      high: moneyFields(figures.high, ''),
      low: moneyFields(figures.low, ''),
      change: moneyFields(figures.change, ''),
      percentChange: moneyFields(figures.percentChange, ''),
      ...given('totalIndexVolume', volume),
      totalIndexValue: moneyFields(value),
    },
  };
}
