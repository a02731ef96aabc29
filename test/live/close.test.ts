import { createServer, type Socket } from 'node:net';
import { NEVER } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionState, Endpoint } from '../../src/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import type { EndpointProvider } from '../../src/model/venue.js';
import { absentPort, type LocalServer, startSilentTcp, startSilentWs, startServer } from '../contract/silentServer.js';
import { until } from '../contract/openConnection.js';
import { handles, hasMoreThan } from './handles.js';
import { liveFeed } from './liveFeed.js';

const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

let venue: SimulatedVenue;
let servers: Readonly<Record<'silent' | 'silentWs' | 'silentAfterConnack', LocalServer>>;
let absent: number;
const halfOpen = new Set<Socket>();
beforeAll(async () => {
  venue = await startSimulatedVenue({ symbols: ['AOT'], rate: 0 });
  absent = await absentPort();
  servers = {
    silent: await startSilentTcp(),
    silentWs: await startSilentWs(),
    // Takes no notice of a client that says goodbye.
    silentAfterConnack: await startServer(createServer({ allowHalfOpen: true }), (socket) => {
      halfOpen.add(socket);
      socket.once('data', () => socket.write(CONNACK)).once('close', () => halfOpen.delete(socket));
    }),
  };
});
afterAll(async () => {
  await venue.stop();
  await Promise.all(Object.values(servers).map(({ stop }) => stop()));
});

const at = (scheme: string, port: number): Endpoint => ({ url: `${scheme}://127.0.0.1:${String(port)}` });
const isAt =
  (step: string) =>
  (state: ConnectionState): boolean =>
    state.status === 'connecting' && state.step === step;
const is =
  (status: string) =>
  (state: ConnectionState): boolean =>
    state.status === status;

const places: readonly (readonly [string, EndpointProvider, (state: ConnectionState) => boolean])[] = [
  ['asking for credentials', () => NEVER, isAt('credentials')],
  ['opening a socket', () => [at('mqtt', absent)], isAt('network')],
  ['waiting for CONNACK over TCP', () => [at('mqtt', servers.silent.port)], isAt('handshake')],
  ['waiting for CONNACK over a WebSocket', () => [at('ws', servers.silentWs.port)], isAt('handshake')],
  ['waiting for the upgrade', () => [at('ws', servers.silent.port)], isAt('network')],
  ['waiting for a SUBACK', () => [at('mqtt', servers.silentAfterConnack.port)], isAt('subscribing')],
  ['live over TCP', () => [{ url: venue.tcpUrl }], is('live')],
  [
    'live over a WebSocket',
    () => [{ url: venue.wsUrl, headers: { Authorization: `Bearer ${venue.dispatcherToken()}` } }],
    is('live'),
  ],
  ['waiting to try again', () => [at('mqtt', absent)], is('waiting')],
  ['rejected', () => [{ url: venue.wsUrl }], is('rejected')],
];

it.each(places)(
  'close() while %s completes every stream, settles within 2 s and leaves no resource open',
  async (_, endpoints, isThere) => {
    const before = handles();
    const { feed, states, clock, skipUntil } = liveFeed(endpoints);
    const completed: string[] = [];
    const complete = (name: string) => ({ complete: () => completed.push(name) });
    feed.quotes(['AOT']).subscribe(complete('quotes'));
    feed.updates(['AOT']).subscribe(complete('updates'));
    feed.state$.subscribe(complete('state$'));
    feed.subscriptions$.subscribe(complete('subscriptions$'));
    await skipUntil(() => isThere(states.at(-1)!), 'the feed is there');

    clock.freeze();
    const closing = feed.close();
    expect(completed.sort()).toEqual(['quotes', 'state$', 'subscriptions$', 'updates']);
    expect(states.at(-1)).toMatchObject({ status: 'closed' });
    clock.skip(2000);
    await closing;
    await until(() => {
      // A half-open peer learns that the client is gone when it writes.
      for (const socket of halfOpen) socket.write('late');
      return clock.pending === 0 && !hasMoreThan(before);
    }, 'nothing is left');
    const said = states.length;
    clock.skip(300_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(states).toHaveLength(said);
    await feed.close();
  },
);

it('close() while idle, before and after a subscription, settles and leaves no resource open', async () => {
  const before = handles();
  const untouched = liveFeed(() => [{ url: venue.tcpUrl }]);
  await untouched.feed.close();
  expect(untouched.requests).toEqual([]);

  const { feed, states, clock, skipUntil } = liveFeed(() => [{ url: venue.tcpUrl }]);
  const reading = feed.quotes(['AOT']).subscribe();
  await skipUntil(() => feed.stats().connected, 'the feed is live');
  reading.unsubscribe();
  clock.skip(5000);
  await until(() => states.at(-1)?.status === 'idle', 'the feed is idle');
  await feed.close();
  await until(() => clock.pending === 0 && !hasMoreThan(before), 'nothing is left');
});
