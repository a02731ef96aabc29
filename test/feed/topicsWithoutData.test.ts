import { describe, expect, test } from 'vitest';
import type { OnSubscribe } from '../../src/index.js';
import { checkConservation } from '../../src/testing/index.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

interface Watched extends Scene {
  readonly lines: string[];
  /** Names of the topics without data, as the state has them. */
  noData(): readonly string[];
  status(topic: string): unknown;
  /** The times in ms at which a topic had a SUBSCRIBE of its own. */
  readonly alone: [topic: string, at: number][];
}

/** A feed of a venue that is known to send an image on SUBSCRIBE by default. */
function watched(onSubscribe: OnSubscribe = 'snapshot', fake: SceneConfig['fake'] = {}): Watched {
  const lines: string[] = [];
  const alone: [string, number][] = [];
  const log = (_: object, line: string): void => {
    if (!/^(connect|gap)/.test(line)) lines.push(line);
  };
  const made = scene({
    venue: { onSubscribe },
    fake: {
      ...fake,
      suback: (topic, connection) => {
        const last = connection.subscribes.at(-1);
        if (last?.length === 1) alone.push([topic, made.scheduler.now()]);
        return fake.suback === undefined ? 0 : fake.suback(topic, connection);
      },
    },
    feed: { logger: { debug: log, info: log, warn: log, error: log }, staleAfter: Infinity },
  });
  return {
    ...made,
    lines,
    alone,
    noData: () => {
      const state = made.states.at(-1);
      return state?.status === 'live' ? state.ledger.noData : [];
    },
    status: (topic) => {
      let status: unknown;
      made.feed.subscriptions$.subscribe((topics) => (status = topics.get(topic))).unsubscribe();
      return status;
    },
  };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

describe('a granted topic without an image', () => {
  test('is without data after 5 s if the venue sends an image on subscribing, in every report', () => {
    const { listen, price, scheduler, noData, status, feed, lines, states } = watched();
    const { said } = listen(['A', 'B']);
    price('A', 1);
    scheduler.advance(4_999);
    expect(noData()).toEqual([]);
    expect(feed.explain('B')[0]?.why).toBe('awaiting: waiting for its first message');
    scheduler.advance(1);
    expect(noData()).toEqual(['px/B']);
    expect(states.at(-1)).toMatchObject({ status: 'live', ledger: { wanted: 3, granted: 3, refused: [] } });
    expect(status('px/B')).toEqual({ status: 'no-data', code: 0 });
    expect(feed.explain('B')[0]).toMatchObject({
      state: 'awaiting',
      why: expect.stringContaining(
        'it is granted, and the image that this venue sends on subscribing did not',
      ) as string,
    });
    expect(lines).toEqual(['topics are granted but send no image: px/B']);
    expect(said).toEqual(['A awaiting', 'B awaiting', 'A 1 live unknown e0 image']);
    checkConservation(feed.stats());
  });

  test('is subscribed to again alone, once at once, then every 60 s until an image comes', () => {
    const { listen, price, scheduler, alone, noData, status } = watched();
    listen(['A', 'B']);
    price('A', 1);
    scheduler.advance(200_000);
    expect(alone).toEqual([
      ['px/B', 5_000],
      ['px/B', 65_000],
      ['px/B', 125_000],
      ['px/B', 185_000],
    ]);
    price('B', 2);
    expect([noData(), status('px/B')]).toEqual([[], { status: 'seen', code: 0 }]);
    scheduler.advance(600_000);
    expect(alone).toHaveLength(4);
  });

  test('that is refused by the next SUBSCRIBE is refused, and no longer without data', () => {
    let asked = 0;
    const { listen, price, scheduler, noData, states } = watched('snapshot', {
      suback: (topic) => (topic === 'px/B' && (asked += 1) > 1 ? 0x80 : 0),
    });
    const { said } = listen(['A', 'B']);
    price('A', 1);
    scheduler.advance(5_000);
    expect(noData()).toEqual([]);
    expect(states.at(-1)).toMatchObject({ ledger: { granted: 2, refused: ['px/B'] } });
    expect(said.at(-1)).toBe('B refused');
  });

  test('gets the full time again on every connection, and whenever it is subscribed to again', () => {
    const { listen, price, scheduler, noData, fake } = watched();
    listen(['A', 'B']);
    price('A', 1);
    scheduler.advance(5_000);
    fake.drop();
    scheduler.advance(750);
    price('A', 2);
    expect(noData()).toEqual([]);
    scheduler.advance(5_000);
    expect(noData()).toEqual(['px/B']);
    listen(['C']);
    scheduler.advance(4_999);
    expect(noData()).toEqual(['px/B']);
    scheduler.advance(1);
    expect(noData()).toEqual(['px/B', 'px/C']);
  });

  test('has its own time, for any number of other topics', () => {
    const { listen, scheduler, noData } = watched();
    listen(['A']);
    scheduler.advance(2_000);
    listen(['B']);
    scheduler.advance(4_999);
    expect(noData()).toEqual(['px/A']);
    scheduler.advance(1);
    expect(noData()).toEqual(['px/A', 'px/B']);
  });

  test('that has no subscriber any more is no longer without data, and leaves no timer', () => {
    const { feed, scheduler, price, noData } = watched();
    feed.tune({ linger: 0 });
    const [one, other] = [feed.quotes(['A']).subscribe(), feed.quotes(['B']).subscribe()];
    price('A', 1);
    scheduler.advance(5_000);
    expect(noData()).toEqual(['px/B']);
    other.unsubscribe();
    expect(noData()).toEqual([]);
    one.unsubscribe();
    expect(scheduler.pending).toBe(0);
    const last = feed.quotes(['C']).subscribe();
    scheduler.advance(1_000);
    last.unsubscribe();
    expect(scheduler.pending).toBe(0);
  });

  test('is not reported if it is of a kind without images: markets, wildcards, the venue’s notices', () => {
    const { listen, scheduler, noData, lines } = watched();
    listen();
    scheduler.advance(60_000);
    expect([noData(), lines]).toEqual([[], []]);
  });
});

describe('if a venue does not declare that it sends images', () => {
  test.each(['unknown', 'retained'] as const)(
    '(%s) a topic is without data when nine of ten topics of this connection had an image in time',
    (onSubscribe) => {
      const { listen, price, scheduler, noData } = watched(onSubscribe);
      listen(names(10));
      for (const name of names(9)) price(name, 1);
      scheduler.advance(5_000);
      expect(noData()).toEqual(['px/S9']);
    },
  );

  test('images that overtake the grant are counted, too', () => {
    const { listen, fake, scheduler, noData } = watched('unknown', { latency: 5 });
    listen(names(10));
    scheduler.advance(7);
    for (const name of names(9)) fake.current.send(`px/${name}`, '1');
    scheduler.advance(5_010);
    expect(noData()).toEqual(['px/S9']);
  });

  test.each([
    ['fewer than nine of ten have one', 10, 8],
    ['they are fewer than ten', 9, 8],
    ['none has one', 20, 0],
  ])('no topic is without data when %s', (_, wanted, received) => {
    const { listen, price, scheduler, noData, alone } = watched('unknown');
    listen(names(wanted));
    for (const name of names(received)) price(name, 1);
    scheduler.advance(600_000);
    expect([noData(), alone]).toEqual([[], []]);
  });

  test('an image that comes late is no evidence that images come on subscribing', () => {
    const { listen, price, scheduler, noData } = watched('unknown');
    listen(names(112));
    for (const name of names(100)) price(name, 1);
    scheduler.advance(5_001);
    for (const name of names(111)) price(name, 2);
    scheduler.advance(600_000);
    expect(noData()).toEqual([]);
  });

  test('a topic without data from before the evidence is reported with it', () => {
    const { listen, price, scheduler, noData } = watched('unknown');
    listen(['LACKING']);
    scheduler.advance(10_000);
    listen(names(9));
    for (const name of names(8)) price(name, 1);
    expect(noData()).toEqual([]);
    price('S8', 1);
    expect(noData()).toEqual(['px/LACKING']);
  });

  test('no topic is without data if the venue declares that it sends no images', () => {
    const { listen, price, scheduler, noData } = watched('nothing');
    listen(names(100));
    for (const name of names(99)) price(name, 1);
    scheduler.advance(600_000);
    expect(noData()).toEqual([]);
  });
});

test('a first image that overtakes the SUBACK counts, and no timer is left when all topics have one', () => {
  const pending = (['snapshot', 'nothing'] as const).map((onSubscribe) => {
    const { listen, fake, scheduler, noData, states } = watched(onSubscribe, { latency: 5 });
    listen(['A', 'B']);
    scheduler.advance(7);
    fake.current.send('px/A', '1');
    scheduler.advance(5);
    expect(states.at(-1)?.status).toBe('live');
    const armed = scheduler.pending;
    fake.current.send('px/B', '1');
    const left = scheduler.pending;
    scheduler.advance(60_000);
    expect(noData()).toEqual([]);
    return [armed, left];
  });
  // Other timers are armed, too: those of a venue that is not judged.
  const [[armed = 0, left = 0] = [], [others = 0, othersLeft = 0] = []] = pending;
  expect([armed - others, left - othersLeft]).toEqual([1, 0]);
});
