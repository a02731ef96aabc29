/**
 * A PUBLISH from the transport to a subscriber: bare RxJS, the same behind the whole feed.
 *
 * Run with `npm run bench feed`. One iteration is one image of one of 800 symbols; take the ratio, not the time.
 */
import { filter, map, Subject } from 'rxjs';
import { bench, do_not_optimize, run, summary } from 'mitata';
import type { Frame, Transport } from '../src/model/transport.js';
import { mqttVenue, quoteFeed } from '../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../src/settrade/index.js';
import { fakeTransport } from '../src/testing/index.js';
import { encodeBidOfferV3, moneyOf } from '../test/support/bidOfferV3Proto.js';

const symbols = Array.from({ length: 800 }, (_, index) => `SYM${String(index)}`);
const frames: Frame[] = symbols.map((symbol) => {
  const price = (best: number, step: number) => (_: unknown, level: number) =>
    moneyOf((best + level * step).toFixed(2));
  const volumes = Array.from({ length: 10 }, (_, level) => 1_000 * (level + 1));
  const payload = encodeBidOfferV3({
    symbol,
    bidPrices: Array.from({ length: 10 }, price(62.25, -0.25)),
    askPrices: Array.from({ length: 10 }, price(62.5, 0.25)),
    bidVolumes: volumes,
    askVolumes: volumes,
  });
  return { type: 'frame', topic: settradeTopics.quote.replace('{symbol}', symbol), payload, retain: false };
});
let turn = 0;
const next = (): Frame => frames[(turn = (turn + 1) % frames.length)] as Frame;
let sum = 0;

const bare = new Subject<Frame>();
bare
  .pipe(
    map(({ payload, topic }) => decodeBidOfferV3(payload, topic)),
    filter(({ bid }) => bid > 0),
  )
  .subscribe(({ bid }) => {
    sum += bid;
  });

const fake = fakeTransport();
const transport: Transport = fake.transport;
const venue = mqttVenue({
  endpoint: 'mqtt://bench.test',
  topics: settradeTopics,
  decode: decodeBidOfferV3,
  subscribeImage: 'none',
});
// The benchmark never leaves the thread: with slices and stalls, images would be conflated and doubted instead of delivered.
const never = 2_000_000_000;
const feed = quoteFeed({ venue, transport, maxSlice: never, maxBatch: never, stallThreshold: never });
feed.quotes(symbols, { depth: 10 }).subscribe(({ bid }) => {
  sum += bid;
});
const connection = fake.current;

summary(() => {
  bench('bare RxJS: decode and filter', () => {
    bare.next(next());
  }).baseline(true);
  bench('the whole feed', () => {
    const { topic, payload } = next();
    connection.send(topic, payload);
  });
});
await run();
do_not_optimize(sum);
await feed.close();
