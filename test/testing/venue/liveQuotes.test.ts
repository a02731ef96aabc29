import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Quote } from '../../../src/model/quote.js';
import { type Endpoint, mqttVenue, type QuoteFeed, quoteFeed } from '../../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../../src/settrade/index.js';
import { checkConservation, type SimulatedVenue, startSimulatedVenue } from '../../../src/testing/index.js';
import { until } from '../../contract/openConnection.js';
import { type Certificates, makeCertificates } from '../../support/certificates.js';

function feedOf(endpoint: Endpoint): QuoteFeed {
  return quoteFeed({
    stallThreshold: Infinity,
    venue: mqttVenue({ endpoint, topics: settradeTopics, decode: decodeBidOfferV3, onSubscribe: 'nothing' }),
  });
}

const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-venue-'));
let certificates: Certificates;
let venue: SimulatedVenue;
beforeAll(async () => {
  certificates = makeCertificates(directory);
  const { cert, key } = certificates;
  venue = await startSimulatedVenue({ symbols: ['AOT', 'PTT', 'S & J'], rate: 500, tls: { cert, key } });
});
afterAll(async () => {
  await venue.stop();
  rmSync(directory, { recursive: true });
});

const authorized = (): Pick<Endpoint, 'headers'> => ({
  headers: { Authorization: `Bearer ${venue.dispatcherToken()}` },
});

describe.each([
  ['TCP', (): Endpoint => ({ url: venue.tcpUrl })],
  ['TLS', (): Endpoint => ({ url: venue.tlsUrl!, tls: { ca: certificates.ca } })],
  ['a WebSocket', (): Endpoint => ({ url: venue.wsUrl, ...authorized() })],
  ['a WebSocket over TLS', (): Endpoint => ({ url: venue.wssUrl!, tls: { ca: certificates.ca }, ...authorized() })],
])('a feed over %s', (_, endpoint) => {
  it('gets live quotes whose last ones are the venue’s last images, drops, is suspect, and is live again', async () => {
    venue.resume();
    const feed = feedOf(endpoint());
    const last = new Map<string, Quote<10>>();
    const suspects = new Set<string>();
    feed.quotes(venue.symbols, { depth: 10 }).subscribe((quote) => {
      last.set(quote.symbol, quote);
      if (quote.state === 'suspect') suspects.add(quote.symbol);
    });
    const allLive = (epoch: number): boolean =>
      venue.symbols.every((symbol) => last.get(symbol)?.state === 'live' && last.get(symbol)?.epoch === epoch);
    await until(() => allLive(0), 'all are live');

    venue.dropConnections();
    await until(() => suspects.size === 3, 'all are suspect');
    // A WebSocket's token is good for one more upgrade: it has not ended.
    await until(() => allLive(1), 'all are live again');

    venue.pause();
    const isLast = (symbol: string): boolean => {
      const { bidPrices, askPrices, bidVolumes, askVolumes, bidFlag, askFlag } = last.get(symbol)!;
      const shown = [bidPrices, askPrices, bidVolumes, askVolumes, bidFlag, askFlag];
      const image = venue.lastImage(symbol);
      const meant = [
        image.bidPrices,
        image.askPrices,
        image.bidVolumes,
        image.askVolumes,
        image.bidFlag,
        image.askFlag,
      ];
      return JSON.stringify(shown) === JSON.stringify(meant);
    };
    await until(() => venue.symbols.every(isLast), 'the last quotes are the last images');
    checkConservation(feed.stats());
    expect(feed.stats().rejected).toEqual({});
    await feed.close();
  });
});
