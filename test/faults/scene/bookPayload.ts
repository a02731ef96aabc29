import { encodeBidOfferV3 } from '../../support/bidOfferV3Proto.js';

/** Field 1000 as a varint: where the simulated venue writes its number too (`messageNumber`). */
const TAG = [0xc0, 0x3e];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** A book of one level that has a number. */
export function bookPayload(symbol: string, number: number): Uint8Array {
  const book = encodeBidOfferV3({
    symbol,
    bidFlag: 1,
    askFlag: 1,
    bidPrices: [{ units: 10 }],
    askPrices: [{ units: 11 }],
    bidVolumes: [100 * number],
    askVolumes: [100],
  });
  return Uint8Array.of(...book, ...TAG, ...varint(number));
}
