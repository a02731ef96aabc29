import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionFailure, ConnectionState } from '../../src/index.js';
import { type SimulatedVenue, startSimulatedVenue, type VenueFault } from '../../src/testing/index.js';
import { absentPort } from '../contract/silentServer.js';
import { liveFeed, type LiveFeed } from './liveFeed.js';

let venue: SimulatedVenue;
beforeAll(async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT'], rate: 0 });
});
afterAll(() => venue.stop());

const overWebSocket = (token = venue.dispatcherToken()): { url: string; headers: Record<string, string> } => ({
  url: venue.wsUrl,
  headers: { Authorization: `Bearer ${token}` },
});

type Failed = Extract<ConnectionState, { status: 'waiting' | 'rejected' }>;

/** Lets a feed fail until it gets through; returns the states that reported its failures. */
async function failures({ feed, states, skipUntil }: LiveFeed): Promise<readonly Failed[]> {
  feed.quotes(['AOT']).subscribe();
  await skipUntil(() => feed.stats().connected, 'the feed is live after all');
  const failed = states.filter((state) => state.status === 'waiting' || state.status === 'rejected');
  await feed.close();
  return failed;
}

const status = (code: number, retryAfter?: number): VenueFault => ({
  kind: 'status',
  status: code,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

it.each([
  [401, status(401), { kind: 'auth', code: 'RXQ_AUTH', httpStatus: 401 }, true],
  [403, status(403), { kind: 'policy', code: 'RXQ_POLICY', httpStatus: 403 }, false],
  [503, status(503), { kind: 'venue', code: 'RXQ_VENUE', httpStatus: 503 }, false],
  ['a reset', { kind: 'reset' }, { kind: 'network', code: 'RXQ_NETWORK' }, false],
] as const)(
  'an upgrade answered with %s waits with its kind and code, and then gets live',
  async (_, fault, reason, renew) => {
    venue.fail('upgrade', fault, 1);
    const live = liveFeed(() => [overWebSocket()]);
    expect(await failures(live)).toMatchObject([{ status: 'waiting', attempt: 1, reason }]);
    expect(live.requests).toMatchObject([
      { number: 0, renew: false },
      { number: 1, renew, previous: reason },
    ]);
  },
);

it.each([
  [2, 'policy', 'RXQ_POLICY', false],
  [3, 'venue', 'RXQ_VENUE', false],
  [4, 'auth', 'RXQ_AUTH', true],
  [5, 'auth', 'RXQ_AUTH', true],
] as const)(
  'CONNACK %i waits as a failure of kind %s, over TCP and WebSockets, and then gets live',
  async (connackCode, kind, code, renew) => {
    for (const endpoint of [(): { url: string } => ({ url: venue.tcpUrl }), overWebSocket]) {
      venue.fail('connect', { kind: 'connack', code: connackCode }, 1);
      const live = liveFeed(() => [endpoint()]);
      expect(await failures(live)).toMatchObject([{ status: 'waiting', reason: { kind, code, connackCode } }]);
      expect(live.requests.map((request) => request.renew)).toEqual([false, renew]);
    }
  },
);

it.each([429, 503])('HTTP %i with Retry-After is not retried before that time', async (code) => {
  venue.fail('upgrade', status(code, 45), 1);
  const [failed] = await failures(liveFeed(() => [overWebSocket()]));
  expect(failed).toMatchObject({ status: 'waiting', reason: { httpStatus: code, retryAfter: 45_000 } });
  expect((failed as { delay: number }).delay).toBeGreaterThanOrEqual(45_000);
});

it('a token that ended is renewed once and at once; with a valid one the feed gets live', async () => {
  const stale = venue.dispatcherToken();
  venue.expireTokens('dispatcher');
  const live = liveFeed(({ renew }) => [overWebSocket(renew ? undefined : stale)]);
  expect(await failures(live)).toMatchObject([{ status: 'waiting', reason: { code: 'RXQ_AUTH', httpStatus: 401 } }]);
  expect(live.requests.map(({ renew }) => renew)).toEqual([false, true]);
});

it.each([
  [401, 'RXQ_AUTH'],
  [403, 'RXQ_POLICY'],
] as const)(
  'HTTP %i for the second time is rejected, tried again a minute later, and then the feed gets live',
  async (http, code) => {
    venue.fail('upgrade', status(http), 2);
    const failed = await failures(liveFeed(() => [overWebSocket()]));
    expect(failed).toMatchObject([{ status: 'waiting' }, { status: 'rejected', reason: { code, httpStatus: http } }]);
    const { retryAt, since } = failed[1] as { retryAt: number; since: number };
    expect(retryAt - since).toBeGreaterThanOrEqual(59_000);
  },
);

it('a refused port waits as a network failure that names the address, and is tried again', async () => {
  const port = await absentPort();
  const refused = `mqtt://127.0.0.1:${String(port)}`;
  const live = liveFeed(({ number }) => [{ url: number < 3 ? refused : venue.tcpUrl }]);
  const failed = await failures(live);
  expect(failed).toHaveLength(3);
  for (const state of failed) {
    expect(state).toMatchObject({ status: 'waiting', reason: { kind: 'network', code: 'RXQ_NETWORK' } });
    expect((state.reason as ConnectionFailure).message).toContain(refused);
  }
});

it('a dropped socket waits as a network failure of the epoch that was lost', async () => {
  const { feed, states, skipUntil } = liveFeed(() => [{ url: venue.tcpUrl }]);
  feed.quotes(['AOT']).subscribe();
  await skipUntil(() => feed.stats().connected, 'the feed is live');
  venue.dropConnections();
  await skipUntil(() => feed.stats().epoch === 1, 'the feed is live again');
  const waiting = states.filter((state) => state.status === 'waiting');
  expect(waiting).toMatchObject([{ epoch: 0, reason: { kind: 'network', code: 'RXQ_NETWORK' } }]);
  await feed.close();
});
