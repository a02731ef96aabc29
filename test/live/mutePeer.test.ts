import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Endpoint } from '../../src/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';
import { type LiveFeed, liveFeed } from './liveFeed.js';

let venue: SimulatedVenue;
beforeEach(async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT'], rate: 0 });
});
afterEach(() => venue.stop());

const overTcp = (): Endpoint => ({ url: venue.tcpUrl });
const overWebSocket = (): Endpoint => ({
  url: venue.wsUrl,
  headers: { Authorization: `Bearer ${venue.dispatcherToken()}` },
});

/** Lets time pass until the feed waits; what it has made of the failure. */
async function failed({ clock, states }: LiveFeed): Promise<unknown> {
  const isWaiting = (): boolean => states.at(-1)?.status === 'waiting';
  await until(() => {
    if (!isWaiting()) clock.skip(200);
    return isWaiting();
  }, 'the feed has noticed');
  return states.at(-1);
}

const timeout = { status: 'waiting', reason: { kind: 'timeout', code: 'RXQ_TIMEOUT' } };

it.each([
  ['the upgrade', 'upgrade', overWebSocket],
  ['CONNECT over TCP', 'connect', overTcp],
  ['CONNECT over a WebSocket', 'connect', overWebSocket],
] as const)('%s that is never answered is a timeout, and the next attempt gets live', async (_, step, endpoint) => {
  venue.fail(step, { kind: 'hang' }, 1);
  const live = liveFeed(() => [endpoint()]);
  live.feed.quotes(['AOT']).subscribe();
  const begin = live.clock.monotonic();
  await until(() => live.states.at(-1)?.status === 'connecting', 'it connects');
  expect(await failed(live)).toMatchObject(timeout);
  expect(live.clock.monotonic() - begin).toBeGreaterThanOrEqual(10_000);
  await live.skipUntil(() => live.feed.stats().connected, 'the feed is live');
  await live.feed.close();
});

it.each([
  ['TCP', overTcp],
  ['a WebSocket', overWebSocket],
])(
  'a venue that falls silent over %s without closing is detected by its missing ping answer, and so are later ones',
  async (_, endpoint) => {
    const live = liveFeed(() => [endpoint()]);
    const received: string[] = [];
    live.feed.quotes(['AOT']).subscribe(({ state }) => received.push(state));
    await live.skipUntil(() => live.feed.stats().connected, 'the feed is live');
    const thaw = venue.freeze();
    venue.send('px/AOT', '1');
    expect(await failed(live)).toMatchObject(timeout);
    expect(received).toEqual([]);
    expect(venue.counts.delivered).toBe(1);

    // The next one is taken and hears nothing either.
    const attempts = live.requests.length;
    await live.skipUntil(() => live.requests.length > attempts, 'it connects again');
    expect(await failed(live)).toMatchObject(timeout);
    thaw();
    thaw();
    await live.skipUntil(() => live.feed.stats().connected, 'the feed is live again');
    venue.send('px/AOT', '2');
    await until(() => received.includes('live'), 'a quote came');
    await live.feed.close();
  },
);
