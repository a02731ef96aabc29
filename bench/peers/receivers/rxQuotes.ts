import { Registry } from 'prom-client';
import type * as main from '../../../src/index.js';
import type * as metrics from '../../../src/metrics/index.js';
import type * as settrade from '../../../src/settrade/index.js';
import { builtEntry } from '../builtEntry.js';
import { topicPrefix } from '../messages.js';
import type { Receiver } from './receiver.js';

/** How a feed differs from one with all defaults and ten levels. */
export interface FeedVariant {
  readonly depth?: 1;
  readonly frameTap?: false;
  /** In ms. */
  readonly staleAfter?: number;
  /** Whether the feed delivers all that it has read in one run. */
  readonly unsliced?: true;
  /** Whether Prometheus' text is made once a second. */
  readonly scraped?: true;
}

const scrapeInterval = 1_000;
const defaultCapacity = 16_384;
/** Limits that no turn of the event loop reaches, in ms and in messages. */
const [longSlice, largeBatch] = [500, 1_000_000];

/** A feed of a build, by its public API alone: what is measured may be older than this file. */
export function rxQuotes({ depth, frameTap, staleAfter, unsliced, scraped }: FeedVariant = {}): Receiver {
  return async ({ url, ca, symbols, build }, deliver) => {
    const { defaultTransport, mqttVenue, quoteFeed, systemClock } = (await builtEntry(
      build,
      'index.js',
    )) as typeof main;
    const { decodeBidOfferV3 } = (await builtEntry(build, 'settrade/index.js')) as typeof settrade;
    const feed = quoteFeed({
      venue: mqttVenue({
        endpoint: url.startsWith('wss') ? { url, tls: { ca } } : url,
        topics: `${topicPrefix}{symbol}`,
        decode: decodeBidOfferV3,
      }),
      // Older builds refuse more topics than half of the default capacity, where newer ones raise it.
      ...(2 * symbols.length > defaultCapacity ? { capacity: 2 * symbols.length } : {}),
      ...(frameTap === undefined ? {} : { transport: defaultTransport({ clock: systemClock, frameTap }) }),
      ...(staleAfter === undefined ? {} : { staleAfter }),
      ...(unsliced === undefined ? {} : { maxSlice: longSlice, maxBatch: largeBatch }),
    });
    if (scraped === true) {
      const { exposeMetrics } = (await builtEntry(build, 'metrics/index.js')) as typeof metrics;
      const registry = new Registry();
      exposeMetrics({ registry, feeds: { bench: feed } });
      setInterval(() => void registry.metrics(), scrapeInterval);
    }
    feed.quotes(symbols, { depth: depth ?? 10 }).subscribe((quote) => {
      // A quote that is emitted again because its state changed is no message.
      if (quote.change === 'image') deliver(quote.bidVolume);
    });
    return () => feed.stats();
  };
}
