import { map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { FakeConnection } from '../../src/testing/index.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

/** The latency of a broker that answers one SUBSCRIBE after the other, each `each` ms after the one before. */
function oneByOne(now: () => number, each: number): (topics: readonly string[], connection: FakeConnection) => number {
  const free = new WeakMap<FakeConnection, number>();
  return (_, connection) => {
    const at = Math.max(now(), free.get(connection) ?? 0) + each;
    free.set(connection, at);
    return at - now();
  };
}

/** Counts the SUBSCRIBEs without an answer on a connection, and returns the highest number. */
function unanswered(made: () => Scene, latency: number, onCount: (count: number, on: FakeConnection) => void) {
  let count = 0;
  return (_: readonly string[], connection: FakeConnection): number => {
    count += 1;
    made().scheduler.schedule(() => (count -= 1), latency);
    onCount(count, connection);
    return latency;
  };
}

const granted = ({ states }: Scene): number => {
  const state = states.at(-1);
  return state?.status === 'live' ? state.ledger.granted : 0;
};

describe('a broker that is slow to answer SUBSCRIBE', () => {
  test.each([80, 400])('and answers one in %i ms is live for 800 symbols after one connect', (each) => {
    const made: Scene = scene({ fake: { subackLatency: oneByOne(() => made.scheduler.now(), each) } });
    made.listen(names(800));
    made.scheduler.advance(101 * each);
    expect(granted(made)).toBe(801);
    expect(made.fake.connections).toHaveLength(1);
  });

  test('grants all of 799 symbols that are added on a live connection, with one SUBSCRIBE for each', () => {
    const made: Scene = scene({ fake: { subackLatency: oneByOne(() => made.scheduler.now(), 400) } });
    made.listen(['FIRST']);
    made.scheduler.advance(1_000);
    made.listen(names(799));
    made.scheduler.advance(100 * 400);
    expect(granted(made)).toBe(801);
    expect(made.fake.current.subscribes).toHaveLength(101);
  });

  test('and sends stored images first keeps its connection while messages come', () => {
    const made = scene({ fake: { subackLatency: ([topic]) => (topic === 'px/S0' ? 0 : 20_000) } });
    made.listen(names(15));
    for (let second = 0; second < 20; second += 1) {
      made.scheduler.advance(1_000);
      made.fake.current.send(`px/S${second % 15}`, '1', { retain: true });
    }
    expect(granted(made)).toBe(16);
    expect(made.fake.connections).toHaveLength(1);
  });

  test('and sends one huge message first keeps its connection while bytes come', () => {
    let bytes = 0;
    const broker = scene({ fake: { subackLatency: () => 20_000 } });
    const made = scene({
      feed: {
        transport: (endpoint) =>
          broker.fake
            .transport(endpoint)
            .pipe(
              map((event) =>
                event.type === 'open' ? { ...event, connection: { ...event.connection, reads: () => bytes } } : event,
              ),
            ),
      },
    });
    made.listen(names(8));
    for (let second = 0; second < 20; second += 1) {
      bytes += 1_000;
      made.scheduler.advance(1_000);
      broker.scheduler.advance(1_000);
    }
    expect(granted(made)).toBe(9);
    expect(broker.fake.connections).toHaveLength(1);
  });

  test('and sends messages but no answer for 60 s loses its connection', () => {
    const made = scene({ fake: { suback: (topic) => (topic === 'px/S9' ? undefined : 0) } });
    made.listen(names(10));
    for (let second = 0; second < 60; second += 1) {
      expect(made.states.at(-1)).toMatchObject({ status: 'connecting', step: 'subscribing' });
      made.fake.current.send('px/S0', '1', { retain: true });
      made.scheduler.advance(1_000);
    }
    expect(made.states.at(-1)).toMatchObject({
      status: 'waiting',
      reason: {
        code: 'RXQ_TIMEOUT',
        message: expect.stringContaining('did not answer SUBSCRIBE within 60 s, for px/S8, px/S9, market') as string,
      },
    });
  });

  test.each([1, 8, 20])('and sends on %i topics for 20 s before it answers for them keeps its connection', (count) => {
    const made = scene({ fake: { subackLatency: () => 20_000 } });
    made.listen(names(count));
    for (let second = 0; second < 20; second += 1) {
      made.fake.current.send('px/S0', '1');
      made.scheduler.advance(1_000);
    }
    expect(granted(made)).toBe(count + 1);
    expect(made.fake.connections).toHaveLength(1);
  });

  test('has an answer counted that waits in the socket at its deadline, as after a block of the thread', () => {
    const made = scene({ fake: { subackLatency: () => 5_000 } });
    made.listen(['A']);
    made.scheduler.advance(5_000);
    expect([granted(made), made.fake.connections.length]).toEqual([2, 1]);
  });

  test('and answers after 150 s has its answer counted, although another SUBSCRIBE for the topic was sent meanwhile', () => {
    const made = scene({ fake: { subackLatency: ([topic]) => (topic === 'px/SLOW' ? 150_000 : 0) } });
    made.listen(['A']);
    made.listen(['SLOW']);
    made.scheduler.advance(149_999);
    expect(granted(made)).toBe(2);
    expect(made.fake.current.subscribes.filter(([topic]) => topic === 'px/SLOW').length).toBeGreaterThan(1);
    made.scheduler.advance(1);
    expect(granted(made)).toBe(3);
    expect(made.fake.connections).toHaveLength(1);
  });

  test('and answers twice for a topic does not make it without data: its first image came after the first answer', () => {
    const made = scene({
      venue: { onSubscribe: 'snapshot' },
      feed: { staleAfter: Infinity },
      fake: { subackLatency: ([topic]) => (topic === 'px/SLOW' ? 70_000 : 0) },
    });
    made.listen(['A']);
    made.listen(['SLOW']);
    made.price('A', 1);
    made.scheduler.advance(70_000);
    made.price('SLOW', 1);
    made.scheduler.advance(300_000);
    expect(made.states.at(-1)).toMatchObject({ status: 'live', ledger: { granted: 3, noData: [] } });
  });

  test('has no answer counted for a topic that was unsubscribed and subscribed to again meanwhile', () => {
    const made = scene({
      feed: { linger: 0 },
      fake: { subackLatency: ([topic]) => (topic === 'px/SLOW' ? 10_000 : 0) },
    });
    made.listen(['A']);
    const { subscription } = made.listen(['SLOW']);
    made.scheduler.advance(2_000);
    subscription.unsubscribe();
    made.listen(['SLOW']);
    made.scheduler.advance(8_000);
    expect(granted(made)).toBe(2);
    made.scheduler.advance(2_000);
    expect(granted(made)).toBe(3);
  });
});

describe('a broker that never answers one SUBSCRIBE', () => {
  test.each([
    ['in the middle', 'S40'],
    ['at the end', 'S99'],
  ])('%s, and answers the others, is live on the next connection without that topic', (_, silent) => {
    const made = scene({ fake: { suback: (topic) => (topic === `px/${silent}` ? undefined : 0) } });
    made.listen(names(100));
    made.scheduler.advance(5_000);
    expect(made.states.at(-1)).toMatchObject({
      status: 'waiting',
      reason: { code: 'RXQ_TIMEOUT', message: expect.stringContaining(`px/${silent}`) as string },
    });
    made.scheduler.advance(1_000);
    expect(granted(made)).toBeGreaterThan(90);
    made.scheduler.advance(10_000);
    expect(granted(made)).toBe(100);
    made.scheduler.advance(600_000);
    expect([granted(made), made.fake.connections.length]).toEqual([100, 2]);
    // It gets a SUBSCRIBE of its own about once a minute, and is not refused, since no connection was closed.
    expect(made.fake.current.subscribes.filter((topics) => topics.join() === `px/${silent}`).length).toBeGreaterThan(8);
    expect(made.states.at(-1)).toMatchObject({ ledger: { refused: [] } });
  });

  test.each([0, 3, 6])('for the feed’s only topics is live soon without the topic in place %i', (silent) => {
    const made = scene({ fake: { suback: (topic) => (topic === `px/S${silent}` ? undefined : 0) } });
    made.listen(names(7));
    made.scheduler.advance(45_000);
    expect(granted(made)).toBe(7);
    made.scheduler.advance(600_000);
    expect(made.states.at(-1)).toMatchObject({ status: 'live', ledger: { granted: 7, refused: [] } });
  });

  test.each([2, 3])('in any of its %i packets is live soon with the topics that it does grant', (packets) => {
    const silent = new Set(Array.from({ length: packets }, (_, index) => `px/S${8 * index + 2}`));
    const made = scene({ fake: { suback: (topic) => (silent.has(topic) ? undefined : 0) } });
    made.listen(names(8 * packets - 1));
    made.scheduler.advance(90_000);
    expect(granted(made)).toBe(7 * packets);
  });

  test('does not make its topic refused by later losses of the link', () => {
    const made = scene({ fake: { suback: (topic) => (topic === 'px/S40' ? undefined : 0) } });
    made.listen(names(100));
    for (let round = 0; round < 4; round += 1) {
      made.scheduler.advance(20_000);
      made.fake.drop();
      made.scheduler.advance(30_000);
    }
    expect(made.states.at(-1)).toMatchObject({ status: 'live', ledger: { granted: 100, refused: [] } });
  });

  test('delays the promotion no longer while messages of the other topics come', () => {
    const made = scene({ fake: { suback: (topic) => (topic === 'px/S40' ? undefined : 0) } });
    made.listen(names(100));
    for (let second = 0; second < 6; second += 1) {
      made.price('S0', second);
      made.scheduler.advance(1_000);
    }
    expect(granted(made)).toBeGreaterThan(90);
  });
});

test('a broker that answers no SUBSCRIBE for an hour grants 2,000 symbols within 10 s of a connection that it answers', () => {
  let isDown = true;
  const made = scene({ fake: { latency: 20, suback: () => (isDown ? undefined : 0) } });
  made.listen(names(2_000));
  made.scheduler.advance(3_600_000);
  isDown = false;
  made.scheduler.advance(36_000 + 10_000);
  expect(granted(made)).toBe(2_001);
});

describe('SUBSCRIBEs in flight', () => {
  const most = (count: number, fake: SceneConfig['fake'] = {}): { readonly made: Scene; most(): number } => {
    let highest = 0;
    const made: Scene = scene({
      fake: {
        ...fake,
        subackLatency: unanswered(
          () => made,
          30,
          (now, connection) => {
            highest = Math.max(highest, now);
            if (now > 4) connection.drop();
          },
        ),
      },
    });
    made.listen(names(count));
    return { made, most: () => highest };
  };

  test('are at most 4, so that a broker that ends a connection with 5 is live', () => {
    const { made, most: highest } = most(800);
    made.scheduler.advance(10_000);
    expect([granted(made), made.fake.connections.length, highest()]).toEqual([801, 1, 4]);
  });

  test.each([
    [100, 10],
    [400, 10],
    [400, 20],
    [2_000, 20],
  ])('for %i symbols suit a broker that ends a connection with more than %i in a second', (count, limit) => {
    const times = new WeakMap<FakeConnection, number[]>();
    const made: Scene = scene({
      fake: {
        latency: 5,
        subackLatency: (_, connection) => {
          const now = made.scheduler.now();
          const recent = [...(times.get(connection) ?? []).filter((time) => time > now - 1_000), now];
          times.set(connection, recent);
          if (recent.length > limit) connection.drop();
          return 5;
        },
      },
    });
    made.listen(names(count));
    made.scheduler.advance(count < 2_000 ? 20_000 : 50_000);
    expect(granted(made)).toBe(count + 1);
    expect(made.fake.connections.length).toBeLessThanOrEqual(4);
  });

  test('are at most 4 also when many topics are refused, or added one by one', () => {
    const { made, most: highest } = most(100, { suback: (topic) => (topic === 'market' ? 0 : 0x80) });
    for (const name of names(150).slice(100)) made.listen([name]);
    made.scheduler.advance(200_000);
    expect([made.fake.connections.length, highest()]).toEqual([1, 4]);
    expect(made.fake.current.subscribes.length).toBeGreaterThan(400);
  });

  test('for refused topics are repeated at different times, about a minute later', () => {
    let seed = 1;
    const times = new Set<number>();
    const made: Scene = scene({
      random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
      fake: {
        suback: (topic) => {
          if (made.scheduler.now() > 0) times.add(Math.floor(made.scheduler.now() / 100));
          return topic === 'market' ? 0 : 0x80;
        },
      },
    });
    made.listen(names(40));
    made.scheduler.advance(75_000);
    expect(times.size).toBeGreaterThan(30);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(450);
    expect(made.fake.current.subscribes.filter((topics) => topics.length === 1).length).toBeGreaterThanOrEqual(80);
  });

  test('leave no timer when all are answered and all consumers have left', () => {
    const made = scene({ feed: { linger: 0 }, fake: { subackLatency: () => 30 } });
    const { subscription } = made.listen(names(100));
    made.scheduler.advance(10);
    subscription.unsubscribe();
    expect(made.scheduler.pending).toBeLessThanOrEqual(4);
    made.scheduler.advance(3_000);
    expect(made.scheduler.pending).toBe(0);
  });
});
