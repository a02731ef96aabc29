import { describe, expect, test } from 'vitest';
import type { Book } from '../../src/model/events.js';
import type { FeedUpdate, Quote } from '../../src/model/quote.js';
import { mqttVenue, onlyImages, quoteFeed } from '../../src/index.js';
import { checkConservation, fakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { scene } from './scene.js';

describe('a late subscriber', () => {
  test('gets each symbol’s last image or state at once, or with replay false only what comes', () => {
    const { listen, price } = scene();
    listen(['A', 'B']);
    price('A', 1);
    expect(listen(['A', 'B']).said).toEqual(['A 1 live unknown e0 state cache', 'B awaiting']);
    const { said } = listen(['A', 'B'], undefined, { replay: false });
    price('A', 2);
    expect(said).toEqual(['B awaiting', 'A 2 live unknown e0 image']);
  });

  test('receives a gap that is open', () => {
    const { listen, price, fake } = scene();
    listen(['A']);
    price('A', 1);
    fake.drop();
    expect(listen(['A']).said).toEqual(['gap link open 0→', 'A 1 suspect unknown e0 state cache']);
  });
});

describe('a wildcard', () => {
  test('brings every symbol, each named by its first image', () => {
    const { listen, price, fake } = scene();
    const { said } = listen();
    expect(fake.current.subscribes).toEqual([['px/+', 'market']]);
    price('A', 1);
    price('B', 2);
    expect(said).toEqual(['A 1 live unknown e0 image', 'B 2 live unknown e0 image']);
  });

  test('of one consumer gets a symbol that another consumer subscribed to by name before its first image', () => {
    const { listen, price } = scene();
    const all = listen();
    listen(['A']);
    price('A', 1);
    expect(all.said).toEqual(['A 1 live unknown e0 image']);
  });

  test('with more symbols than half of the capacity evicts the least recently updated symbol, reports it, and counts it', () => {
    const { listen, price, feed } = scene({ feed: { capacity: 8 } });
    const { said } = listen();
    for (const symbol of ['A', 'B', 'C', 'A', 'D']) price(symbol, 1);
    expect(feed.stats().topics.live).toBe(3);
    expect(said.slice(-4)).toEqual([
      'gap overflow open 0→',
      'B 1 suspect unknown e0 state',
      'gap overflow closed 0→0',
      'D 1 live unknown e0 image',
    ]);
    price('B', 2);
    expect(said.some((one) => one === 'B 2 live unknown e0 image')).toBe(true);
    checkConservation(feed.stats());
  });

  test('never evicts a symbol that is subscribed to by name', () => {
    const { listen, price, feed } = scene({ feed: { capacity: 8 } });
    const { said } = listen(['NAMED']);
    price('NAMED', 1);
    listen();
    for (let count = 0; count < 50; count += 1) price(`S${count}`, 1);
    expect(said.filter((one) => one.startsWith('NAMED')).slice(1)).toEqual(['NAMED 1 live unknown e0 image']);
    price('NAMED', 2);
    expect(said.at(-1)).toBe('NAMED 2 live unknown e0 image');
    expect(feed.stats().topics.awaiting + feed.stats().topics.live).toBeLessThanOrEqual(4);
  });

  test('never evicts a symbol that it brought and that was then subscribed to by name, until that subscription ends', () => {
    const { listen, price, feed } = scene({ feed: { capacity: 4, linger: 0 } });
    const { said } = listen();
    price('A', 1);
    const { subscription } = listen(['A']);
    for (const symbol of ['B', 'C', 'D']) price(symbol, 1);
    expect(said.filter((one) => one.startsWith('A'))).toEqual(['A 1 live unknown e0 image']);
    subscription.unsubscribe();
    for (const symbol of ['E', 'F']) price(symbol, 1);
    expect(said.filter((one) => one.startsWith('A')).slice(1)).toEqual(['A 1 suspect unknown e0 state']);
    checkConservation(feed.stats());
  });

  test('still brings one symbol when symbols by name take all the room', () => {
    const { listen, price } = scene({ feed: { capacity: 4 } });
    listen(['A', 'B']);
    const { said } = listen();
    price('C', 1);
    price('C', 2);
    expect(said.filter((one) => one.startsWith('C'))).toEqual([
      'C 1 live unknown e0 image',
      'C 2 live unknown e0 image',
    ]);
  });

  test('reports the symbols that are evicted while others wait as one gap', () => {
    const { listen, price, feed, scheduler } = scene({ feed: { capacity: 4, maxBatch: 1 } });
    const { said } = listen();
    for (const symbol of ['A', 'B', 'C', 'D', 'E', 'F']) price(symbol, 1);
    scheduler.advance(100);
    expect(said.filter((one) => one.startsWith('gap overflow open'))).toHaveLength(1);
    checkConservation(feed.stats());
  });

  test('rejects an event whose symbol is not that of its topic', () => {
    const { listen, feed, fake } = scene({
      venue: { decode: { quote: () => ({ symbol: 'OTHER', price: 1 }), market: () => ({ symbol: '', price: 0 }) } },
    });
    const { said } = listen();
    fake.publish('px/A', '1');
    expect(said).toEqual([]);
    expect(feed.stats().rejected).toEqual({ symbol: 1 });
  });

  test('does not emit its retained copies after the images of a topic that is followed already', () => {
    const { listen, price, feed } = scene();
    const { said } = listen(['A']);
    price('A', 1, { retain: true });
    price('A', 2);
    listen();
    expect(said.slice(1)).toEqual(['A 1 live unknown e0 image', 'A 2 live unknown e0 image']);
    expect(feed.stats().dropped).toEqual({ overlap: 1 });
  });

  test('does not let a retained copy replace a newer waiting image', () => {
    const { listen, price, feed, scheduler } = scene({ feed: { maxBatch: 1 } });
    const { said } = listen(['A', 'B']);
    price('A', 1, { retain: true });
    scheduler.advance(100);
    price('B', 1);
    price('A', 2);
    listen();
    scheduler.advance(100);
    expect(said.slice(3)).toEqual(['B 1 live unknown e0 image', 'A 2 live unknown e0 image']);
    expect(feed.stats().dropped).toEqual({ overlap: 1 });
  });
});

describe('a payload that can’t be read', () => {
  test('is counted by its reason and passed to onReject, and the stream goes on', () => {
    const rejected: string[] = [];
    const { listen, price, fake, feed } = scene({
      feed: {
        maxPayload: 8,
        onReject: ({ reason, topic, epoch, payload }) => rejected.push(`${reason} ${topic} ${epoch} ${payload.length}`),
      },
    });
    const { said } = listen(['A']);
    for (const payload of ['', 'rubbish', '123456789']) price('A', payload);
    fake.current.send('px/NOBODY', '1');
    price('A', 1);
    expect(rejected).toEqual(['empty px/A 0 0', 'threw px/A 0 7', 'too-large px/A 0 9']);
    expect(feed.stats()).toMatchObject({
      received: 5,
      emitted: 1,
      rejected: { empty: 1, threw: 1, 'too-large': 1 },
      unclaimed: 1,
    });
    expect(said).toEqual(['A awaiting', 'A 1 live unknown e0 image']);
  });
});

describe('the first image after a subscription', () => {
  test.each([
    ['unknown', 'suspect', 'first'],
    ['snapshot', 'live', ''],
    ['retained', 'live', ''],
    ['nothing', 'live', ''],
  ] as const)('of a venue with onSubscribe: %s makes the symbol %s', (onSubscribe, state, replayed) => {
    const { listen, price } = scene({ venue: { onSubscribe } });
    const { said } = listen(['A']);
    price('A', 1);
    price('A', 2);
    expect(said.slice(1)).toEqual([`A 1 ${state} unknown e0 image ${replayed}`.trim(), 'A 2 live unknown e0 image']);
  });

  test.each(['unknown', 'snapshot', 'retained', 'nothing'] as const)(
    'with the retain flag is suspect and tagged as retained, also with onSubscribe: %s',
    (onSubscribe) => {
      const { listen, price } = scene({ venue: { onSubscribe } });
      price('A', 1, { retain: true });
      const { said } = listen(['A']);
      price('A', 2);
      expect(said.slice(1)).toEqual(['A 1 suspect unknown e0 image retained', 'A 2 live unknown e0 image']);
    },
  );

  test('without the retain flag is live on every connection, for a venue that is a plain MQTT broker', () => {
    const scheduler = new FastScheduler();
    const fake = fakeTransport({ scheduler });
    fake.publish('px/B', '2', { retain: true });
    const venue = mqttVenue({
      endpoint: 'mqtt://broker.test',
      topics: 'px/{symbol}',
      decode: (payload, _topic, symbol) => ({ symbol, price: new TextDecoder().decode(payload) }),
    });
    const feed = quoteFeed({ venue, transport: fake.transport, clock: virtualClock(scheduler) });
    const said: string[] = [];
    feed.quotes(['A', 'B']).subscribe(({ symbol, price, state, replayed = '' }) => {
      said.push(`${symbol} ${price} ${state} ${replayed}`.trim());
    });
    fake.publish('px/A', '1');
    fake.drop();
    scheduler.advance(1_000);
    fake.publish('px/A', '3');
    expect(said).toEqual(['B 2 suspect retained', 'A 1 live', 'A 1 suspect', 'B 2 suspect retained', 'A 3 live']);
  });
});

describe('a consumer that leaves', () => {
  const unknown = { venue: { onSubscribe: 'unknown' }, feed: { linger: 0 } } as const;

  test('after it subscribed to every symbol makes no image suspect of a symbol that another consumer subscribed to by name', () => {
    const { listen, price } = scene(unknown);
    const { said } = listen(['A']);
    const all = listen();
    for (const one of [1, 2, 3]) price('A', one);
    all.subscription.unsubscribe();
    price('A', 4);
    expect(said.at(-1)).toBe('A 4 live unknown e0 image');
  });

  test('after it subscribed to one symbol does not make its next image suspect for a consumer of every symbol', () => {
    const { listen, price } = scene(unknown);
    const { said } = listen();
    const named = listen(['A']);
    for (const one of [1, 2, 3]) price('A', one);
    named.subscription.unsubscribe();
    price('A', 4);
    expect(said.at(-1)).toBe('A 4 live unknown e0 image');
  });

  test('and subscribes again has a first image of unknown age again', () => {
    const { listen, price } = scene(unknown);
    listen(['B']);
    const first = listen(['A']);
    for (const one of [1, 2]) price('A', one);
    first.subscription.unsubscribe();
    const { said } = listen(['A']);
    price('A', 3);
    expect(said.at(-1)).toBe('A 3 suspect unknown e0 image first');
  });
});

describe('depth', () => {
  const book = (symbol: string): Book => ({
    symbol,
    depth: 10,
    ...{ bid: 1, ask: 2, bidVolume: 3, askVolume: 4, bidFlag: 'normal', askFlag: 'normal' },
    bidPrices: [1],
    askPrices: [2],
    bidVolumes: [3],
    askVolumes: [4],
  });

  test('10 has all levels, 1 only the best, for each subscriber, also in replays and re-emissions', () => {
    const scheduler = new FastScheduler();
    const fake = fakeTransport();
    const feed = quoteFeed<Book>({
      venue: mqttVenue<Book>({
        endpoint: 'mqtt://h',
        topics: 'px/{symbol}',
        decode: (_payload, _topic, symbol) => book(symbol),
        onSubscribe: 'snapshot',
      }),
      transport: fake.transport,
      clock: virtualClock(scheduler),
    });
    const observed: Record<string, FeedUpdate[]> = { one: [], ten: [], late: [] };
    feed.updates(['A']).subscribe((update) => observed['one']?.push(update));
    feed.quotes(['A'], { depth: 10 }).subscribe((update) => observed['ten']?.push(update));
    fake.publish('px/A', 'x');
    feed
      .quotes(['A'], { depth: 10 })
      .pipe(onlyImages())
      .subscribe((update) => observed['late']?.push(update));
    fake.drop();
    const quotes = (list: readonly FeedUpdate[] = []): Quote[] => list.filter((update) => update.kind === 'quote');
    expect(quotes(observed['one']).map((quote) => [quote.depth, 'bidPrices' in quote])).toEqual([
      [1, false],
      [1, false],
    ]);
    expect(quotes(observed['ten']).map((quote) => quote.depth === 10 && quote.bidPrices)).toEqual([[1], [1]]);
    expect(observed['late']).toEqual([]);
  });
});
