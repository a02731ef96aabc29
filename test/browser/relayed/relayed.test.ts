import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { checkConservation, type SimulatedVenue, startSimulatedVenue } from '../../../src/testing/index.js';
import { type MosquittoBroker, startMosquitto } from '../../support/mosquittoBroker.js';
import { startChromium } from '../chromium.js';
import { openPage } from '../openPage.js';
import { polled } from '../polled.js';
import type { Seen } from './page.js';
import { type RelayProcess, startRelayProcess } from './relayProcess.js';

const chromium = await startChromium();
afterAll(() => chromium[Symbol.asyncDispose]());

const { outputFiles } = await build({
  entryPoints: ['test/browser/relayed/page.ts'],
  bundle: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  write: false,
});

/** Serves an empty page with the code on loopback. */
async function serve(): Promise<string> {
  const server = createServer(({ url }, response) => {
    const isCode = url === '/page.js';
    response.writeHead(200, { 'Content-Type': isCode ? 'text/javascript' : 'text/html' });
    response.end(
      isCode ? outputFiles[0]!.contents : '<link rel=icon href=data:,><script type=module src=page.js></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

interface Hops {
  readonly venue: SimulatedVenue;
  readonly broker: MosquittoBroker;
  readonly page: Page;
  startRelay(): Promise<RelayProcess>;
  /** Lets the page follow all symbols; returns the wall time in ms of that. */
  follow(): Promise<number>;
  seen(): Promise<Seen>;
}

/** A simulated venue of 100 symbols, a Mosquitto, and a page. */
async function hops(rate: number): Promise<Hops> {
  const symbols = Array.from({ length: 100 }, (_, index) => `S${String(index)}`);
  const venue = await startSimulatedVenue({ symbols, rate });
  onTestFinished(() => venue.stop());
  const broker = await startMosquitto();
  onTestFinished(() => broker.stop());
  const { username, password, urls } = broker;
  const { page, complaints } = await openPage(chromium.browser, await serve(), { width: 400, height: 300 });
  onTestFinished(async () => {
    // A browser notes a lost WebSocket as an error.
    expect(complaints.filter((text) => !text.includes('WebSocket'))).toEqual([]);
    await page.close();
  });
  await page.waitForFunction(() => 'follow' in window);
  return {
    ...{ venue, broker, page },
    startRelay: async () => {
      const relay = await startRelayProcess(venue, { url: urls.mqtt, username, password }, 2);
      onTestFinished(() => {
        relay.kill();
      });
      return relay;
    },
    follow: async () => {
      const at = Date.now();
      await page.evaluate(
        ([url, list]) => {
          window.follow(url, list);
        },
        [{ url: urls.ws, username, password }, venue.symbols] as const,
      );
      return at;
    },
    seen: () => page.evaluate(() => window.seen()),
  };
}

it('a page behind a relay has 100 symbols tradable within 2 s, and marks all as suspect when upstream, relay or broker fail', async () => {
  const { venue, broker, startRelay, follow, seen } = await hops(500);
  const relay = await startRelay();
  const isTradable = async (): Promise<number> => (await seen()).allTradableAt;
  const isSuspect = async (): Promise<number> => (await seen()).allSuspectAt;
  // The relay has an image of each symbol in about a second.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const figures: Record<string, number> = {};
  const since = async (begin: number, read: () => Promise<number>, name: string): Promise<number> => {
    await polled(read, { interval: 20 }).toBeGreaterThan(begin);
    return (figures[name] = (await read()) - begin);
  };

  expect(await since(await follow(), isTradable, 'first tradable')).toBeLessThan(2_000);

  const connectAgain = venue.fail('upgrade', { kind: 'status', status: 503 });
  let cut = Date.now();
  venue.dropConnections();
  expect(await since(cut, isSuspect, 'upstream cut')).toBeLessThan(300);
  expect((await seen()).gaps.at(-1)).toBe('upstream open');
  connectAgain();
  await since(Date.now(), isTradable, 'upstream back');

  cut = Date.now();
  relay.kill();
  expect(await since(cut, isSuspect, 'relay killed')).toBeLessThan(1_000);
  expect((await seen()).gaps.at(-1)).toBe('relay open');
  const second = await startRelay();
  await since(Date.now(), isTradable, 'relay back');

  cut = Date.now();
  await broker.restart();
  await since(cut, isTradable, 'broker restarted');
  const { stats, olderAfterNewer, images } = await seen();
  checkConservation(stats);
  expect(olderAfterNewer).toBe(0);
  expect(images).toBeGreaterThan(100);
  await second.stats();
  console.log(`relay in ms: ${JSON.stringify(figures)}`);
});

it('every message is accounted for from the venue through relay and broker to the page', async () => {
  const { venue, startRelay, follow, seen } = await hops(0);
  await follow();
  await polled(async () => (await seen()).stats.connected || (await seen()).stats.silent).toBe(true);
  const relay = await startRelay();
  venue.rate = 2_000;
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  venue.pause();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { received, published, conflated, waiting, skipped, refreshed, statuses } = (await relay.stats()).relay;
  expect(published).toBeGreaterThan(500);
  expect(waiting).toBe(0);
  expect(received).toBe(published + conflated + waiting + skipped);
  const { stats } = await seen();
  checkConservation(stats);
  expect(stats.relays?.lost).toBe(0);
  // A status or a refresh may be published between the two readings.
  const between = stats.received - (published + refreshed + statuses);
  expect(between).toBeGreaterThanOrEqual(0);
  expect(between).toBeLessThanOrEqual(20);
});
