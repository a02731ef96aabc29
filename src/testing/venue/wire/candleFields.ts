import type { Bar } from '../market/bar.js';
import type { DerivativesFigures } from '../market/market.js';
import { moneyFields } from './moneyFields.js';

type Fields = Readonly<Record<string, unknown>>;

/** The interval of the bars a simulated venue makes. */
export const barInterval = '1m';

/** The fields of a symbol's `CandlestickV3`. */
export function candleFields(symbol: string, bar: Bar): Fields {
  const { time, sequence, open, high, low, close, volume, value } = bar;
  return {
    symbol,
    interval: barInterval,
    lastSequence: sequence,
    time: { seconds: time / 1000 },
    open: moneyFields(open),
    high: moneyFields(high),
    low: moneyFields(low),
    close: moneyFields(close),
    volume,
    value: moneyFields(value),
  };
}

/** The fields of a market's `DerivExchangeInfoV3`. Zero is left out, as proto3 has it. */
export function derivativesFields({ name, status, volume, deals, openInterest }: DerivativesFigures): Fields {
  const given = (field: string, value: number): Fields => (value === 0 ? {} : { [field]: value });
  return {
    marketInfo: {
      name,
      marketStatus: status,
      ...given('totalVolume', volume),
      ...given('totalDeal', deals),
      ...given('openInterest', openInterest),
    },
  };
}
