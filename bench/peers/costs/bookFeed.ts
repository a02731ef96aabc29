import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as main from '../../../src/index.js';
import type { Book, FeedSettings, QuoteFeed } from '../../../src/index.js';
import type * as settrade from '../../../src/settrade/index.js';
import type * as testing from '../../../src/testing/index.js';
import { builtEntry } from '../builtEntry.js';
import { messagesOf, symbolsOf, topicPrefix } from '../messages.js';
import { publishesIn } from '../publishesIn.js';

/** A feed of books without a network, with one subscriber of ten levels. */
export interface BookFeed {
  readonly feed: QuoteFeed<Book>;
  /** Sends one message of each symbol, and lets the event loop run. */
  readonly sendRound: () => Promise<void>;
}

/** A feed of a build, with the given number of symbols. */
export async function bookFeed(build: string, symbolCount: number, settings: FeedSettings = {}): Promise<BookFeed> {
  const { mqttVenue, quoteFeed } = (await builtEntry(build, 'index.js')) as typeof main;
  const { decodeBidOfferV3 } = (await builtEntry(build, 'settrade/index.js')) as typeof settrade;
  const { fakeTransport } = (await builtEntry(build, 'testing/index.js')) as typeof testing;
  const symbols = symbolsOf(symbolCount);
  const messages = publishesIn(messagesOf(symbols).packets);
  const fake = fakeTransport();
  const feed = quoteFeed({
    venue: mqttVenue({
      endpoint: 'mqtt://bench.test',
      topics: `${topicPrefix}{symbol}`,
      decode: decodeBidOfferV3,
    }),
    transport: fake.transport,
    ...settings,
  });
  feed.quotes(symbols, { depth: 10 }).subscribe();
  const connection = fake.current;
  return {
    feed,
    sendRound: async () => {
      for (const { topic, payload } of messages) connection.send(topic, payload);
      await nextTurn();
    },
  };
}
