import { describe, expect, test } from 'vitest';
import { matchesTopic } from '../../src/model/topicFilter.js';
import { mqttVenue, type OnSubscribe, quoteFeed } from '../../src/index.js';
import { checkConservation, fakeTransport, type FakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { scene, type SceneConfig } from './scene.js';

/** A feed at a broker that sends a copy of each message for each filter that matches it, as EMQX does. */
function copying(config: SceneConfig = {}) {
  const made = scene({ ...config, venue: { onSubscribe: 'retained', ...config.venue } });
  return {
    ...made,
    copies: (symbol: string, price: number): void => {
      const { current } = made.fake;
      for (const filter of [...current.subscribed])
        if (matchesTopic(filter, `px/${symbol}`)) current.send(`px/${symbol}`, String(price));
      checkConservation(made.feed.stats());
    },
  };
}

const images = (said: readonly string[]): readonly string[] => said.filter((line) => line.endsWith('image'));

/** The SUBSCRIBEs of a feed for all quotes whose market has its status beside them, at a venue that decodes topics only. */
function subscribesOf(onSubscribe: OnSubscribe): FakeTransport['current']['subscribes'] {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ scheduler });
  const venue = mqttVenue<{ symbol: string }>({
    endpoint: 'mqtt://broker.test',
    topics: { quote: 'md/{symbol}', market: 'md/status' },
    decode: (_payload, _topic, symbol) => ({ symbol }),
    onSubscribe,
  });
  const decoder: typeof venue.decoder = (topic) => (topic.includes('+') ? undefined : venue.decoder(topic));
  quoteFeed({ venue: { ...venue, decoder }, transport: fake.transport, clock: virtualClock(scheduler) })
    .quotes()
    .subscribe();
  return fake.current.subscribes;
}

describe('at a broker that sends a copy for each filter, a symbol that is subscribed to by name and by a wildcard', () => {
  test.each(['retained', 'nothing'] as const)('is emitted once per image to each consumer (%s)', (onSubscribe) => {
    for (const order of [
      [undefined, ['A']],
      [['A'], undefined],
    ]) {
      const { listen, copies } = copying({ venue: { onSubscribe } });
      const consumers = order.map((symbols) => listen(symbols));
      for (const price of [1, 2, 3]) copies('A', price);
      for (const { said } of consumers)
        expect(images(said)).toEqual([1, 2, 3].map((price) => `A ${String(price)} live unknown e0 image`));
    }
  });

  test('is emitted once per image after the link was lost', () => {
    const { listen, copies, fake, scheduler } = copying();
    const { said } = listen(['A']);
    listen();
    copies('A', 1);
    fake.drop();
    scheduler.advance(1_000);
    copies('A', 2);
    expect(images(said)).toEqual(['A 1 live unknown e0 image', 'A 2 live unknown e1 image']);
  });

  test('stays live, once per image, when the consumer of all symbols leaves', () => {
    const { listen, copies, fake, scheduler } = copying({ feed: { linger: 0 }, fake: { latency: 10 } });
    const { said } = listen(['A']);
    const all = listen();
    scheduler.advance(30);
    copies('A', 1);
    all.subscription.unsubscribe();
    copies('A', 2);
    scheduler.advance(10);
    copies('A', 3);
    expect(said.slice(1)).toEqual([1, 2, 3].map((price) => `A ${String(price)} live unknown e0 image`));
    expect(fake.current.subscribed).toEqual(new Set(['px/A', 'market']));
  });

  test('is shown with the wildcard that brings it', () => {
    const { listen, feed } = copying();
    listen();
    listen(['A']);
    expect(feed.explain('A')[0]).toMatchObject({
      why: 'awaiting: waiting for its first message, through the subscription to px/+',
      subscription: { status: 'granted', through: 'px/+' },
    });
  });

  test('gets its stored image again if the wildcard had brought it and its topic was evicted since', () => {
    const { listen, price, fake } = copying({ feed: { capacity: 4 } });
    listen();
    for (const symbol of ['A', 'B', 'C', 'D']) price(symbol, 1, { retain: true });
    const { said } = listen(['A']);
    expect(said).toEqual(['A awaiting', 'A 1 suspect unknown e0 image retained']);
    expect(fake.current.unsubscribes).toEqual([['px/A']]);
    price('A', 2);
    expect(said.slice(2)).toEqual(['A 2 live unknown e0 image']);
  });
});

describe('beside a wildcard', () => {
  test('a symbol that is subscribed to by name gets its image at once, if the broker sends a current one for the name', () => {
    const { listen, fake } = copying({
      venue: { onSubscribe: 'snapshot' },
      fake: {
        suback: (topic, connection) => {
          if (topic === 'px/A') connection.send(topic, '7');
          return 0;
        },
      },
    });
    listen();
    expect(listen(['A']).said).toEqual(['A awaiting', 'A 7 live unknown e0 image']);
    expect(fake.current.subscribes).toEqual([['px/+', 'market'], ['px/A']]);
  });

  test('a symbol that is subscribed to by name stays live when the consumer of all symbols leaves, if a first image is of unknown age', () => {
    const { listen, price, fake } = copying({ venue: { onSubscribe: 'unknown' }, feed: { linger: 0 } });
    const { said } = listen(['A']);
    const all = listen();
    for (const count of [1, 2]) price('A', count);
    all.subscription.unsubscribe();
    price('A', 3);
    expect(said.at(-1)).toBe('A 3 live unknown e0 image');
    expect(fake.current.unsubscribes).toEqual([['px/+']]);
  });

  test.each(['snapshot', 'unknown'] as const)(
    'the status of the market has a subscription of its own if the wildcard may not bring it (%s)',
    (image) => {
      expect(subscribesOf(image)).toEqual([['md/+', 'md/status']]);
    },
  );

  test.each(['retained', 'nothing'] as const)(
    'the status of the market has no subscription of its own if the wildcard brings the same messages (%s)',
    (image) => {
      expect(subscribesOf(image)).toEqual([['md/+']]);
    },
  );
});
