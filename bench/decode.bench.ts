/**
 * Full ten-level decode of the ordinary golden books: ours against protobufjs to the same four arrays.
 *
 * Run with `npm run bench decode`. One iteration is one payload; take the ratio, not the time.
 */
import { readFileSync } from 'node:fs';
import { barplot, bench, do_not_optimize, run, summary } from 'mitata';
import protobuf from 'protobufjs';
import { decodeBidOfferV3 } from '../src/settrade/index.js';

interface Golden {
  readonly name: string;
  readonly symbol: string;
  readonly hex: string;
}

const golden = JSON.parse(readFileSync('test/golden/bidofferv3.json', 'utf8')) as readonly Golden[];
const books = golden.filter(({ name, symbol }) => name.startsWith(`${symbol}/`));
const payloads = books.map(({ hex }) => new Uint8Array(Buffer.from(hex, 'hex')));
const topics = books.map(({ symbol }) => `proto/topic/bidofferv3/${symbol}`);
const schema = protobuf.parse(readFileSync('src/settrade/proto/bidofferv3.proto', 'utf8'));
const BidOfferV3 = schema.root.lookupType('BidOfferV3');

const fieldsOf = (column: string) => Array.from({ length: 10 }, (_, level) => `${column}${level + 1}`);
const priceFields = ['bidPrice', 'askPrice'].map(fieldsOf);
const volumeFields = ['bidVolume', 'askVolume'].map(fieldsOf);

interface Long {
  toNumber(): number;
}

/** As a user of protobufjs would write it, with the same exact money and without any check. */
function decodeWithProtobufjs(payload: Uint8Array): unknown {
  const read = BidOfferV3.decode(payload) as unknown as Readonly<Record<string, unknown>>;
  const number = (value: unknown) => (typeof value === 'number' ? value : (value as Long).toNumber());
  const price = (field: string) => {
    const money = read[field] as { readonly units: unknown; readonly nanos: number } | null;
    return money === null ? NaN : (number(money.units) * 1e9 + money.nanos) / 1e9;
  };
  return {
    symbol: read['symbol'],
    prices: priceFields.map((fields) => fields.map(price)),
    volumes: volumeFields.map((fields) => fields.map((field) => number(read[field]))),
  };
}

let ours = 0;
let theirs = 0;

barplot(() => {
  summary(() => {
    bench('decodeBidOfferV3', () => {
      ours = (ours + 1) % payloads.length;
      do_not_optimize(decodeBidOfferV3(payloads[ours]!, topics[ours]));
    });
    bench('protobufjs, reflection', () => {
      theirs = (theirs + 1) % payloads.length;
      do_not_optimize(decodeWithProtobufjs(payloads[theirs]!));
    });
  });
});

await run();
