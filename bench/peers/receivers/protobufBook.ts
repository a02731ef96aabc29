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

const schema = readFileSync('src/settrade/proto/bidofferv3.proto', 'utf8');
const BidOfferV3 = protobuf.parse(schema).root.lookupType('BidOfferV3');
const fieldsOf = (column: string): string[] =>
  Array.from({ length: 10 }, (_, level) => `${column}${String(level + 1)}`);
const [bidPrice, askPrice, bidVolume, askVolume] = [
  fieldsOf('bidPrice'),
  fieldsOf('askPrice'),
  fieldsOf('bidVolume'),
  fieldsOf('askVolume'),
];

/** `BidOfferV3` by protobufjs to the four arrays that a decoder of rx-quotes gives, with the same exact money. */
export function decodeWithProtobufjs(payload: Uint8Array): ProtobufBook {
  const read = BidOfferV3.decode(payload) as unknown as Readonly<Record<string, unknown>>;
  const number = (value: unknown): number => (typeof value === 'number' ? value : (value as Long).toNumber());
  const price = (field: string): number => {
    const money = read[field] as { readonly units: unknown; readonly nanos: number } | null;
    return money === null ? NaN : (number(money.units) * 1e9 + money.nanos) / 1e9;
  };
  const volume = (field: string): number => number(read[field]);
  return {
    symbol: read['symbol'] as string,
    bidPrices: bidPrice.map(price),
    askPrices: askPrice.map(price),
    bidVolumes: bidVolume.map(volume),
    askVolumes: askVolume.map(volume),
  };
}
