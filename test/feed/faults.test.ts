import { describe, expect, test } from 'vitest';
import { checkConservation } from '../../src/testing/index.js';
import { scene } from './scene.js';

/** Each of these promises is broken by a fault of `test/mutants/mutants.json`: `npm run mutants`. */
describe('a feed', () => {
  test('keeps the other topics when one is refused, on this connection and the next', () => {
    const { listen, price, fake, scheduler, states } = scene({
      fake: { suback: (topic) => (topic === 'px/BAD' ? 0x80 : 0) },
    });
    const { said } = listen(['A', 'BAD', 'B']);
    price('A', 1);
    fake.drop();
    scheduler.advance(1_000);
    price('A', 2);
    price('B', 3);
    expect(said).toEqual([
      'A awaiting',
      'BAD awaiting',
      'B awaiting',
      'BAD refused',
      'A 1 live unknown e0 image',
      'gap link open 0→',
      'A 1 suspect unknown e0 state',
      'gap link closed 0→1',
      'A 2 live unknown e1 image',
      'B 3 live unknown e1 image',
    ]);
    expect(states.at(-1)).toMatchObject({ status: 'live', ledger: { wanted: 4, granted: 3, refused: ['px/BAD'] } });
  });

  test('gives an epoch only after every SUBACK; messages before that wait', () => {
    const { listen, fake, feed, scheduler, states } = scene({ fake: { latency: 5 } });
    const { said } = listen(['A']);
    scheduler.advance(7);
    fake.current.send('px/A', '1');
    expect(said).toEqual(['A awaiting']);
    expect(feed.stats()).toMatchObject({ received: 1, emitted: 0, inFlight: 1 });
    expect(feed.stats().epoch).toBeUndefined();
    expect(states.at(-1)).toMatchObject({ status: 'connecting', step: 'subscribing' });
    scheduler.advance(3);
    expect(said).toEqual(['A awaiting', 'A 1 live unknown e0 image']);
    expect(feed.stats().epoch).toBe(0);
  });

  test('does not lose the only image of a quiet symbol to a busy symbol', () => {
    const { listen, price, scheduler } = scene({ feed: { capacity: 6 } });
    const { said } = listen(['QUIET', 'BUSY'], (update) => {
      if (update.kind !== 'quote' || update.price !== 0) return;
      price('QUIET', 1);
      for (let count = 1; count <= 50; count += 1) price('BUSY', count);
    });
    price('BUSY', 0);
    scheduler.advance(1);
    expect(said).toContain('QUIET 1 live unknown e0 image');
    expect(said).toContain('BUSY 50 live unknown e0 image');
    expect(said.filter((one) => one.startsWith('gap'))).toEqual([]);
  });

  test('never conflates images of two epochs: the older one is superseded and counted', () => {
    const { listen, price, feed, scheduler, states } = scene({ feed: { maxBatch: 1 } });
    const { said } = listen(['A'], (update) => {
      if (update.kind !== 'quote' || update.price !== 1) return;
      if (update.change === 'image') {
        price('A', 2);
        feed.reconnect();
      }
    });
    price('A', 1);
    while (feed.stats().attempts < 2) scheduler.runNext();
    expect(states.at(-1)?.status).toBe('live');
    price('A', 3);
    scheduler.advance(1);
    expect(feed.stats()).toMatchObject({ received: 3, emitted: 2, conflated: 0, dropped: { superseded: 1 } });
    expect(said.slice(-2)).toEqual(['gap link closed 0→1', 'A 3 live unknown e1 image']);
  });

  test('reports a loss when it happens, without waiting for a message', () => {
    const { listen, price, fake, scheduler } = scene();
    const { said } = listen(['A']);
    price('A', 1);
    said.length = 0;
    fake.drop();
    expect(said).toEqual(['gap link open 0→', 'A 1 suspect unknown e0 state']);
    scheduler.advance(1_000);
    expect(said.slice(2)).toEqual(['gap link closed 0→1']);
  });

  test('continues its counters over a reconnect', () => {
    const { listen, price, fake, feed, scheduler } = scene();
    listen(['A']);
    price('A', 1);
    fake.drop();
    scheduler.advance(1_000);
    price('A', 2);
    expect(feed.stats()).toMatchObject({ received: 2, emitted: 2, attempts: 2, gaps: 1 });
    checkConservation(feed.stats());
  });

  test('shows a symbol without a message as awaiting, before and after a reconnect, for any time', () => {
    const { listen, fake, feed, scheduler } = scene({ feed: { staleAfter: 1_000 } });
    const { said } = listen(['A']);
    scheduler.advance(100_000);
    fake.drop();
    scheduler.advance(100_000);
    expect(said).toEqual(['A awaiting', 'gap link open 0→', 'gap link closed 0→1']);
    expect(feed.stats().topics).toMatchObject({ awaiting: 1, live: 0 });
  });

  test('never marks a retained image as live', () => {
    const { listen, price, fake } = scene();
    fake.publish('px/A', '1', { retain: true });
    const { said } = listen(['A']);
    expect(said).toEqual(['A awaiting', 'A 1 suspect unknown e0 image retained']);
    price('A', 2);
    expect(said.at(-1)).toBe('A 2 live unknown e0 image');
  });

  test('emits every status of the market in order, however many messages wait', () => {
    const { listen, price, fake, scheduler } = scene();
    const { said } = listen(['A'], (update) => {
      if (update.kind !== 'quote' || update.change !== 'image' || update.price !== 1) return;
      for (const status of ['open', 'halted', 'auction', 'closed']) fake.publish('market', status);
      price('A', 2);
    });
    price('A', 1);
    scheduler.advance(1);
    expect(said.slice(1)).toEqual([
      'A 1 live unknown e0 image',
      'A 1 live open e0 state',
      'A 1 live halted e0 state',
      'A 1 live auction e0 state',
      'A 1 live closed e0 state',
      'A 2 live closed e0 image',
    ]);
  });

  test('counts each drop once', () => {
    const { listen, price, feed } = scene({ feed: { linger: 0 } });
    const { subscription } = listen(['A'], (update) => {
      if (update.kind !== 'quote') return;
      price('A', 2);
      subscription.unsubscribe();
    });
    price('A', 1);
    expect(feed.stats()).toMatchObject({ received: 2, emitted: 1, dropped: { unsubscribed: 1 }, inFlight: 0 });
    checkConservation(feed.stats());
  });

  test('backs off from a broker that sends CONNACK and disconnects, and from one that grants and disconnects', () => {
    for (const code of [undefined, 0]) {
      const { listen, fake, scheduler, states } = scene({ fake: { suback: () => code } });
      listen(['A']);
      for (let count = 0; count < 5; count += 1) {
        fake.drop();
        const wait = states.at(-1);
        if (wait?.status === 'waiting') scheduler.advance(wait.delay);
      }
      const delays = states.flatMap((state) => (state.status === 'waiting' ? [state.delay] : []));
      // Three quarters of 1, 2, 4, 8 s, then once a minute: equal jitter in the middle of chance.
      expect(delays).toEqual([750, 1_500, 3_000, 6_000]);
      expect(states.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'RXQ_FLAP' } });
    }
  });
});
