import { map, NEVER, Observable, of, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ConnectionEvent, Transport } from '../../src/model/transport.js';
import { scene, type SceneConfig } from './scene.js';

/** Accepts and grants, and closes by the given function. */
function parting(close: () => Observable<never>): { transport: Transport; destroyed: () => boolean } {
  let destroyed = false;
  const transport: Transport = () =>
    new Observable<ConnectionEvent>((out) => {
      const subscribe = (topics: readonly string[]) => of(topics.map(() => 0));
      out.next({ type: 'open', connection: { subscribe, unsubscribe: () => undefined, close } });
      return () => {
        destroyed = true;
      };
    });
  return { transport, destroyed: () => destroyed };
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return settled;
}

describe('close()', () => {
  const states: readonly (readonly [
    name: string,
    config: SceneConfig,
    before: (made: ReturnType<typeof scene>) => void,
  ])[] = [
    ['idle', {}, () => undefined],
    [
      'asking for credentials',
      { venue: { endpoint: () => NEVER } },
      ({ listen }) => {
        listen(['A']);
      },
    ],
    [
      'opening the socket',
      { feed: { transport: () => NEVER } },
      ({ listen }) => {
        listen(['A']);
      },
    ],
    [
      'waiting for CONNACK',
      { fake: { accept: false } },
      ({ listen }) => {
        listen(['A']);
      },
    ],
    [
      'waiting for a SUBACK',
      { fake: { suback: () => undefined } },
      ({ listen }) => {
        listen(['A']);
      },
    ],
    [
      'live',
      {},
      ({ listen, price }) => {
        listen(['A']);
        price('A', 1);
      },
    ],
    [
      'live with a refused topic',
      { fake: { suback: () => 0x80 } },
      ({ listen }) => {
        listen(['A']);
      },
    ],
    [
      'lingering',
      {},
      ({ listen, price }) => {
        const { subscription } = listen(['A']);
        price('A', 1);
        subscription.unsubscribe();
      },
    ],
    [
      'waiting to retry',
      {},
      ({ listen, fake }) => {
        listen(['A']);
        fake.drop();
      },
    ],
    [
      'with a calendar',
      { venue: { calendar: { at: () => ({ market: 'open', until: 1e9 }) } } },
      ({ listen }) => {
        listen(['A']);
      },
    ],
  ];
  test.each(states)(
    'leaves no timer, connection or subscriber behind when %s, and completes everything',
    async (_, config, before) => {
      const made = scene(config);
      let subscriptions = '';
      made.feed.subscriptions$.subscribe({
        complete: () => {
          subscriptions = 'complete';
        },
      });
      let state = '';
      made.feed.state$.subscribe({
        next: ({ status }) => {
          state = status;
        },
        complete: () => {
          state += ' complete';
        },
      });
      before(made);
      const closed = made.feed.close();
      expect(await isSettled(closed)).toBe(true);
      expect([state, subscriptions]).toEqual(['closed complete', 'complete']);
      expect(made.scheduler.pending).toBe(0);
      expect(made.fake.connections.some(({ isUp }) => isUp)).toBe(false);
      expect(made.feed.stats()).toMatchObject({
        subscribers: 0,
        inFlight: 0,
        topics: { awaiting: 0, live: 0, refused: 0 },
      });
      expect(made.feed.close()).toBe(closed);
    },
  );

  test('waits at most 2 s for a disconnect that never ends, then destroys the socket', async () => {
    const { transport, destroyed } = parting(() => NEVER);
    const { listen, feed, scheduler } = scene({ feed: { transport } });
    listen(['A']);
    const closed = feed.close();
    scheduler.advance(1_999);
    expect([await isSettled(closed), destroyed()]).toEqual([false, false]);
    scheduler.advance(1);
    expect([await isSettled(closed), destroyed()]).toEqual([true, true]);
    expect(scheduler.pending).toBe(0);
  });

  test.each<[string, () => Observable<never>]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['errors', () => throwError(() => new Error('boom'))],
  ])('settles when the disconnect %s', async (_, goodbye) => {
    const { transport, destroyed } = parting(goodbye);
    const { listen, feed } = scene({ feed: { transport } });
    listen(['A']);
    expect(await isSettled(feed.close())).toBe(true);
    expect(destroyed()).toBe(true);
  });

  test('is what await using calls', async () => {
    const { feed, listen } = scene();
    const { said } = listen(['A']);
    {
      await using using_ = feed;
      expect(using_.stats().subscribers).toBe(1);
    }
    expect(said).toEqual(['A awaiting', 'complete']);
  });

  test('leaves a feed that completes every new subscription, ignores other calls, and has the state closed', () => {
    const { feed, listen, fake, scheduler } = scene();
    void feed.close();
    expect(listen(['A']).said).toEqual(['complete']);
    feed.reconnect({ renew: true });
    feed.tune({ linger: 1 });
    const states: string[] = [];
    feed.state$.subscribe(({ status }) => states.push(status));
    expect(states).toEqual(['closed']);
    expect([fake.connections.length, scheduler.pending]).toEqual([0, 0]);
  });
});

test('when the last subscriber leaves, its topics linger; then the connection ends and no timer stays', () => {
  const { listen, price, fake, scheduler, states } = scene({ feed: { staleAfter: Number.POSITIVE_INFINITY } });
  const first = listen(['A']);
  price('A', 1);
  first.subscription.unsubscribe();
  scheduler.advance(4_999);
  const second = listen(['A']);
  expect(second.said).toEqual(['A 1 live unknown e0 state cache']);
  scheduler.advance(60_000);
  expect([fake.connections.length, fake.current.isUp]).toEqual([1, true]);
  second.subscription.unsubscribe();
  scheduler.advance(5_000);
  expect([fake.current.isUp, states.at(-1)?.status, scheduler.pending]).toEqual([false, 'idle', 0]);
});

test('an error in one consumer’s operators ends that consumer only', () => {
  const { listen, feed, price } = scene();
  const errors: unknown[] = [];
  const failing$ = feed.quotes(['A']).pipe(
    map(() => {
      throw new Error('mine');
    }),
  );
  failing$.subscribe({ error: (error: unknown) => errors.push(error) });
  const { said } = listen(['A']);
  price('A', 1);
  price('A', 2);
  expect(errors).toHaveLength(1);
  expect(said.slice(1)).toEqual(['A 1 live unknown e0 image', 'A 2 live unknown e0 image']);
});
