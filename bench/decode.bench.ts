/**
 * Decoding of the ordinary golden books: ten levels and the best level, ours against the fastest use of protobufjs that
 * gets the same values.
 *
 * Run with `npm run bench decode`. Each figure is the median of interleaved rounds in processor time; take the ratio, not
 * the time. `--rounds 31` makes it steadier.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import protobuf from 'protobufjs';
import { decodeBidOfferV3, decodeBidOfferV3Top } from '../src/settrade/index.js';

interface Golden {
  readonly name: string;
  readonly symbol: string;
  readonly hex: string;
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });

const golden = JSON.parse(readFileSync('test/golden/bidofferv3.json', 'utf8')) as readonly Golden[];
const books = golden.filter(({ name, symbol }) => name.startsWith(`${symbol}/`));
const payloads = books.map(({ hex }) => new Uint8Array(Buffer.from(hex, 'hex')));
// One string for each topic, as a feed has it.
const topicOf = new Map(books.map(({ symbol }) => [symbol, `proto/topic/bidofferv3/${symbol}`]));
const topics = books.map(({ symbol }) => topicOf.get(symbol)!);

// Without a Long library protobufjs reads int64 as a number, which is faster by a quarter.
protobuf.util.Long = null as never;
protobuf.configure();
const schema = protobuf.parse(readFileSync('src/settrade/proto/bidofferv3.proto', 'utf8'));
const BidOfferV3 = schema.root.lookupType('BidOfferV3');

interface Money {
  readonly units: number;
  readonly nanos: number;
}
type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
type Message = Readonly<
  { symbol: string; bidFlag: number; askFlag: number } & Record<`${'bid' | 'ask'}Price${Level}`, Money | null> &
    Record<`${'bid' | 'ask'}Volume${Level}`, number>
>;

const flags = ['undefined', 'normal', 'ato', 'atc'];

/** The same exact price, without any check. */
const price = (money: Money | null): number => (money === null ? NaN : (money.units * 1e9 + money.nanos) / 1e9);

const read = (payload: Uint8Array): Message => BidOfferV3.decode(payload) as unknown as Message;

// The fields by their names: a loop over computed names takes half as long again.
function tenLevelsByProtobufjs(payload: Uint8Array): unknown {
  const m = read(payload);
  return {
    symbol: m.symbol,
    bidFlag: flags[m.bidFlag],
    askFlag: flags[m.askFlag],
    bidPrices: [
      price(m.bidPrice1),
      price(m.bidPrice2),
      price(m.bidPrice3),
      price(m.bidPrice4),
      price(m.bidPrice5),
      price(m.bidPrice6),
      price(m.bidPrice7),
      price(m.bidPrice8),
      price(m.bidPrice9),
      price(m.bidPrice10),
    ],
    askPrices: [
      price(m.askPrice1),
      price(m.askPrice2),
      price(m.askPrice3),
      price(m.askPrice4),
      price(m.askPrice5),
      price(m.askPrice6),
      price(m.askPrice7),
      price(m.askPrice8),
      price(m.askPrice9),
      price(m.askPrice10),
    ],
    bidVolumes: [
      m.bidVolume1,
      m.bidVolume2,
      m.bidVolume3,
      m.bidVolume4,
      m.bidVolume5,
      m.bidVolume6,
      m.bidVolume7,
      m.bidVolume8,
      m.bidVolume9,
      m.bidVolume10,
    ],
    askVolumes: [
      m.askVolume1,
      m.askVolume2,
      m.askVolume3,
      m.askVolume4,
      m.askVolume5,
      m.askVolume6,
      m.askVolume7,
      m.askVolume8,
      m.askVolume9,
      m.askVolume10,
    ],
  };
}

function bestLevelByProtobufjs(payload: Uint8Array): unknown {
  const m = read(payload);
  return {
    symbol: m.symbol,
    bidFlag: flags[m.bidFlag],
    askFlag: flags[m.askFlag],
    bid: price(m.bidPrice1),
    ask: price(m.askPrice1),
    bidVolume: m.bidVolume1,
    askVolume: m.askVolume1,
  };
}

const decoders = {
  decodeBidOfferV3: decodeBidOfferV3,
  'protobufjs, ten levels': tenLevelsByProtobufjs,
  decodeBidOfferV3Top: decodeBidOfferV3Top,
  'protobufjs, best level': bestLevelByProtobufjs,
} as const;

/** Processor time of one message, in ns. */
function nanosecondsOf(decode: (payload: Uint8Array, topic: string) => unknown): number {
  const passes = 200;
  const before = process.cpuUsage();
  let kept: unknown;
  for (let pass = 0; pass < passes; pass++) {
    for (let index = 0; index < payloads.length; index++) kept = decode(payloads[index]!, topics[index]!);
  }
  const { user, system } = process.cpuUsage(before);
  if (kept === undefined) throw new Error('nothing was decoded');
  return ((user + system) * 1000) / (passes * payloads.length);
}

const names = Object.keys(decoders) as (keyof typeof decoders)[];
const rounds = new Map(names.map((name) => [name, [] as number[]]));
for (const name of names) nanosecondsOf(decoders[name]);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const name of names) rounds.get(name)!.push(nanosecondsOf(decoders[name]));
}

const medians = new Map(
  names.map((name) => [name, rounds.get(name)!.sort((a, b) => a - b)[rounds.get(name)!.length >> 1]!]),
);
for (const [name, median] of medians) console.log(`${name.padEnd(24)} ${median.toFixed(0).padStart(6)} ns`);
const ratio = (ours: keyof typeof decoders, theirs: keyof typeof decoders): string =>
  (medians.get(theirs)! / medians.get(ours)!).toFixed(2);
console.log(`ten levels: ${ratio('decodeBidOfferV3', 'protobufjs, ten levels')} times as fast as protobufjs`);
console.log(`best level: ${ratio('decodeBidOfferV3Top', 'protobufjs, best level')} times as fast as protobufjs`);
