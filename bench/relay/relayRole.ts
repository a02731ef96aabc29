import process from 'node:process';
import { alwaysOpen, mqttVenue, quoteFeed } from '../../src/index.js';
import { startRelay } from '../../src/relay/index.js';
import type { RelayStats } from '../../src/relay/relayTypes.js';
import { decodeBidOfferV3, settradeTopics } from '../../src/settrade/index.js';
import { processorTime, serveChild } from './childProcess.js';

/** The job of the relay's process. */
export interface RelayJob {
  readonly role: 'relay';
  readonly upstream: string;
  readonly broker: string;
  readonly symbols: readonly string[];
}

/** A reading of the relay's process. */
export interface RelayReading {
  readonly cpu: number;
  readonly memory: number;
  readonly upstream: number;
  readonly stats: RelayStats;
}

/** Relays all symbols at two updates a second, and reports what it cost. */
export async function serveRelay({ upstream, broker, symbols }: RelayJob): Promise<void> {
  const venue = mqttVenue({
    endpoint: upstream,
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    calendar: alwaysOpen,
    onSubscribe: 'nothing',
  });
  const feed = quoteFeed({ venue });
  const relay = startRelay({ feed, symbols, broker });
  await new Promise<void>((resolve) => {
    relay.state$.subscribe(({ status }) => {
      if (status === 'live') resolve();
    });
  });
  serveChild((): RelayReading => {
    const { received } = feed.stats();
    return { cpu: processorTime(), memory: process.memoryUsage.rss(), upstream: received, stats: relay.stats() };
  });
}
