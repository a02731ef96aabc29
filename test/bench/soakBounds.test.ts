import { QueueStats } from '../../operators/index.js';
import { expect, it } from 'vitest';
import type { Book, Quote } from '../../src/index.js';
import { growth, type SoakRun, soakBounds } from '../../bench/soak/soakBounds.js';
import { soakOptions } from '../../bench/soak/soakOptions.js';

const book: Book = {
  ...{
    depth: 10,
    symbol: 'AOT',
    bidFlag: 'normal',
    askFlag: 'normal',
    bid: 62,
    ask: NaN,
    bidVolume: 100,
    askVolume: 0,
  },
  ...{ bidPrices: [62], askPrices: [NaN], bidVolumes: [100], askVolumes: [0] },
};
const tags = { kind: 'quote', epoch: 0, state: 'live', market: 'unknown', change: 'image' } as const;
const quote: Quote<10> = { ...book, ...tags, receivedAt: 1, monotonicAt: 1 };

const noStage = new QueueStats().snapshot();

const good: SoakRun = {
  ...{ asked: 1000, least: 950, took: 1000, received: 950, interruptions: 0, unbalanced: 0 },
  memory: [1, 2, 3].map(() => ({ heap: 10, rss: 100 })),
  stats: {
    ...{
      received: 1000,
      emitted: 900,
      conflated: 100,
      dropped: {},
      rejected: {},
      unclaimed: 0,
      inFlight: 0,
      stages: { pending: noStage, decode: noStage, queue: noStage },
    },
    ...{ reemitted: 0, gaps: 0, stalls: 0, longestStall: 0, attempts: 1, connected: true, epoch: 0, subscribers: 1 },
    queues: {},
    callbackErrors: {},
    reconnects: {},
    silent: false,
    endedInNext: {},
    lastCallbackErrors: {},
    silences: { topic: 0, quiet: 0, partial: 0, market: 0, feed: 0 },
    topics: { awaiting: 0, live: 1, quiet: 0, suspect: 0, stale: 0, refused: 0 },
    otherTopics: { awaiting: 0, live: 0, quiet: 0, suspect: 0, stale: 0, refused: 0 },
    wildcards: { present: 0, room: 32_768, evicted: 0 },
  },
  venue: {
    counts: { published: { quote: 1001, info: 0, candle: 0, market: 0, derivatives: 0 }, delivered: 1000, dropped: 0 },
    cpu: 1,
    images: [book],
  },
  last: new Map([['AOT', quote]]),
};

const failed = (change: Partial<SoakRun>): readonly string[] =>
  soakBounds({ ...good, ...change })
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);

it('holds a good run for good', () => {
  expect(failed({})).toEqual([]);
});

it.each<readonly [string, Partial<SoakRun>]>([
  ['rate', { received: 949 }],
  ['link up', { stats: { ...good.stats, attempts: 2 } }],
  ['link up', { stats: { ...good.stats, gaps: 1 } }],
  ['link up', { interruptions: 1 }],
  ['nothing dropped by the venue', { venue: { ...good.venue, counts: { ...good.venue.counts, dropped: 1 } } }],
  ['nothing lost on the way', { venue: { ...good.venue, counts: { ...good.venue.counts, delivered: 1001 } } }],
  ['nothing lost here', { stats: { ...good.stats, unclaimed: 1 } }],
  ['nothing lost here', { stats: { ...good.stats, rejected: { schema: 1 } } }],
  ['nothing lost here', { stats: { ...good.stats, dropped: { 'key-evicted': 1 } } }],
  ['conserved', { unbalanced: 1 }],
  ['conserved', { stats: { ...good.stats, emitted: 899 } }],
  ['final images', { last: new Map() }],
  ['final images', { last: new Map([['AOT', { ...quote, bidPrices: [62.25] }]]) }],
  ['final images', { last: new Map([['AOT', { ...quote, askVolumes: [100] }]]) }],
  ['final images', { venue: { ...good.venue, images: [] } }],
  ['memory flat', { memory: [10, 20, 30].map((heap) => ({ heap, rss: 100 })) }],
  ['memory flat', { memory: Array.from({ length: 20 }, (_, index) => ({ heap: 10, rss: 10 + index })) }],
])('fails a run for %s', (name, change) => {
  expect(failed(change)).toEqual([name]);
});

it('takes growth from the medians of the thirds: one peak is no growth', () => {
  expect(growth([10, 10, 90, 10, 10, 10, 10, 90, 10])).toBe(1);
  expect(growth([10, 10, 10, 20, 20, 20])).toBe(2);
});

it('asks for 95 % of the rate by default, and refuses what is no number', () => {
  expect(soakOptions([])).toEqual({ seconds: 30, rate: 50_000, least: 47_500, json: false, record: false });
  expect(soakOptions(['--rate', '100', '--least', '1', '--seconds', '5', '--json'])).toMatchObject({
    least: 1,
    json: true,
  });
  expect(() => soakOptions(['--seconds', 'soon'])).toThrow('--seconds is "soon"');
  expect(() => soakOptions(['--least', '60000'])).toThrow('--least');
});
