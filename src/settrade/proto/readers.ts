import type { Levels, Reader } from '../../generate/reader.js';

type ReaderOf = Omit<Reader, 'message'> & { readonly message: string };

/** The fields of the ten levels of one side of a book, best first. */
const tenOf = (field: string): string[] => Array.from({ length: 10 }, (_, level) => `${field}${String(level + 1)}`);

const sides: readonly Levels[] = [
  { name: 'bidPrices', of: 'price', fields: tenOf('bidPrice') },
  { name: 'askPrices', of: 'price', fields: tenOf('askPrice') },
  { name: 'bidVolumes', of: 'count', fields: tenOf('bidVolume') },
  { name: 'askVolumes', of: 'count', fields: tenOf('askVolume') },
];

const head = ['symbol', 'bidFlag', 'askFlag'];

/** The part that both decoders of a book share. The exchange's own encoder writes the fields in this order. */
const bidOfferV3 = {
  message: 'BidOfferV3',
  order: [...head, ...sides.flatMap(({ fields }) => fields)],
  spans: ['symbol'],
};

/**
 * The decoders that `npm run generate` writes to `../generated`, by the file of their schema.
 */
export const readers: Readonly<Record<string, readonly ReaderOf[]>> = {
  bidofferv3: [
    {
      ...bidOfferV3,
      name: 'readBidOfferV3',
      fields: head,
      levels: sides,
      result: { call: 'book', from: '../book.js' },
    },
    {
      ...bidOfferV3,
      name: 'readTopOfBidOfferV3',
      fields: [...head, 'bidPrice1', 'askPrice1', 'bidVolume1', 'askVolume1'],
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
