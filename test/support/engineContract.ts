import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { filter, firstValueFrom, Subject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { defaultTransport, isTradable, type Quote, quoteFeed, systemClock } from '../../src/index.js';
import type { FeedUpdate } from '../../src/model/quote.js';
import type { Endpoint } from '../../src/model/transport.js';
import { readRelayedQuote, readRelayStatus } from '../../src/relay/generated/relay.js';
import { type Relay, relayVenue, startRelay } from '../../src/relay/index.js';
import { symbolLevel, symbolOfLevel } from '../../src/relay/relayTopics.js';
import { fakeFeed } from '../../src/testing/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';

/** A broker, or a cluster of brokers, between a relay and its readers. */
export interface Engine {
  /** Where relays publish. */
  readonly relay: Endpoint;
  /** Where readers subscribe, which may be another node. */
  readonly reader: Endpoint;
  /** Kills the node that relays publish to, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

/** The credentials of an endpoint for MQTT.js. */
const login = ({ username = '', password = '' }: Endpoint): object => ({ username, password });

/** How long an engine may take, in ms. */
const patience = { timeout: 20_000, interval: 20 };

/** The promises of a relay that depend on the engine. */
export function describeEngine(name: string, start: () => Promise<Engine>, symbols: readonly string[]): void {
  describe(`a relay on ${name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await start();
    }, 120_000);
    afterAll(() => engine.stop());

    const relayOf = (
      prefix: string,
      rate = 1_000,
    ): { source: Subject<FeedUpdate>; relay: Relay; live: Promise<unknown> } => {
      const source = new Subject<FeedUpdate>();
      const relay = startRelay({ feed: fakeFeed({ quotes: source }), broker: engine.relay, prefix, rate });
      onTestFinished(() => relay.close());
      return { source, relay, live: firstValueFrom(relay.state$.pipe(filter(({ status }) => status === 'live'))) };
    };

    /** All messages under a filter from now on, by a client that is subscribed when the promise resolves. */
    const read = async (topicFilter: string): Promise<readonly Message[]> => {
      const messages: Message[] = [];
      const reader = await mqtt.connectAsync(engine.reader.url, { ...login(engine.reader), reconnectPeriod: 0 });
      onTestFinished(() => reader.endAsync(true));
      reader.on('message', (topic, payload, { retain }) => {
        messages.push({ topic, payload: Uint8Array.from(payload), retain });
      });
      await reader.subscribeAsync(topicFilter);
      return messages;
    };

    test('a reader that comes later gets the newest image of each symbol and the status, with the retain flag', async () => {
      const { source, live } = relayOf('retained');
      await live;
      for (const bid of [1, 2, 3]) {
        for (const symbol of symbols) source.next(quoteOf({ symbol, bid }));
        await pause(20);
      }
      await vi.waitFor(async () => {
        const messages = await read('retained/#');
        await vi.waitFor(() => {
          const images = messages.filter(({ topic, retain }) => topic.startsWith('retained/quote/') && retain);
          const bids = images.map(({ topic, payload }) => [
            symbolOfLevel(topic.slice(15)),
            readRelayedQuote(payload).bidPrices[0],
          ]);
          expect(new Map(bids as [string, number][])).toEqual(new Map(symbols.map((symbol) => [symbol, 3])));
          expect(messages.some(({ topic, retain }) => topic === 'retained/relay/1' && retain)).toBe(true);
        });
      }, patience);
    });

    test('a thousand images of each symbol come in the order of their counters, none is missing', async () => {
      const messages = await read('order/quote/+');
      const { source, live } = relayOf('order');
      await live;
      for (let bid = 1; bid <= 1_000; bid += 1) {
        // Each has another state, so that none is conflated.
        for (const symbol of symbols.slice(0, 2))
          source.next(quoteOf({ symbol, bid, state: bid % 2 === 0 ? 'live' : 'quiet', monotonicAt: bid }));
        if (bid % 50 === 0) await pause(5);
      }
      await vi.waitFor(() => {
        expect(messages.length).toBe(2_000);
      }, patience);
      for (const symbol of symbols.slice(0, 2)) {
        const counters = messages
          .filter(({ topic }) => topic === `order/quote/${symbolLevel(symbol)}`)
          .map(({ payload }) => readRelayedQuote(payload).counter);
        expect(counters).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1));
      }
    });

    test('a feed of relayVenue has tradable quotes of named symbols and of all symbols', async () => {
      const { source, live } = relayOf('tradable');
      await live;
      for (const symbol of symbols)
        source.next(quoteOf({ symbol, bid: 1, ask: 2, bidVolume: 5, askVolume: 6, market: 'open' }));
      for (const wanted of [symbols, undefined]) {
        const feed = quoteFeed({ venue: relayVenue({ url: engine.reader, prefix: 'tradable' }) });
        onTestFinished(() => feed.close());
        const tradable = new Map<string, Quote>();
        feed.quotes(wanted).subscribe((quote) => {
          if (isTradable(quote)) tradable.set(quote.symbol, quote);
        });
        await vi.waitFor(() => {
          expect([...tradable.keys()].sort()).toEqual([...symbols].sort());
        }, patience);
      }
    });

    test('the last will of a connection that is cut comes to readers, retained', async () => {
      const messages = await read('will/#');
      const payload = new TextEncoder().encode('{"state":"ended"}');
      const transport = defaultTransport({ clock: systemClock, will: { topic: 'will/relay/1', payload } });
      await new Promise<void>((opened, failed) => {
        const cut = transport(engine.relay).subscribe({
          next: ({ type }) => {
            if (type !== 'open') return;
            // Destroys the socket without DISCONNECT.
            setTimeout(() => {
              cut.unsubscribe();
              opened();
            }, 100);
          },
          error: failed,
        });
      });
      await vi.waitFor(() => {
        expect(messages.map(({ topic, payload: bytes }) => [topic, bytes])).toEqual([['will/relay/1', payload]]);
      }, patience);
      const later = await read('will/#');
      await vi.waitFor(() => {
        expect(later).toMatchObject([{ topic: 'will/relay/1', retain: true }]);
      }, patience);
    });

    test('a relay comes back after its node was killed: status first, then the newest image, with a higher counter', async () => {
      const [symbol = ''] = symbols;
      const { source, relay, live } = relayOf('restart');
      await live;
      source.next(quoteOf({ symbol, bid: 1 }));
      await pause(100);
      const lost = firstValueFrom(relay.state$.pipe(filter(({ status }) => status !== 'live')));
      const restarted = engine.restart();
      await lost;
      source.next(quoteOf({ symbol, bid: 2, monotonicAt: 1 }));
      await restarted;
      await firstValueFrom(relay.state$.pipe(filter(({ status }) => status === 'live')));
      await vi.waitFor(async () => {
        const messages = await read('restart/#');
        await vi.waitFor(() => {
          const image = messages.find(({ topic }) => topic === `restart/quote/${symbol}`);
          expect(image && readRelayedQuote(image.payload)).toMatchObject({ bidPrices: [2], counter: 2 });
          const status = messages.findLast(({ topic }) => topic === 'restart/relay/1');
          expect(status && readRelayStatus(status.payload).state).toBe(1);
        });
      }, patience);
    });
  });
}
