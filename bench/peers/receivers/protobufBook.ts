import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/** A book as an application keeps it. */
export interface ProtobufBook {
  readonly symbol: string;
  readonly bidPrices: readonly number[];
  readonly askPrices: readonly number[];
  readonly bidVolumes: readonly number[];
  readonly askVolumes: readonly number[];
}

type Money = { readonly units: number; readonly nanos: number } | null;
type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

interface Head {
  readonly symbol: string;
  readonly bidFlag: number;
  readonly askFlag: number;
}

type Message = Head &
  Readonly<Record<`${'bid' | 'ask'}Price${Level}`, Money>> &
  Readonly<Record<`${'bid' | 'ask'}Volume${Level}`, number>>;

// Without a Long library protobufjs reads an int64 as a number, which is faster by a quarter.
protobuf.util.Long = null as never;
protobuf.configure();

const schema = readFileSync('src/settrade/proto/bidofferv3.proto', 'utf8');
const BidOfferV3 = protobuf.parse(schema).root.lookupType('BidOfferV3');

const price = (money: Money): number => (money === null ? NaN : (money.units * 1e9 + money.nanos) / 1e9);

/**
 * `BidOfferV3` by protobufjs to the four arrays that a decoder of rx-quotes gives, with the same exact money. Fields are read
 * one by one: names that are put together while decoding cost a third more.
 */
export function decodeWithProtobufjs(payload: Uint8Array): ProtobufBook {
  const read = BidOfferV3.decode(payload) as unknown as Message;
  return {
    symbol: read.symbol,
    bidPrices: [
      price(read.bidPrice1),
      price(read.bidPrice2),
      price(read.bidPrice3),
      price(read.bidPrice4),
      price(read.bidPrice5),
      price(read.bidPrice6),
      price(read.bidPrice7),
      price(read.bidPrice8),
      price(read.bidPrice9),
      price(read.bidPrice10),
    ],
    askPrices: [
      price(read.askPrice1),
      price(read.askPrice2),
      price(read.askPrice3),
      price(read.askPrice4),
      price(read.askPrice5),
      price(read.askPrice6),
      price(read.askPrice7),
      price(read.askPrice8),
      price(read.askPrice9),
      price(read.askPrice10),
    ],
    bidVolumes: [
      read.bidVolume1,
      read.bidVolume2,
      read.bidVolume3,
      read.bidVolume4,
      read.bidVolume5,
      read.bidVolume6,
      read.bidVolume7,
      read.bidVolume8,
      read.bidVolume9,
      read.bidVolume10,
    ],
    askVolumes: [
      read.askVolume1,
      read.askVolume2,
      read.askVolume3,
      read.askVolume4,
      read.askVolume5,
      read.askVolume6,
      read.askVolume7,
      read.askVolume8,
      read.askVolume9,
      read.askVolume10,
    ],
  };
}

/** The best level alone: protobufjs reads the whole message all the same. */
export function bestLevelWithProtobufjs(payload: Uint8Array): object {
  const { symbol, bidFlag, askFlag, bidPrice1, askPrice1, bidVolume1, askVolume1 } = BidOfferV3.decode(
    payload,
  ) as unknown as Message;
  return {
    symbol,
    bidFlag,
    askFlag,
    bid: price(bidPrice1),
    ask: price(askPrice1),
    bidVolume: bidVolume1,
    askVolume: askVolume1,
  };
}
