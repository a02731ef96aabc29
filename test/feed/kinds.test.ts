import type { Subscription } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { isQuote, isTradable, quoteFeed, type Venue } from '../../src/index.js';
import { escapedErrors } from '../support/failingCallbacks.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { type KindsEvent, kindsScene } from '../support/kindsScene.js';
import { textVenue } from '../support/textVenue.js';

// Wrong on purpose: a value that a caller without types may pass.
const wrong = (value: unknown): never => value as never;

describe('each kind is a stream of its own', () => {
  test('with the tags of quotes, and without events of other kinds', () => {
    const { feed, fake, hear } = kindsScene();
    const quotes = hear(feed.quotes(['A']));
    const infos = hear(feed.priceInfos(['A']));
    const candles = hear(feed.candles(['A'], { interval: '1m' }));
    const markets = hear(feed.markets(['A']));
    fake.publish('mk/A', 'open');
    fake.publish('px/A', '1');
    fake.publish('in/A', '2');
    fake.publish('cd/A/1m', '60 3');
    expect([quotes.said, infos.said, candles.said, markets.said]).toEqual([
      ['quote A 1 live open e0 image'],
      ['info A 2 live open e0 image'],
      ['candle A 1m 60=3 live open e0 image'],
      ['market A OPEN live open e0 image'],
    ]);
  });

  test('updates() has only quotes and their states', () => {
    const { feed, fake } = kindsScene();
    const kinds: string[] = [];
    feed.updates(['A']).subscribe(({ kind }) => kinds.push(kind));
    feed.priceInfos(['A']).subscribe();
    feed.candles(['A'], { interval: '1m' }).subscribe();
    fake.publish('in/A', '2');
    fake.publish('cd/A/1m', '60 3');
    fake.publish('px/A', '1');
    fake.drop();
    expect(kinds).toEqual(['status', 'quote', 'gap', 'quote']);
  });

  test('a wildcard brings only its own kind', () => {
    const { feed, fake, hear } = kindsScene({}, { topics: { quote: 'a/{symbol}', info: 'a/{symbol}/info' } });
    const quotes = hear(feed.quotes());
    const infos = hear(feed.priceInfos());
    fake.publish('a/A', '1');
    fake.publish('a/A/info', '2');
    expect([quotes.said, infos.said]).toEqual([
      ['quote A 1 live unknown e0 image'],
      ['info A 2 live unknown e0 image'],
    ]);
  });

  test('a wildcard of one kind brings only this kind, also if it covers the topics of another kind', () => {
    const { feed, fake, scheduler } = kindsScene({ linger: 0 }, {}, (known) => ({
      ...known,
      topic: (kind, key) => (kind === 'quote' && key === '+' ? '#' : known.topic(kind, key)),
    }));
    const observed: string[] = [];
    const listen = (): Subscription =>
      feed
        .updates()
        .subscribe(({ kind, ...reports }) => observed.push(`${kind} ${'symbol' in reports ? reports.symbol : ''}`));
    feed.priceInfos(['A']).subscribe();
    const first = listen();
    scheduler.advance(10);
    fake.publish('in/A', '1');
    fake.publish('in/B', '1');
    fake.publish('px/A', '1');
    first.unsubscribe();
    listen();
    expect(observed).toEqual(['quote A']);
  });

  test('an info or a status is no quote, and is tradable if it is live in an open market', () => {
    const { feed, fake } = kindsScene();
    const observed: unknown[] = [];
    feed.priceInfos(['A']).subscribe((info) => observed.push([isQuote(info), isTradable(info)]));
    fake.publish('mk/A', 'open');
    fake.publish('in/A', '1');
    fake.drop();
    expect(observed).toEqual([
      [false, true],
      [false, false],
    ]);
  });
});

describe('a loss of trust', () => {
  test('is emitted with the last event of every kind at once, and each recovers with its own next event', () => {
    const { feed, fake, hear, scheduler } = kindsScene();
    const all = [feed.priceInfos(['A']), feed.candles(['A'], { interval: '1m' }), feed.markets(['A'])].map((events$) =>
      hear(events$),
    );
    const publish = (): void => {
      fake.publish('mk/A', 'open');
      fake.publish('in/A', '1');
      fake.publish('cd/A/1m', '60 2');
    };
    publish();
    for (const { said } of all) said.length = 0;
    fake.drop();
    expect(all.flatMap(({ said }) => said)).toEqual([
      'info A 1 suspect unknown e0 state',
      'candle A 1m 60=2 suspect unknown e0 state',
      'market A OPEN suspect unknown e0 state',
    ]);
    scheduler.advance(1_000);
    for (const { said } of all) said.length = 0;
    publish();
    // The market comes first: its report changes the images from before.
    expect(all.flatMap(({ said }) => said)).toEqual([
      'info A 1 suspect open e1 state',
      'info A 1 live open e1 image',
      'candle A 1m 60=2 suspect open e1 state',
      'candle A 1m 60=2 live open e1 image',
      'market A OPEN live open e1 image',
    ]);
  });

  test('of an unreadable event is emitted, too', () => {
    const { feed, fake, hear } = kindsScene({ maxPayload: 8 });
    const { said } = hear(feed.priceInfos(['A']));
    fake.publish('in/A', '1');
    fake.publish('in/A', '123456789');
    fake.publish('in/A', '2');
    expect(said).toEqual([
      'info A 1 live unknown e0 image',
      'info A 1 suspect unknown e0 state',
      'info A 2 live unknown e0 image',
    ]);
  });

  test('an info of unknown age is not live; a bar has its own time', () => {
    const { feed, fake, hear } = kindsScene({}, { onSubscribe: 'unknown' });
    const infos = hear(feed.priceInfos(['A']));
    const candles = hear(feed.candles(['A'], { interval: '1m' }));
    fake.publish('in/A', '1');
    fake.publish('in/A', '2');
    fake.publish('cd/A/1m', '60 1');
    expect(infos.said).toEqual(['info A 1 suspect unknown e0 image first', 'info A 2 live unknown e0 image']);
    expect(candles.said).toEqual(['candle A 1m 60=1 live unknown e0 image']);
  });

  test('a retained message of every kind is emitted, and is not live', () => {
    const { feed, fake, hear } = kindsScene();
    for (const [topic, payload] of [
      ['mk/A', 'open'],
      ['in/A', '1'],
      ['cd/A/1m', '60 1'],
    ] as const)
      fake.publish(topic, payload, { retain: true });
    const reports = [feed.markets(['A']), feed.priceInfos(['A']), feed.candles(['A'], { interval: '1m' })].flatMap(
      (events$) => hear(events$).said,
    );
    expect(reports).toEqual([
      'market A OPEN suspect open e0 image retained',
      'info A 1 suspect open e0 image retained',
      'candle A 1m 60=1 suspect open e0 image retained',
    ]);
  });
});

describe('silence', () => {
  test('is judged for quotes and infos, by symbol and kind, and never for bars and the status of a market', () => {
    const asked: string[] = [];
    const { feed, fake, hear, scheduler } = kindsScene({
      staleAfter: (symbol, kind) => {
        asked.push(`${symbol} ${kind}`);
        return kind === 'info' ? 5_000 : 1_000;
      },
    });
    const all = [
      feed.quotes(['A']),
      feed.priceInfos(['A']),
      feed.candles(['A'], { interval: '1d' }),
      feed.markets(['A']),
    ].map((events$) => hear(events$));
    fake.publish('mk/A', 'open');
    fake.publish('px/A', '1');
    fake.publish('in/A', '2');
    fake.publish('cd/A/1d', '0 3');
    for (const { said } of all) said.length = 0;
    scheduler.advance(1_000);
    expect(all.map(({ said }) => said)).toEqual([['quote A 1 stale open e0 state'], [], [], []]);
    scheduler.advance(4_000);
    expect(all[1]?.said).toEqual(['info A 2 stale open e0 state']);
    scheduler.advance(86_400_000);
    expect([all[2]?.said, all[3]?.said, scheduler.pending]).toEqual([[], [], 0]);
    expect(asked).toEqual(['A quote', 'A info']);
  });
});

describe('many waiting messages', () => {
  const busy = { maxBatch: 1 };

  test('lose no bar, only older forms of the same bar', () => {
    const { feed, fake, hear, scheduler } = kindsScene(busy);
    const { said } = hear(feed.candles(['A'], { interval: '1m' }), () => {
      if (said.length > 1) return;
      for (const bar of ['60 1', '60 2', '120 3', '120 4', '60 5', '180 6']) fake.publish('cd/A/1m', bar);
    });
    fake.publish('cd/A/1m', '0 0');
    scheduler.advance(100);
    expect(said.map((line) => line.split(' ')[3])).toEqual(['0=0', '60=5', '120=4', '180=6']);
    expect(feed.stats()).toMatchObject({ received: 7, emitted: 4, conflated: 3 });
  });

  test('lose no event of a series without a key', () => {
    const timeless: KindsEvent = { symbol: 'A', price: 0 };
    const { feed, fake, hear, scheduler } = kindsScene(busy, { decode: () => timeless });
    const { said } = hear(feed.candles(['A'], { interval: '1m' }), () => {
      if (said.length === 1) for (let count = 0; count < 5; count += 1) fake.publish('cd/A/1m', 'x');
    });
    fake.publish('cd/A/1m', 'x');
    scheduler.advance(100);
    expect(said).toHaveLength(6);
  });

  test.each([
    ['NaN', () => Number.NaN],
    ['an object', () => ({})],
    ['an object that is no text', () => Object.create(null) as object],
    ['a promise that rejects', () => Promise.reject(new Error('mine'))],
  ])('lose no event of a series whose key is %s, and do not end the process', async (_what, key) => {
    const keyed = (venue: Venue<KindsEvent>): Venue<KindsEvent> => ({
      ...venue,
      decoder: (topic) => {
        const decoder = venue.decoder(topic);
        return decoder?.kind === 'candle' ? { ...decoder, seriesKey: key as () => never } : decoder;
      },
    });
    const { feed, fake, hear, scheduler } = kindsScene(busy, {}, keyed);
    const { errors } = await escapedErrors(() => {
      const { said } = hear(feed.candles(['A'], { interval: '1m' }), () => {
        if (said.length === 1) for (const bar of ['60 1', '120 2', '180 3']) fake.publish('cd/A/1m', bar);
      });
      fake.publish('cd/A/1m', '0 0');
      scheduler.advance(100);
      expect(said.map((line) => line.split(' ')[3])).toEqual(['0=0', '60=1', '120=2', '180=3']);
    });
    expect(errors).toEqual([]);
  });

  test('keep every status in its order, before the waiting images', () => {
    const { feed, fake, hear, scheduler } = kindsScene(busy);
    const order: string[] = [];
    const statuses = ['auction', 'open', 'halted', 'open', 'closed'];
    hear(feed.priceInfos(['B']), () => {
      order.push('info');
      if (order.length > 1) return;
      fake.publish('in/B', '2');
      for (const status of statuses) fake.publish('mk/A', status);
    });
    feed.markets(['A']).subscribe(({ market, change }) => order.push(`${market} ${change}`));
    fake.publish('in/B', '1');
    scheduler.advance(100);
    expect(order).toEqual(['info', ...statuses.map((status) => `${status} image`), 'info']);
    expect(feed.stats().conflated).toBe(0);
  });
});

describe('a topic that is needed for several reasons', () => {
  test('is subscribed to once, stays until the last subscriber leaves, and gives a late subscriber the last status', () => {
    const { feed, fake, hear, scheduler } = kindsScene({ linger: 0 });
    const quotes = hear(feed.quotes(['A']));
    fake.publish('mk/A', 'halted');
    const late = hear(feed.markets(['A']));
    const cold = hear(feed.markets(['A'], { replay: false }));
    expect([late.said, cold.said]).toEqual([['market A HALTED live halted e0 state cache'], []]);
    expect(fake.current.subscribes).toEqual([['px/A', 'mk/A']]);
    quotes.stop();
    scheduler.advance(10);
    fake.publish('mk/A', 'open');
    expect(late.said.at(-1)).toBe('market A OPEN live open e0 image');
    expect([...fake.current.subscribed]).toEqual(['mk/A']);
  });

  test('gives a late subscriber of infos or candles the last of each', () => {
    const { feed, fake, hear } = kindsScene();
    hear(feed.priceInfos());
    hear(feed.candles(['A'], { interval: '1m' }));
    fake.publish('in/A', '1');
    fake.publish('cd/A/1m', '60 1');
    fake.publish('cd/A/1m', '120 2');
    expect(hear(feed.priceInfos(['A'])).said).toEqual(['info A 1 live unknown e0 state cache']);
    expect(hear(feed.candles(['A'], { interval: '1m' })).said).toEqual([
      'candle A 1m 120=2 live unknown e0 state cache',
    ]);
    expect(hear(feed.candles(['A'], { interval: '5m' })).said).toEqual([]);
  });
});

describe('the market', () => {
  const byInfo = {
    market: (event: KindsEvent) => ('last' in event ? { symbol: event.symbol, market: event.market } : undefined),
  };

  test('from the feed overrides the market in an info itself', () => {
    const { feed, fake, hear } = kindsScene();
    const { said } = hear(feed.priceInfos(['A']));
    fake.publish('mk/A', 'halted');
    fake.publish('in/A', '1 open');
    expect(said).toEqual(['info A 1 live halted e0 image']);
  });

  test('from an info reaches the quotes before the info is emitted, and the info once', () => {
    const { feed, fake, hear } = kindsScene({}, byInfo);
    const { said } = hear(feed.quotes(['A']));
    const infos = hear(feed.priceInfos(['A']), () => said.push('info'));
    fake.publish('px/A', '1');
    fake.publish('in/A', '2 open');
    fake.publish('in/A', '3 halted');
    expect(said.slice(1)).toEqual(['quote A 1 live open e0 state', 'info', 'quote A 1 live halted e0 state', 'info']);
    expect(infos.said).toEqual(['info A 2 live open e0 image', 'info A 3 live halted e0 image']);
  });

  test('from a market’s own status needs no reader, and does not change other symbols', () => {
    const { feed, fake, scheduler } = kindsScene({}, {}, ({ market: _, ...withoutMarket }) => withoutMarket);
    const reports: string[] = [];
    feed.markets(['A']).subscribe(({ market }) => reports.push(market));
    feed.quotes(['A']).subscribe(({ market }) => reports.push(`quote ${market}`));
    scheduler.advance(10);
    fake.publish('mk/A', 'open');
    fake.publish('px/A', '1');
    expect(reports).toEqual(['open', 'quote unknown']);
  });

  test('that was reported for all symbols is unknown again when its topic has no subscriber any more', () => {
    const marketTopics = (symbols: readonly string[]): string[] => (symbols.includes('A') ? ['mk/X'] : []);
    const market = (event: KindsEvent) => ('status' in event ? { market: event.market } : undefined);
    const { feed, fake, scheduler } = kindsScene({ linger: 0 }, { market }, (known) => ({ ...known, marketTopics }));
    const reports: string[] = [];
    const first = feed.quotes(['A']).subscribe();
    feed.quotes(['B']).subscribe(({ market, change }) => reports.push(`${market} ${change}`));
    scheduler.advance(10);
    fake.publish('mk/X', 'open');
    fake.publish('px/B', '1');
    first.unsubscribe();
    expect(reports).toEqual(['open image', 'unknown state']);
  });

  test('by the calendar turns in time also after the feed’s own state was lost with the link', () => {
    // It opens at 5 s and shuts at 10 s.
    const states = ['closed', 'open', 'closed'] as const;
    const at = (time: number) => {
      const index = Math.min(2, Math.floor(time / 5_000));
      return { market: states[index] ?? 'closed', ...(index === 2 ? {} : { until: 5_000 * (index + 1) }) };
    };
    const { feed, fake, hear, scheduler } = kindsScene({ staleAfter: Infinity }, { calendar: { at } });
    const { said } = hear(feed.priceInfos(['A']));
    fake.publish('mk/A', 'open');
    fake.publish('in/A', '1');
    scheduler.advance(6_000);
    fake.drop();
    scheduler.advance(2_000);
    fake.publish('in/A', '2');
    scheduler.advance(2_000);
    expect(said).toEqual([
      'info A 1 live open e0 image',
      'info A 1 suspect open e0 state',
      'info A 2 live open e1 image',
      'info A 2 live closed e1 state',
    ]);
    // The last round over its topics.
    scheduler.advance(250);
    expect(scheduler.pending).toBe(0);
  });
});

describe('an event with the key of another topic', () => {
  test.each([
    ['symbol', 'in/A', '1', (): KindsEvent => ({ symbol: 'B', price: 0 })],
    ['interval', 'cd/A/1m', '60 1 5m', undefined],
  ])('(another %s) is refused and counted', (_, topic, payload, decode) => {
    const { feed, fake, hear } = kindsScene({}, decode === undefined ? {} : { decode });
    const { said } = hear(feed.priceInfos(['A']));
    const candles = hear(feed.candles(['A'], { interval: '1m' }));
    fake.publish(topic, payload);
    expect([said, candles.said, feed.stats().rejected]).toEqual([[], [], { symbol: 1 }]);
  });
});

describe('stats()', () => {
  test('counts topics of other kinds with a subscriber apart from quotes, and excludes topics that only report the market', () => {
    const { feed, fake, hear } = kindsScene();
    hear(feed.quotes(['A']));
    hear(feed.priceInfos(['A', 'B']));
    fake.publish('px/A', '1');
    fake.publish('in/A', '1');
    fake.publish('mk/A', 'open');
    const { topics, otherTopics, subscribers, reemitted } = feed.stats();
    expect(topics).toMatchObject({ live: 1, awaiting: 0 });
    expect(otherTopics).toMatchObject({ live: 1, awaiting: 1 });
    expect([subscribers, reemitted]).toEqual([2, 2]);
  });
});

describe('priceInfos(), candles() and markets()', () => {
  const { feed } = kindsScene();
  const bare = quoteFeed({ venue: textVenue() });
  const { topic: _, ...rest } = textVenue();
  const custom = quoteFeed({
    venue: {
      ...rest,
      topic: (kind, key) => {
        if (kind === 'info') throw new Error('none');
        return `px/${key}`;
      },
    },
  });
  itRejectsArguments([
    ['priceInfos.symbols[0]', '#', () => feed.priceInfos(['#'])],
    ['priceInfos.replay', 1, () => feed.priceInfos(['A'], { replay: wrong(1) })],
    ['priceInfos.depth', 10, () => feed.priceInfos(['A'], wrong({ depth: 10 }))],
    ['candles.symbols', undefined, () => feed.candles(wrong(undefined), { interval: '1m' })],
    ['candles.interval', undefined, () => feed.candles(['A'], wrong({}))],
    ['candles.interval', '1/m', () => feed.candles(['A'], { interval: '1/m' })],
    ['candles.interval', '+', () => feed.candles(['A'], { interval: '+' })],
    ['candles', undefined, () => feed.candles(['A'], wrong(undefined))],
    ['markets.names', undefined, () => feed.markets(wrong(undefined))],
    ['markets.names[0]', '', () => feed.markets([''])],
    ['mqttVenue.topics.info', undefined, () => bare.priceInfos(['A'])],
    ['mqttVenue.topics.info', undefined, () => bare.priceInfos()],
    ['mqttVenue.topics.candle', undefined, () => bare.candles(['A'], { interval: '1m' })],
    ['priceInfos.symbols', 'A', () => custom.priceInfos(['A'])],
    ['candles.symbols', 'A/1m', () => custom.candles(['A'], { interval: '1m' })],
    ['markets.names', 'A', () => custom.markets(['A'])],
  ]);

  test('name the kind that the venue lacks, or the kind of the topic', () => {
    expect(() => custom.priceInfos(['A'])).toThrow(/the venue has no topic for its price infos/);
    expect(() => custom.markets(['A'])).toThrow(/its topic px\/A carries quotes, not market status/);
  });
});
