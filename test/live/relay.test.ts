import mqtt from 'mqtt';
import { BehaviorSubject, firstValueFrom, filter, Subject } from 'rxjs';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { FeedUpdate } from '../../src/model/quote.js';
import { defaultTransport, systemClock } from '../../src/index.js';
import { readRelayedQuote, readRelayStatus } from '../../src/relay/generated/relay.js';
import { startRelay } from '../../src/relay/startRelay.js';
import { fakeFeed } from '../../src/testing/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';
import { startAedes } from '../support/aedesBroker.js';

const aedes = await startAedes({
  authenticate: (username, password) => username === 'relay' && password === 'correct',
});
afterAll(() => aedes.stop());

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

/** All messages that a reader of a prefix gets from now on. */
async function read(prefix: string): Promise<readonly Message[]> {
  const reader = await mqtt.connectAsync(aedes.tcpUrl, { username: 'relay', password: 'correct', reconnectPeriod: 0 });
  const messages: Message[] = [];
  reader.on('message', (topic, payload, { retain }) => {
    messages.push({ topic, payload: new Uint8Array(payload), retain });
  });
  await reader.subscribeAsync(`${prefix}/#`);
  onTestFinished(async () => reader.endAsync(true));
  return messages;
}

const statesOf = (messages: readonly Message[]): readonly number[] =>
  messages.filter(({ topic }) => topic.includes('/relay/')).map(({ payload }) => readRelayStatus(payload).state);

describe.each([
  ['TCP', aedes.tcpUrl],
  ['WebSocket', aedes.wsUrl],
])('a relay over %s', (carrier, url) => {
  const broker = { url, username: 'relay', password: 'correct' };
  const start = (prefix: string): { source: Subject<FeedUpdate>; relay: ReturnType<typeof startRelay> } => {
    const source = new Subject<FeedUpdate>();
    const relay = startRelay({ feed: fakeFeed({ quotes: source }), broker, prefix, heartbeat: 100 });
    onTestFinished(() => relay.close());
    return { source, relay };
  };

  test('publishes status and quotes to readers, retained for those that come later, and ends cleanly', async () => {
    const prefix = `desk/${carrier}`;
    const messages = await read(prefix);
    const { source, relay } = start(prefix);
    await firstValueFrom(relay.state$.pipe(filter(({ status }) => status === 'live')));
    for (let bid = 1; bid <= 3; bid += 1) source.next(quoteOf({ symbol: 'S & J', bid, bidVolume: bid }));
    await vi.waitFor(() => {
      const quotes = messages.filter(({ topic }) => topic === `${prefix}/quote/S%20&%20J`);
      expect(quotes.map(({ payload }) => readRelayedQuote(payload).bidPrices)).toEqual([[1], [3]]);
    });
    expect(statesOf(messages).length).toBeGreaterThanOrEqual(2);

    const late = await read(prefix);
    await vi.waitFor(() => {
      expect(
        late
          .filter(({ retain }) => retain)
          .map(({ topic }) => topic)
          .sort(),
      ).toEqual([`${prefix}/quote/S%20&%20J`, `${prefix}/relay/1`]);
    });
    await relay.close();
    await vi.waitFor(() => {
      expect(statesOf(messages).at(-1)).toBe(3);
    });
    expect(statesOf(messages).filter((state) => state === 3)).toHaveLength(1);
    expect(relay.stats()).toMatchObject({ received: 3, published: 2, conflated: 1, waiting: 0, buffered: 0 });
  });

  test('the broker publishes the last will when the connection is cut, and the relay comes back with a status', async () => {
    const prefix = `cut/${carrier}`;
    const { source, relay } = start(prefix);
    await firstValueFrom(relay.state$.pipe(filter(({ status }) => status === 'live')));
    source.next(quoteOf({ symbol: 'AOT', bid: 1 }));
    // The reader comes after the cut: its own connection would be cut, too.
    aedes.dropAll();
    await firstValueFrom(relay.state$.pipe(filter(({ status }) => status === 'waiting')));
    const messages = await read(prefix);
    await vi.waitFor(() => {
      const [ended] = messages.filter(({ topic }) => topic.includes('/relay/'));
      expect(ended && readRelayStatus(ended.payload)).toMatchObject({ state: 3, sequence: 0xffff_ffff });
    });
    await vi.waitFor(
      () => {
        expect(statesOf(messages).at(-1)).toBe(1);
        const quotes = messages.filter(({ topic, retain }) => topic.includes('/quote/') && !retain);
        expect(quotes.map(({ payload }) => readRelayedQuote(payload))).toMatchObject([{ change: 2, bidPrices: [1] }]);
      },
      { timeout: 5_000 },
    );
    expect(relay.stats()).toMatchObject({ reconnects: 1, refreshed: 1 });
  });
});

test('two relays with one prefix: the earlier one ends, and the later one goes on', async () => {
  const config = {
    broker: { url: aedes.tcpUrl, username: 'relay', password: 'correct' },
    prefix: 'twins',
    heartbeat: 100,
  };
  const feed = fakeFeed({ quotes: new Subject<FeedUpdate>() });
  const first = startRelay({ feed, ...config });
  const failed = new Promise((resolve) => {
    first.state$.subscribe({ error: resolve });
  });
  await firstValueFrom(first.state$.pipe(filter(({ status }) => status === 'live')));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = startRelay({ feed, ...config });
  onTestFinished(() => second.close());
  await expect(failed).resolves.toMatchObject({ code: 'RXQ_RELAY_REPLACED' });
  const messages = await read('twins');
  await vi.waitFor(() => {
    expect(statesOf(messages).filter((state) => state === 1).length).toBeGreaterThan(2);
  });
  expect(statesOf(messages)).not.toContain(3);
});

test('a relay that is refused by its broker says so in state$, without its password', async () => {
  const broker = { url: aedes.tcpUrl, username: 'relay', password: 'battery staple' };
  const states = new BehaviorSubject<unknown>(undefined);
  const relay = startRelay({ feed: fakeFeed({ quotes: new Subject<FeedUpdate>() }), broker });
  onTestFinished(() => relay.close());
  relay.state$.subscribe(states);
  await vi.waitFor(() => {
    expect(states.value).toMatchObject({ status: 'waiting', reason: { code: 'RXQ_AUTH' } });
  });
  expect(JSON.stringify(states.value)).not.toContain('battery');
});

test('a transport writes topics and payloads of every length, and counts what is unsent', async () => {
  const messages = await read('sizes');
  const endpoint = { url: aedes.tcpUrl, username: 'relay', password: 'correct' };
  const lengths = [0, 1, 100, 127, 128, 5_000, 16_383, 16_384, 100_000];
  const events = defaultTransport({ clock: systemClock })(endpoint).subscribe((event) => {
    if (event.type !== 'open') return;
    for (const length of lengths) {
      event.connection.publish?.(`sizes/${'ก'.repeat(length % 50)}`, new Uint8Array(length).fill(7), false);
    }
    expect(event.connection.unsent?.()).toBeGreaterThan(100_000);
  });
  onTestFinished(() => {
    events.unsubscribe();
  });
  await vi.waitFor(() => {
    expect(messages.map(({ payload }) => payload.length)).toEqual(lengths);
  });
  expect(messages.map(({ topic }) => topic)).toEqual(lengths.map((length) => `sizes/${'ก'.repeat(length % 50)}`));
  expect(messages.every(({ payload }) => payload.every((byte) => byte === 7))).toBe(true);
});

test.each([
  ['transport.will.topic', { topic: 'a/#', payload: new Uint8Array() }],
  ['transport.will.topic', { topic: '', payload: new Uint8Array() }],
  ['transport.will.payload', { topic: 'a', payload: 'text' }],
  ['transport.will.payload', { topic: 'a', payload: new Uint8Array(65_536) }],
])('a transport refuses an invalid %s', (option, will) => {
  expect(() => defaultTransport({ clock: systemClock, will: will as never })).toThrow(
    expect.objectContaining({ code: 'RXQ_ARGUMENT', option }),
  );
});
