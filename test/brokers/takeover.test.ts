import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConnectionFailure, type ConnectionState, quoteFeed } from '../../src/index.js';
import { until } from '../contract/openConnection.js';
import { type SkippingClock, skippingClock } from '../live/skippingClock.js';
import { type MosquittoBroker, startMosquitto } from '../support/mosquittoBroker.js';
import { textVenue } from '../support/textVenue.js';

let broker: MosquittoBroker;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());

interface Client {
  readonly attempts: number[];
  /** The failures that its states named. */
  readonly flaps: ConnectionFailure[];
  readonly certain: () => ConnectionFailure | undefined;
  /** Skips its wait, once for each. */
  skip(): void;
  close(): Promise<void>;
}

/** A feed with a client id that another one has, too. Both have the same time. */
function client(clock: SkippingClock): Client {
  const attempts: number[] = [];
  const flaps: ConnectionFailure[] = [];
  let state: ConnectionState = { status: 'idle', since: 0 };
  let skipped: ConnectionState | undefined;
  const { username, password, urls } = broker;
  const feed = quoteFeed({
    clock,
    staleAfter: Infinity,
    venue: textVenue({
      endpoint: () => {
        attempts.push(clock.monotonic());
        return [{ url: urls.mqtt, username, password, clientId: 'desk-7' }];
      },
    }),
  });
  feed.state$.subscribe((next) => {
    state = next;
    if ('reason' in next && next.reason?.kind === 'flap') flaps.push(next.reason);
  });
  feed.quotes(['AOT']).subscribe();
  return {
    attempts,
    flaps,
    certain: () => (state.status === 'live' && state.flap?.certain === true ? state.flap : undefined),
    skip: () => {
      if (state === skipped) return;
      skipped = state;
      if (state.status === 'waiting') clock.skip(state.delay);
      if (state.status === 'rejected') clock.skip(state.retryAt - clock.now());
    },
    close: () => feed.close(),
  };
}

it('two clients with one client id both report a takeover, and one of them is certain of it', async () => {
  const clock = skippingClock();
  const clients = [client(clock), client(clock)];
  await until(() => {
    for (const one of clients) one.skip();
    return clients.every(({ flaps }) => flaps.length > 0);
  }, 'both tell of a flap');
  for (const { flaps } of clients) {
    expect(flaps[0]).toMatchObject({ kind: 'flap', code: 'RXQ_FLAP', certain: false });
    expect(flaps[0]?.likely?.[0]).toBe('takeover');
  }
  let quietAt = clock.monotonic();
  await until(() => {
    for (const one of clients) one.skip();
    // No client waits any more: the one with another client id has to outlive the others.
    if (clock.monotonic() - quietAt > 200) clock.skip(1_000);
    if (clock.monotonic() - quietAt > 200) quietAt = clock.monotonic();
    return clients.some(({ certain }) => certain() !== undefined);
  }, 'one is certain');
  expect(clients.find(({ certain }) => certain() !== undefined)?.certain()?.likely).toEqual(['takeover']);
  for (const { attempts } of clients) {
    // A second is left to the machine.
    expect(attempts.filter((at, index) => at - (attempts[index - 8] ?? -Infinity) < 59_000)).toEqual([]);
  }
  for (const one of clients) await one.close();
});
