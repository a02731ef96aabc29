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

interface Long {
  toNumber(): number;
}

type Integer = number | Long;
type Money = { readonly units: Integer; readonly nanos: number } | null;
type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

type Message = { readonly symbol: string } & Readonly<Record<`${'bid' | 'ask'}Price${Level}`, Money>> &
  Readonly<Record<`${'bid' | 'ask'}Volume${Level}`, Integer>>;

const schema = readFileSync('src/settrade/proto/bidofferv3.proto', 'utf8');
const BidOfferV3 = protobuf.parse(schema).root.lookupType('BidOfferV3');

const integer = (value: Integer): number => (typeof value === 'number' ? value : value.toNumber());
const price = (money: Money): number => (money === null ? NaN : (integer(money.units) * 1e9 + money.nanos) / 1e9);

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
      integer(read.bidVolume1),
      integer(read.bidVolume2),
      integer(read.bidVolume3),
      integer(read.bidVolume4),
      integer(read.bidVolume5),
      integer(read.bidVolume6),
      integer(read.bidVolume7),
      integer(read.bidVolume8),
      integer(read.bidVolume9),
      integer(read.bidVolume10),
    ],
    askVolumes: [
      integer(read.askVolume1),
      integer(read.askVolume2),
      integer(read.askVolume3),
      integer(read.askVolume4),
      integer(read.askVolume5),
      integer(read.askVolume6),
      integer(read.askVolume7),
      integer(read.askVolume8),
      integer(read.askVolume9),
      integer(read.askVolume10),
    ],
  };
}
