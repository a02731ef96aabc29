import type { BookFlag } from '../../../events.js';
import type { Instrument } from '../market/instrument.js';
import { moneyFields } from './moneyFields.js';
import type { WireEncoder } from './wireEncoder.js';

const flags: Readonly<Record<BookFlag, number>> = { undefined: 0, normal: 1, ato: 2, atc: 3 };

type Part = 'bidPrice' | 'askPrice' | 'bidVolume' | 'askVolume';

function levelFields(part: Part, values: readonly number[]): Record<string, unknown> {
  const isPrice = part.endsWith('Price');
  return Object.fromEntries(
    values.map((value, level) => [`${part}${String(level + 1)}`, isPrice ? moneyFields(value) : value]),
  );
}

/**
 * Encodes a symbol's `BidOfferV3` part by part, in the order the exchange's own encoder has: symbol, flags, prices of
 * the bids, of the asks, volumes. Only what has changed since is encoded again: most orders touch one side's volumes,
 * and a whole message costs four times as much.
 */
export function bookParts(instrument: Instrument, encoder: WireEncoder): () => readonly Uint8Array[] {
  const symbol = encoder.encode('BidOfferV3', { symbol: instrument.symbol });
  const memo = (part: Part): ((values: readonly number[]) => Uint8Array) => {
    let [of, bytes]: [readonly number[], Uint8Array] = [[], symbol];
    return (values) => {
      if (values === of) return bytes;
      of = values;
      bytes = encoder.encode('BidOfferV3', levelFields(part, values));
      return bytes;
    };
  };
  const [bidPrices, askPrices] = [memo('bidPrice'), memo('askPrice')];
  const [bidVolumes, askVolumes] = [memo('bidVolume'), memo('askVolume')];
  let [flagged, flagBytes] = ['', symbol];

  return () => {
    const { bids, asks, bidFlag, askFlag } = instrument;
    if (flagged !== bidFlag + askFlag) {
      flagged = bidFlag + askFlag;
      flagBytes = encoder.encode('BidOfferV3', { bidFlag: flags[bidFlag], askFlag: flags[askFlag] });
    }
    return [
      symbol,
      flagBytes,
      bidPrices(bids.prices),
      askPrices(asks.prices),
      bidVolumes(bids.volumes),
      askVolumes(asks.volumes),
    ];
  };
}
