/** A message as data: its fields by name, each with its number and the name of its type. */
interface MessageSchema {
  readonly fields: Readonly<Record<string, { readonly type: string; readonly id: number }>>;
}

/** Field numbers of one level side: levels 1 to 5 in a row, 6 to 10 in another. */
const sides = {
  bidPrice: { type: 'Money', from: 2, deepFrom: 24 },
  askPrice: { type: 'Money', from: 7, deepFrom: 29 },
  bidVolume: { type: 'int64', from: 12, deepFrom: 34 },
  askVolume: { type: 'int64', from: 17, deepFrom: 39 },
} as const;

const levels: MessageSchema['fields'] = Object.fromEntries(
  Object.entries(sides).flatMap(([name, { type, from, deepFrom }]) =>
    Array.from({ length: 10 }, (_, level) => [
      `${name}${String(level + 1)}`,
      { type, id: level < 5 ? from + level : deepFrom + level - 5 },
    ]),
  ),
);

/**
 * The messages of the quote side, in the form of protobufjs's JSON. They agree with `src/settrade/proto/*.proto`, but
 * are data, because a bundled library can't read files. A test compares the two.
 */
export const schema: { readonly nested: Readonly<Record<string, MessageSchema>> } = {
  nested: {
    BidOfferV3: {
      fields: {
        symbol: { type: 'string', id: 1 },
        ...levels,
        bidFlag: { type: 'int32', id: 22 },
        askFlag: { type: 'int32', id: 23 },
      },
    },
    InfoV3: {
      fields: {
        symbol: { type: 'string', id: 1 },
        high: { type: 'Money', id: 2 },
        low: { type: 'Money', id: 3 },
        last: { type: 'Money', id: 4 },
        totalVolume: { type: 'int64', id: 5 },
        projectedOpenPrice: { type: 'Money', id: 6 },
        change: { type: 'Money', id: 7 },
        totalValue: { type: 'Money', id: 8 },
        marketStatus: { type: 'int32', id: 9 },
        projectedOpenVolume: { type: 'int64', id: 10 },
      },
    },
    EquityExchangeInfoV3: { fields: { marketInfo: { type: 'EquityMarketInfoV3', id: 1 } } },
    EquityMarketInfoV3: {
      fields: {
        name: { type: 'string', id: 1 },
        marketStatus: { type: 'int32', id: 2 },
        current: { type: 'Money', id: 3 },
        high: { type: 'Money', id: 4 },
        low: { type: 'Money', id: 5 },
        change: { type: 'Money', id: 6 },
        percentChange: { type: 'Money', id: 7 },
        totalIndexVolume: { type: 'int64', id: 8 },
        totalIndexValue: { type: 'Money', id: 9 },
      },
    },
    DerivExchangeInfoV3: { fields: { marketInfo: { type: 'DerivMarketInfoV3', id: 1 } } },
    DerivMarketInfoV3: {
      fields: {
        name: { type: 'string', id: 1 },
        marketStatus: { type: 'int32', id: 2 },
        totalVolume: { type: 'int64', id: 3 },
        totalDeal: { type: 'int64', id: 4 },
        openInterest: { type: 'int32', id: 5 },
      },
    },
    CandlestickV3: {
      fields: {
        symbol: { type: 'string', id: 1 },
        interval: { type: 'string', id: 2 },
        lastSequence: { type: 'int64', id: 3 },
        time: { type: 'Timestamp', id: 4 },
        open: { type: 'Money', id: 5 },
        high: { type: 'Money', id: 6 },
        low: { type: 'Money', id: 7 },
        close: { type: 'Money', id: 8 },
        volume: { type: 'int64', id: 9 },
        value: { type: 'Money', id: 10 },
      },
    },
    Timestamp: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
    Money: {
      fields: {
        currencyCode: { type: 'string', id: 1 },
        units: { type: 'int64', id: 2 },
        nanos: { type: 'int32', id: 3 },
      },
    },
  },
};
