import type { Page } from 'playwright-core';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { proxy } from '../../examples/browser/proxy.js';
import { servePage } from '../../examples/browser/servePage.js';
import { symbols } from '../../examples/browser/symbols.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { startChromium } from './chromium.js';
import { eachDead, eachLive, lastPrices, shownPrices } from './expectedRows.js';
import { polled } from './polled.js';
import { openQuotePage, type QuotePage } from './quotePage.js';

const chromium = await startChromium();
afterAll(() => chromium[Symbol.asyncDispose]());

/** Writes the picture of the documentation to the file that `SCREENSHOT` names. */
async function keepPicture(page: Page): Promise<void> {
  const path = process.env['SCREENSHOT'];
  if (path !== undefined) await page.screenshot({ path, clip: { x: 0, y: 0, width: 760, height: 400 } });
}

/** The page on `http://`, its feed on `wss://`. */
async function open(
  headers?: Readonly<Record<string, string>>,
): Promise<QuotePage & { readonly venue: SimulatedVenue }> {
  const venue = await startSimulatedVenue({ symbols, rate: 60, upgrade: 'open', tls: chromium.tls });
  onTestFinished(() => venue.stop());
  const endpoint = { url: venue.wssUrl!, ...(headers === undefined ? {} : { headers }) };
  const served = await servePage({ endpoint: () => endpoint });
  onTestFinished(served.stop);
  console.log(`code of the page: ${served.size.minified} bytes, ${served.size.gzipped} gzipped`);
  return { ...(await openQuotePage(chromium.browser, served.origin)), venue };
}

it('the page shows quotes over wss, marks each price as dead when the link drops, and as live in the next epoch', async () => {
  const quotes = await open();
  const { venue } = quotes;
  await polled(quotes.rows).toEqual(eachLive(0));
  venue.pause();
  await polled(() => shownPrices(quotes)).toEqual(lastPrices(venue));
  expect(await quotes.connection()).toBe('Live.');

  // Paused, it sends nothing on the new connection either: until then prices have to stay dead.
  venue.dropConnections();
  await polled(quotes.rows).toEqual(eachDead());
  await polled(quotes.gap).toMatch(/^Prices from .* were missed/);
  expect(await quotes.connection()).toBe('Live.');
  expect(await quotes.rows()).toEqual(eachDead());
  expect(await shownPrices(quotes)).toEqual(lastPrices(venue));
  await keepPicture(quotes.page);

  venue.resume();
  await polled(quotes.rows).toEqual(eachLive(1));
  venue.pause();
  await polled(() => shownPrices(quotes)).toEqual(lastPrices(venue));

  expect(quotes.complaints).toEqual([]);
  expect(venue.connections).toBe(1);
  await quotes.page.close();
  await polled(() => venue.connections).toBe(0);
});

it('the page reads through a proxy the messages of a venue that needs credentials', async () => {
  const venue = await startSimulatedVenue({ symbols, rate: 60, tls: chromium.tls });
  onTestFinished(() => venue.stop());
  const served = await servePage({
    endpoint: () => ({ url: `${served.origin.replace('http', 'ws')}/quotes` }),
    headers: { 'Set-Cookie': 'session=1; HttpOnly; SameSite=Strict; Path=/' },
  });
  onTestFinished(served.stop);
  const { ca } = chromium;
  const stopProxy = proxy(served.server, {
    path: '/quotes',
    origin: served.origin,
    isSignedIn: ({ headers }) => headers.cookie === 'session=1',
    venue: async () => ({
      url: venue.wssUrl!,
      options: { ca, headers: { Authorization: `Bearer ${venue.dispatcherToken()}` } },
    }),
  });
  onTestFinished(stopProxy);
  const quotes = await openQuotePage(chromium.browser, served.origin);
  await polled(quotes.rows).toEqual(eachLive(0));
  // The token of a connection is no good for the next: the proxy asks for another.
  venue.expireTokens('dispatcher');
  venue.dropConnections();
  await polled(quotes.rows).toEqual(eachLive(1));
  venue.pause();
  await polled(() => shownPrices(quotes)).toEqual(lastPrices(venue));
  expect(quotes.complaints).toEqual([]);
  await quotes.page.close();
  await polled(() => venue.connections).toBe(0);
});

it('the page shows true ages after it was in the background', async () => {
  const quotes = await open();
  await polled(quotes.rows).toEqual(eachLive(0));
  const other = await quotes.page.context().newPage();
  await other.bringToFront();
  quotes.venue.pause();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await quotes.page.bringToFront();
  await polled(async () => (await quotes.rows()).every(({ age }) => Number.parseFloat(age) >= 3)).toBe(true);
  await polled(() => shownPrices(quotes)).toEqual(lastPrices(quotes.venue));
  quotes.venue.resume();
  await polled(async () => (await quotes.rows()).every(({ age }) => Number.parseFloat(age) < 3)).toBe(true);
  expect(quotes.complaints).toEqual([]);
});

it('the page reports that a browser can not use an endpoint with headers', async () => {
  const { connection, page, venue } = await open({ Authorization: 'Bearer do-not-show' });
  await polled(connection).toMatch(/^Not connected: .*endpoint\.headers.*a browser can't set it/);
  expect(await page.content()).not.toContain('do-not-show');
  expect(venue.connections).toBe(0);
});
