import { defer, EMPTY, NEVER, Observable, of, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { ConnectionFailure } from '../../src/model/errors.js';
import type { Transport } from '../../src/model/transport.js';
import type { EndpointProvider, EndpointRequest } from '../../src/model/venue.js';
import { scene } from '../feed/scene.js';

const endpoint = { url: 'mqtt://broker.test' };

/** A feed whose every connection fails so, and what its provider was asked. */
function failing(fail: () => ConnectionFailure, provider?: EndpointProvider) {
  const asked: (EndpointRequest & { readonly at: number })[] = [];
  const connects: number[] = [];
  const made = scene({
    venue: {
      endpoint: (request) => {
        asked.push({ ...request, at: made.scheduler.now() });
        return provider?.(request) ?? [endpoint];
      },
    },
    feed: {
      transport: () =>
        defer(() => {
          connects.push(made.scheduler.now());
          return throwError(fail);
        }),
    },
  });
  made.listen(['A']);
  return { ...made, asked, connects };
}

describe('credentials', () => {
  test.each<[string, EndpointProvider, string]>([
    [
      'throws',
      () => {
        throw new Error('no token');
      },
      'RXQ_VENUE',
    ],
    [
      'errors with a failure of its own',
      () => throwError(() => new ConnectionFailure('auth', 'signed out')),
      'RXQ_AUTH',
    ],
    ['completes without an endpoint', () => EMPTY, 'RXQ_VENUE'],
  ])('from a provider that %s are a failure with its rule, and the provider is called again', (_, provider, code) => {
    const { asked, states, scheduler } = failing(() => new ConnectionFailure('network', 'x'), provider);
    expect(states.at(-1)).toMatchObject({ status: 'waiting', reason: { code } });
    scheduler.advance(750);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.previous?.code).toBe(code);
  });

  test('from a provider that hangs time out after 10 s, and the provider is unsubscribed', () => {
    let let_go = 0;
    const { states, scheduler } = failing(
      () => new ConnectionFailure('network', 'x'),
      () =>
        new Observable(() => () => {
          let_go += 1;
        }),
    );
    scheduler.advance(9_999);
    expect(states.at(-1)).toMatchObject({ status: 'connecting', step: 'credentials' });
    scheduler.advance(1);
    expect(states.at(-1)).toMatchObject({ status: 'waiting', reason: { code: 'RXQ_TIMEOUT' } });
    expect(let_go).toBe(1);
  });

  test('may come as a promise; of an Observable the first value is used', async () => {
    const seen: string[] = [];
    const transport: Transport = ({ url }) => {
      seen.push(url);
      return NEVER;
    };
    const promised = scene({ venue: { endpoint: () => Promise.resolve(endpoint) }, feed: { transport } });
    promised.listen(['A']);
    await Promise.resolve();
    await Promise.resolve();
    scene({ venue: { endpoint: () => of({ url: 'mqtt://first.test' }, endpoint) }, feed: { transport } }).listen(['A']);
    expect(seen).toEqual(['mqtt://broker.test', 'mqtt://first.test']);
  });

  test('are requested at every attempt, with its number and the reason why the last one ended', () => {
    const { asked, scheduler } = failing(() => new ConnectionFailure('network', 'down'));
    scheduler.advance(2_250);
    expect(asked).toEqual([
      { number: 0, renew: false, wasLive: false, at: 0 },
      {
        number: 1,
        renew: false,
        wasLive: false,
        at: 750,
        previous: expect.objectContaining({ code: 'RXQ_NETWORK' }) as unknown,
      },
      {
        number: 2,
        renew: false,
        wasLive: false,
        at: 2_250,
        previous: expect.objectContaining({ code: 'RXQ_NETWORK' }) as unknown,
      },
    ]);
  });

  test('are renewed once after they were refused, then slowly, and the feed has the state rejected with the time of the next attempt', () => {
    const { asked, states, scheduler } = failing(() => new ConnectionFailure('auth', 'bad token'));
    expect(states.at(-1)).toMatchObject({ status: 'waiting', delay: 750 });
    scheduler.advance(750);
    expect(states.at(-1)).toMatchObject({ status: 'rejected', retryAt: 60_750, reason: { code: 'RXQ_AUTH' } });
    scheduler.advance(120_000);
    expect(asked.map(({ at, renew }) => [at, renew])).toEqual([
      [0, false],
      [750, true],
      [60_750, true],
      [120_750, true],
    ]);
  });
});

describe('time', () => {
  test('without CONNACK ends an attempt after 10 s with a timeout', () => {
    const { listen, scheduler, states, fake } = scene({ fake: { accept: false } });
    listen(['A']);
    scheduler.advance(10_000);
    expect(states.at(-1)).toMatchObject({ status: 'waiting', reason: { code: 'RXQ_TIMEOUT' } });
    expect(fake.connections[0]?.isUp).toBe(false);
  });

  test('in Retry-After counts, up to 5 minutes, and an invalid value is ignored', () => {
    const waits = (retryAfter: number): unknown =>
      failing(() => new ConnectionFailure('policy', 'busy', { retryAfter })).states.at(-1);
    expect(waits(20_000)).toMatchObject({ delay: 20_000 });
    expect(waits(86_400_000)).toMatchObject({ delay: 300_000 });
    for (const nonsense of [0, -1, Number.NaN, 10]) expect(waits(nonsense)).toMatchObject({ delay: 750 });
  });

  const kinds: readonly (() => ConnectionFailure)[] = [
    () => new ConnectionFailure('network', 'x'),
    () => new ConnectionFailure('auth', 'x'),
    () => new ConnectionFailure('policy', 'x', { retryAfter: 1 }),
    () => new ConnectionFailure('tls', 'x'),
    () => new ConnectionFailure('protocol', 'x'),
    () => new ConnectionFailure('venue', 'x'),
  ];
  test.each(kinds.map((kind) => [kind().kind, kind] as const))(
    'between connects allows at most 8 connects and 3 renewals in any 60 s, but always some: %s, with a user who calls reconnect()',
    (_, kind) => {
      const { asked, connects, feed, scheduler } = failing(kind);
      for (let step = 0; step < 600; step += 1) {
        scheduler.advance(700);
        if (step % 3 === 0) feed.reconnect({ renew: step % 2 === 0 });
      }
      const most = (times: readonly number[], span = 60_000): number =>
        Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + span).length));
      // A broker measures the same: its first connection may have been half a second longer on its way than its last.
      expect(most(connects, 60_500)).toBeLessThanOrEqual(8);
      expect(most(asked.filter(({ renew }) => renew).map(({ at }) => at))).toBeLessThanOrEqual(3);
      // In seven minutes: a minute's share in each of them.
      expect(connects.length).toBeGreaterThanOrEqual(7);
      const before = connects.length;
      scheduler.advance(61_000);
      expect(connects.length).toBeGreaterThan(before);
    },
  );
});

describe('reconnect()', () => {
  test('ends a wait', () => {
    const { connects, feed, scheduler } = failing(() => new ConnectionFailure('network', 'x'));
    scheduler.advance(10);
    feed.reconnect();
    scheduler.advance(0);
    expect(connects).toEqual([0, 10]);
  });

  test('keeps the old connection until the limit allows a new one, and then shows the reason of the wait', () => {
    const { listen, feed, fake, scheduler, states } = scene();
    listen(['A']);
    for (let count = 0; count < 7; count += 1) {
      feed.reconnect();
      scheduler.advance(1_000);
    }
    expect(fake.connections).toHaveLength(8);
    feed.reconnect();
    scheduler.advance(30_000);
    expect(fake.connections).toHaveLength(8);
    expect(fake.current.isUp).toBe(true);
    expect(states.at(-1)?.status).toBe('live');
    scheduler.advance(30_000);
    expect(fake.connections).toHaveLength(9);
    expect(states.at(-1)).toMatchObject({ status: 'live', epoch: 8 });
  });

  test('opens a ninth connection as soon as the first of eight is 60.5 s old', () => {
    const { listen, feed, fake, scheduler } = scene();
    listen(['A']);
    for (let count = 0; count < 8; count += 1) {
      feed.reconnect();
      scheduler.advance(5_000);
    }
    scheduler.advance(20_499);
    expect(fake.connections).toHaveLength(8);
    scheduler.advance(1);
    expect(fake.connections).toHaveLength(9);
  });

  test('requests new credentials with renew: true, only once', () => {
    const { asked, feed, scheduler } = failing(() => new ConnectionFailure('network', 'x'));
    feed.reconnect({ renew: true });
    scheduler.advance(2_000);
    expect(asked.map(({ renew }) => renew)).toEqual([false, true, false]);
  });

  test('opens nothing without a subscriber', () => {
    const { feed, fake, states } = scene();
    feed.reconnect();
    expect(fake.connections).toHaveLength(0);
    expect(states.map(({ status }) => status)).toEqual(['idle']);
  });
});

test('epochs rise over the life of a feed, also when all subscribers left and came back', () => {
  const { listen, feed, scheduler } = scene({ feed: { linger: 0 } });
  for (const epoch of [0, 1, 2]) {
    const { subscription } = listen(['A']);
    expect(feed.stats().epoch).toBe(epoch);
    subscription.unsubscribe();
    scheduler.advance(20_000);
  }
});

test('a transport that throws, or that completes without an event, is a failure like any other', () => {
  for (const transport of [
    () => {
      throw new Error('boom');
    },
    () => EMPTY,
    () => throwError(() => 'text'),
  ] as Transport[]) {
    const { listen, states, feed, scheduler } = scene({ feed: { transport } });
    listen(['A']);
    expect(states.at(-1)).toMatchObject({ status: 'waiting' });
    scheduler.advance(5_000);
    expect(feed.stats().attempts).toBeGreaterThan(1);
  }
});
