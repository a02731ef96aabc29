import type { BookFlag } from '../../../model/events.js';
import type { Instrument } from '../market/instrument.js';
import { type MoneyFields, moneyFields } from './moneyFields.js';
import type { WireEncoder } from './wireEncoder.js';

const flags: Readonly<Record<BookFlag, number>> = { undefined: 0, normal: 1, ato: 2, atc: 3 };

type Part = 'bidPrice' | 'askPrice' | 'bidVolume' | 'askVolume';

const levelNames = (part: Part): readonly string[] =>
  Array.from({ length: 10 }, (_, level) => `${part}${String(level + 1)}`);

const names: Readonly<Record<Part, readonly string[]>> = {
  bidPrice: levelNames('bidPrice'),
  askPrice: levelNames('askPrice'),
  bidVolume: levelNames('bidVolume'),
  askVolume: levelNames('askVolume'),
};

/** Encoded prices by price: a price grid has few prices, a run has millions of books. */
const moneys = new Map<number, MoneyFields>();

function moneyOf(price: number): MoneyFields {
  const known = moneys.get(price);
  if (known !== undefined) return known;
  const money = moneyFields(price);
  moneys.set(price, money);
  return money;
}

function levelFields(part: Part, values: readonly number[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const isPrice = part === 'bidPrice' || part === 'askPrice';
  for (let level = 0; level < values.length; level++) {
    const value = values[level] as number;
    fields[names[part][level] as string] = isPrice ? moneyOf(value) : value;
  }
  return fields;
}

/**
 * Encodes a symbol's `BidOfferV3` part by part, in the order of the exchange's own encoder: symbol, flags, prices of
 * the bids, of the asks, volumes. Only changed parts are encoded again: most orders change one side's volumes, and a
 * whole message costs four times as much.
 */
export function bookParts(instrument: Instrument, encoder: WireEncoder): () => readonly Uint8Array[] {
  const symbol = encoder.encode('BidOfferV3', { symbol: instrument.symbol });
  const pieces: Uint8Array[] = [symbol, symbol];
  const shown: (readonly number[] | undefined)[] = [];
  let flagged = '';

  const update = (index: number, part: Part, values: readonly number[]): void => {
    if (shown[index] === values) return;
    shown[index] = values;
    pieces[index + 2] = encoder.encode('BidOfferV3', levelFields(part, values));
  };
  return () => {
    const { bids, asks, bidFlag, askFlag } = instrument;
    if (flagged !== bidFlag + askFlag) {
      flagged = bidFlag + askFlag;
      pieces[1] = encoder.encode('BidOfferV3', { bidFlag: flags[bidFlag], askFlag: flags[askFlag] });
    }
    update(0, 'bidPrice', bids.prices);
    update(1, 'askPrice', asks.prices);
    update(2, 'bidVolume', bids.volumes);
    update(3, 'askVolume', asks.volumes);
    return pieces;
  };
}
