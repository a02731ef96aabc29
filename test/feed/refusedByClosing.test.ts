import { describe, expect, test } from 'vitest';
import { findings } from '../../src/playbook/index.js';
import { checkConservation } from '../../src/testing/index.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

const LATENCY = 20;
const MINUTE = 60_000;

interface Closing extends Scene {
  /** Topics that end a connection when they are subscribed to. */
  readonly forbidden: Set<string>;
  readonly lines: string[];
  /** When each connection was made, and when each live one was lost, in ms. */
  readonly connects: number[];
  readonly losses: number[];
  /** Topics that the present connection has granted. */
  granted(): number;
  refused(): readonly string[];
}

/** A feed of a broker that ends the connection where it would refuse a topic, as RabbitMQ does. */
function closing(forbidden: readonly string[], config: SceneConfig = {}): Closing {
  const topics = new Set(forbidden);
  const lines: string[] = [];
  const connects: number[] = [];
  const losses: number[] = [];
  const log = (_: object, line: string): void => {
    if (!/^(connect|gap)/.test(line)) lines.push(line);
  };
  const made = scene({
    ...config,
    fake: {
      latency: LATENCY,
      suback: (topic) => (topics.has(topic) ? 'close' : 0),
      ...config.fake,
    },
    feed: { logger: { debug: log, info: log, warn: log, error: log }, staleAfter: Infinity, ...config.feed },
  });
  let wasLive = false;
  made.feed.state$.subscribe(({ status, ...state }) => {
    if (status === 'connecting' && 'step' in state && state.step === 'network') connects.push(made.scheduler.now());
    if (wasLive && status !== 'live') losses.push(made.scheduler.now());
    wasLive = status === 'live';
  });
  return {
    ...made,
    forbidden: topics,
    lines,
    connects,
    losses,
    granted: () => {
      const state = made.states.at(-1);
      return state?.status === 'live' ? state.ledger.granted : 0;
    },
    refused: () => {
      const state = made.states.at(-1);
      return state?.status === 'live' ? state.ledger.refused : [];
    },
  };
}

/** A venue without a topic of its market: a feed of one symbol has one topic. */
const noMarket: SceneConfig['venue'] = {
  topics: { quote: 'px/{symbol}' },
  decode: { quote: () => ({ symbol: 'A', price: 1 }) },
};

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);
const topic = (index: number): string => `px/S${index}`;

/** The most of these times that fall within any `span` ms. */
const most = (times: readonly number[], span: number): number =>
  Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + span).length));

const chances: readonly [string, () => number][] = [
  ['short waits', () => 0],
  ['middling waits', () => 0.5],
  ['long waits', () => 0.999],
];

describe('two topics of 100 that the broker refuses by closing the connection', () => {
  const positions = [
    [0, 99],
    [0, 8],
    [7, 8],
    [8, 16],
    [15, 16],
    [40, 59],
    [31, 95],
    [91, 99],
  ] as const;

  describe.each(chances)('with %s', (_, random) => {
    test.each(positions)('leave the other 98 live within 30 s, in places %i and %i', (one, other) => {
      const made = closing([topic(one), topic(other)], { random });
      const { said } = made.listen(names(100));
      made.scheduler.advance(30_000);
      for (const name of names(100)) made.price(name, 1);
      made.scheduler.advance(10);
      expect(said.filter((line) => /^S\d+ 1 live/.test(line))).toHaveLength(98);
      checkConservation(made.feed.stats());
    });

    test.each(positions)(
      'are reported as refused in the end, with few reconnects, in places %i and %i',
      (one, other) => {
        const made = closing([topic(one), topic(other)], { random });
        made.listen(names(100));
        made.scheduler.advance(5 * MINUTE);
        expect([...made.refused()].sort()).toEqual([topic(one), topic(other)].sort());
        expect(made.states.at(-1)).toMatchObject({ status: 'live', ledger: { wanted: 101, granted: 99 } });
        expect(most(made.losses, MINUTE)).toBe(1);
        expect(most(made.connects, MINUTE)).toBeLessThanOrEqual(8);
        // From now on each gets a SUBSCRIBE once in ten minutes.
        const before = made.losses.length;
        made.scheduler.advance(60 * MINUTE);
        expect(made.losses.length - before).toBeLessThanOrEqual(12);
        expect(most(made.losses, MINUTE)).toBe(1);
      },
    );
  });
});

test('two topics of 100 that are refused by closing are found also if the closing overtakes the answers before it', () => {
  const made: Closing = closing([topic(12), topic(70)], {
    fake: {
      suback: (asked, connection) => {
        if (!made.forbidden.has(asked)) return 0;
        connection.drop();
        return undefined;
      },
    },
  });
  made.listen(names(100));
  made.scheduler.advance(40_000);
  expect(made.granted()).toBe(99);
  made.scheduler.advance(5 * MINUTE);
  expect([...made.refused()].sort()).toEqual([topic(12), topic(70)]);
  expect(most(made.losses, MINUTE)).toBe(1);
});

describe('a topic that the broker refuses by closing the connection', () => {
  test('is named in the state, the log, explain() and the findings, with a remedy', () => {
    const made = closing(['px/BAD']);
    const { said } = made.listen(['A', 'BAD', 'B']);
    made.scheduler.advance(3 * MINUTE);
    expect(made.refused()).toEqual(['px/BAD']);
    expect(said.filter((line) => line.startsWith('BAD'))).toEqual(['BAD awaiting', 'BAD refused']);
    const why = 'the broker closed the connection 2 times after a SUBSCRIBE for this topic alone: check its spelling';
    expect(made.feed.explain('BAD')[0]?.why).toContain(why);
    expect(findings(made.feed, { now: () => made.scheduler.now() })).toMatchObject([
      { code: 'RXP_TOPICS_REFUSED', symptom: 'the broker refuses 1 of 4 topics: px/BAD' },
      { code: 'RXP_NO_EVENTS' },
    ]);
    expect(made.lines).toEqual([
      'the connection ended before the broker answered for these topics, so each is now subscribed to last and alone: px/A; px/BAD; px/B; market',
      expect.stringMatching(
        /^the broker refuses topics: px\/BAD: the broker closed the connection 2 times after a SUBSCRIBE/,
      ),
    ]);
    expect(made.states.some(({ flap }) => flap !== undefined)).toBe(false);
  });

  test('is granted ten minutes later at the latest, once the broker allows it', () => {
    const made = closing(['px/BAD']);
    const { said } = made.listen(['A', 'BAD', 'B']);
    made.scheduler.advance(3 * MINUTE);
    const { connections } = made.fake;
    const before = connections.length;
    made.forbidden.clear();
    made.scheduler.advance(10 * MINUTE);
    expect([made.refused(), made.granted(), connections.length]).toEqual([[], 4, before]);
    made.price('BAD', 2);
    expect(said.at(-1)).toBe('BAD 2 live unknown e2 image');
  });

  test('ends a live connection at most once before the others that were added with it are live', () => {
    const made = closing(['px/BAD']);
    made.listen(names(50));
    made.scheduler.advance(1_000);
    expect(made.granted()).toBe(51);
    made.listen(['N1', 'N2', 'BAD', 'N3']);
    made.scheduler.advance(30_000);
    expect([made.granted(), made.losses.length]).toEqual([54, 1]);
    made.scheduler.advance(3 * MINUTE);
    expect([made.granted(), made.refused()]).toEqual([54, ['px/BAD']]);
    expect(most(made.losses, MINUTE)).toBe(1);
  });

  test('is not subscribed to again after its consumers left, and does not delay one that comes back', () => {
    const made = closing(['px/BAD'], { feed: { linger: 0 } });
    made.listen(['A', 'B']);
    const { subscription } = made.listen(['BAD']);
    made.scheduler.advance(3 * MINUTE);
    subscription.unsubscribe();
    const before = made.fake.connections.length;
    made.scheduler.advance(30 * MINUTE);
    expect([made.fake.connections.length, made.granted()]).toEqual([before, 3]);
  });

  test('is found also if the broker takes longer to close than an answer may take', () => {
    const made = closing(['px/BAD'], {
      fake: { subackLatency: (topics) => (topics.includes('px/BAD') ? 8_000 : LATENCY) },
    });
    made.listen(names(20));
    made.scheduler.advance(1_000);
    made.listen(['BAD']);
    made.scheduler.advance(4 * MINUTE);
    expect([made.granted(), made.refused()]).toEqual([21, ['px/BAD']]);
    expect(most(made.losses, MINUTE)).toBe(1);
  });

  test('may be one of three among 100: the other 97 are live within 30 s', () => {
    const made = closing([topic(5), topic(14), topic(23)]);
    made.listen(names(100));
    made.scheduler.advance(30_000);
    expect(made.granted()).toBe(98);
    expect(most(made.connects, MINUTE)).toBeLessThanOrEqual(8);
  });

  test('is found among notices, too: the feed continues without them', () => {
    const made = closing(['errors'], { notices: { topics: ['errors'], decode: () => [] } });
    made.listen(['A', 'B']);
    made.scheduler.advance(10_000);
    expect(made.granted()).toBe(3);
    made.scheduler.advance(3 * MINUTE);
    expect(made.granted()).toBe(3);
    expect(made.lines.at(-1)).toBe("the venue's notices can't be received, refused: errors");
    expect(most(made.losses, MINUTE)).toBe(1);
  });

  test('may be the only topic: it is subscribed to until it counts as refused, then once a minute', () => {
    const made = closing(['px/A'], { venue: noMarket });
    made.listen(['A']);
    made.scheduler.advance(3 * MINUTE);
    expect(made.refused()).toEqual(['px/A']);
    // It gets a SUBSCRIBE before the feed is live, and the feed never was live.
    expect(made.losses).toEqual([]);
    expect(most(made.connects, MINUTE)).toBeLessThanOrEqual(8);
    made.forbidden.clear();
    made.scheduler.advance(MINUTE + 1_000);
    expect([made.refused(), made.granted()]).toEqual([[], 1]);
  });

  test.each([2, 3, 5])(
    'may be one of %i in the first packets: all are named, and the others are live in the end',
    (count) => {
      const bad = Array.from({ length: count }, (_, index) => topic(index * 9));
      const made = closing(bad);
      made.listen(names(100));
      made.scheduler.advance(20 * MINUTE);
      expect([...made.refused()].sort()).toEqual([...bad].sort());
      expect(made.granted()).toBe(101 - count);
      expect(most(made.losses, MINUTE)).toBe(1);
      expect(most(made.connects, MINUTE)).toBeLessThanOrEqual(8);
    },
  );
});

describe('a connection that ends for another reason', () => {
  test('during a SUBSCRIBE makes none of its topics refused, for any number of times', () => {
    const made = closing([]);
    made.listen(names(20));
    for (let round = 0; round < 20; round += 1) {
      made.scheduler.advance(LATENCY + 10);
      made.fake.drop();
      made.scheduler.advance(MINUTE);
    }
    made.scheduler.advance(MINUTE);
    expect([made.granted(), made.refused()]).toEqual([21, []]);
  });

  test('by the user’s own reconnect() makes no topic suspected', () => {
    const made = closing([]);
    made.listen(names(20));
    made.scheduler.advance(LATENCY + 10);
    made.feed.reconnect();
    made.scheduler.advance(1_000);
    expect(made.granted()).toBe(21);
    expect(made.lines).toEqual([]);
    expect(made.fake.current.subscribes).toHaveLength(3);
  });

  test('without a SUBSCRIBE clears all suspected topics, since this broker drops every connection', () => {
    const made = closing(['px/A'], { venue: noMarket });
    made.listen(['A']);
    made.scheduler.advance(3 * MINUTE);
    expect(made.refused()).toEqual(['px/A']);
    made.fake.drop();
    made.scheduler.advance(5_000);
    made.forbidden.clear();
    made.fake.drop();
    made.scheduler.advance(MINUTE);
    expect([made.refused(), made.granted()]).toEqual([[], 1]);
  });

  test('before any SUBSCRIBE is answered is a flap that names the topics of the SUBSCRIBE', () => {
    const made = closing([], { fake: { suback: () => 'close' } });
    made.listen(['A', 'B']);
    made.scheduler.advance(5_000);
    expect(made.states.at(-1)).toMatchObject({
      reason: {
        code: 'RXQ_FLAP',
        message: expect.stringMatching(/without an answer for (px\/A|px\/B|market)/) as string,
      },
    });
  });

  test('does not keep a feed of one topic from being live if the broker closed on every SUBSCRIBE only while it started', () => {
    const made = closing(['px/A'], { venue: noMarket });
    made.listen(['A']);
    made.scheduler.advance(4_000);
    made.forbidden.clear();
    made.scheduler.advance(5_000);
    expect(made.granted()).toBe(1);
  });

  test('leaves no topic out afterwards if the broker closed on every SUBSCRIBE for five minutes', () => {
    let isDown = true;
    const made = closing([], { fake: { suback: () => (isDown ? 'close' : 0) } });
    made.listen(names(20));
    made.scheduler.advance(5 * MINUTE);
    isDown = false;
    made.scheduler.advance(MINUTE + 5_000);
    expect([made.granted(), made.refused()]).toEqual([21, []]);
  });
});
