import type { Levels, Reader } from '../../generate/reader.js';

type ReaderOf = Omit<Reader, 'message'> & { readonly message: string };

const levels = (name: string, of: Levels['of'], field: string): Levels => ({
  name,
  of,
  fields: Array.from({ length: 10 }, (_, level) => `${field}${String(level + 1)}`),
});

/**
 * The decoders that `npm run generate` writes to `../generated`, by the file of their schema. Fields stand in the order in
 * which the exchange's own encoder writes them; any other order is read as well, at a lower speed.
 */
export const readers: Readonly<Record<string, readonly ReaderOf[]>> = {
  bidofferv3: [
    {
      name: 'readBidOfferV3',
      message: 'BidOfferV3',
      fields: ['symbol', 'bidFlag', 'askFlag'],
      levels: [
        levels('bidPrices', 'price', 'bidPrice'),
        levels('askPrices', 'price', 'askPrice'),
        levels('bidVolumes', 'count', 'bidVolume'),
        levels('askVolumes', 'count', 'askVolume'),
      ],
      spans: ['symbol'],
      result: { call: 'book', from: '../book.js' },
    },
    {
      name: 'readTopOfBidOfferV3',
      message: 'BidOfferV3',
      fields: ['symbol', 'bidFlag', 'askFlag', 'bidPrice1', 'askPrice1', 'bidVolume1', 'askVolume1'],
      spans: ['symbol'],
      result: { call: 'topOfBook', from: '../book.js' },
    },
  ],
  infov3: [
    {
      name: 'readInfoV3',
      message: 'InfoV3',
      spans: ['symbol'],
      result: { call: 'priceInfo', from: '../priceInfo.js' },
    },
  ],
  cdlv3: [{ name: 'readCandlestickV3', message: 'CandlestickV3' }],
  exchinfoeqv3: [{ name: 'readEquityExchangeInfoV3', message: 'EquityExchangeInfoV3' }],
  exchinfodvv3: [{ name: 'readDerivExchangeInfoV3', message: 'DerivExchangeInfoV3' }],
};
