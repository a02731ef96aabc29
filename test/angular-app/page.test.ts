import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, expect, inject, it, onTestFinished } from 'vitest';
import { quoteFeed } from '../../src/index.js';
import { startRelay } from '../../src/relay/index.js';
import { settrade } from '../../src/settrade/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { startChromium } from '../browser/chromium.js';
import { openPage } from '../browser/openPage.js';
import { polled } from '../browser/polled.js';
import { type AedesBroker, startAedes } from '../support/aedesBroker.js';
import { startServer } from './startServer.js';

const symbols = ['ADVANC', 'AOT', 'BDMS', 'CPALL', 'KBANK', 'PTT', 'SCB', 'SCC'];
const { folder, printed } = inject('angularExample');

const chromium = await startChromium();
afterAll(() => chromium[Symbol.asyncDispose]());

/** A simulated venue, and a relay that publishes its quotes to a broker. */
async function startMarket(): Promise<{ readonly venue: SimulatedVenue; readonly broker: AedesBroker }> {
  const venue = await startSimulatedVenue({ symbols, rate: 80 });
  const broker = await startAedes();
  const { appId, appSecret, appCode, brokerId, restUrl: baseUrl } = venue;
  const feed = quoteFeed({ venue: settrade({ appId, appSecret, appCode, brokerId, baseUrl }) });
  const relay = startRelay({ feed, symbols, broker: broker.tcpUrl, rate: 10 });
  onTestFinished(async () => {
    await relay.close();
    await feed.close();
    await broker.stop();
    await venue.stop();
  });
  await polled(() => relay.stats().published).toBeGreaterThan(symbols.length);
  return { venue, broker };
}

const banner = (page: Page): Promise<string | null> =>
  page.$eval('[role=status]', (element) => ((element as HTMLElement).hidden ? null : element.textContent));
const states = (page: Page): Promise<(string | null)[]> =>
  page.$$eval('tbody tr', (rows) => rows.map((row) => row.getAttribute('data-state')));
const each = (state: string): readonly string[] => symbols.map(() => state);
const isTradable = (page: Page): Promise<boolean[]> =>
  page.$$eval('tbody tr', (rows) => rows.map((row) => row.classList.contains('tradable')));

/** Watches for the moment at which every row is suspect; the returned function resolves with its time by the page's clock. */
async function watchForSuspects(page: Page): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(() => {
    const moment = new Promise<number>((resolve) => {
      const look = (): void => {
        const rows = [...document.querySelectorAll('tbody tr')];
        const dead = rows.every((row) => row.getAttribute('data-state') === 'suspect' && row.className === '');
        if (dead) resolve(Date.now());
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    return { moment };
  });
  return () => watch.evaluate(({ moment }) => moment);
}

/** Watches for the moment at which the banner is shown. */
async function watchForBanner(page: Page): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(() => {
    const moment = new Promise<number>((resolve) => {
      const status = document.querySelector<HTMLElement>('[role=status]')!;
      const look = (): void => {
        if (!status.hidden) resolve(Date.now());
      };
      new MutationObserver(look).observe(status, { attributes: true });
    });
    return { moment };
  });
  return () => watch.evaluate(({ moment }) => moment);
}

/** Writes the pictures of the documentation, `docs/angular-light.png` and `docs/angular-dark.png`, if `SCREENSHOT` is set. */
async function keepPicture(page: Page, colorScheme: 'light' | 'dark'): Promise<string> {
  await page.emulateMedia({ colorScheme });
  if (process.env['SCREENSHOT'] !== undefined) await page.screenshot({ path: `docs/angular-${colorScheme}.png` });
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

it('the Angular application builds without a warning, within the CLI’s budgets and without allowed CommonJS packages', () => {
  console.log(/Initial total.*/.exec(printed)?.[0]);
  expect(printed).toContain('Prerendered 1 static route');
  expect(printed).not.toMatch(/warning|error/i);
  const settings = readFileSync('examples/angular/angular.json', 'utf8');
  expect(settings).toContain('"maximumWarning": "500kB"');
  expect(settings).not.toContain('allowedCommonJsDependencies');
  // The first chunk of the page has no MQTT.
  expect(printed).toMatch(/Lazy chunk files[\s\S]*\bfeed\b/);
});

it('the server renders the Angular page as connecting and without a price, and connects to no broker', async () => {
  const { broker } = await startMarket();
  const relays = broker.connections();
  const { origin, printed: complaints } = await startServer(folder, broker.wsUrl);
  for (const path of ['/', '/PTT']) {
    const html = await (await fetch(origin + path)).text();
    const [, body = ''] = html.split('<body');
    expect(body).toContain('Connecting.');
    expect(body.match(/data-state="awaiting"/g)).toHaveLength(symbols.length);
    expect(body.replace(/<script[\s\S]*?<\/script>/g, '')).not.toMatch(/>\s*\d+\.\d\d\s*</);
  }
  // A connection that rendering had started would be there by now.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(broker.connections()).toBe(relays);
  expect(complaints).toEqual([]);
});

it('the Angular page becomes live, shows a cut link in every row and in a banner within 300 ms, and recovers', async () => {
  const { venue, broker } = await startMarket();
  const { origin } = await startServer(folder, broker.wsUrl);
  const size = { width: 760, height: 620 };
  const { page, complaints } = await openPage(chromium.browser, origin, size);
  onTestFinished(() => page.context().close());
  await polled(() => isTradable(page)).toEqual(symbols.map(() => true));
  expect(await states(page)).toEqual(each('live'));
  expect(await banner(page)).toBeNull();
  expect(await page.textContent('tbody tr')).toMatch(/^\s*ADVANC\s*\d+\.\d\d\s*\d+\.\d\d\s*live\s*open\s*$/);

  // The route's symbol is an input of the chart.
  await page.click('text=PTT');
  await polled(() => page.textContent('figcaption')).toMatch(/^PTT: \d+\.\d\d\d?$/);
  await polled(async () => (await page.getAttribute('path', 'd'))?.match(/[ML]/g)?.length ?? 0).toBeGreaterThan(20);
  expect(await keepPicture(page, 'light')).toBe('rgb(255, 255, 255)');

  const [suspectAt, bannerAt] = [await watchForSuspects(page), await watchForBanner(page)];
  const cutAt = Date.now();
  broker.dropAll();
  const spans = [(await suspectAt()) - cutAt, (await bannerAt()) - cutAt];
  console.log(`after the cut: every row suspect in ${spans[0]} ms, the banner in ${spans[1]} ms`);
  expect(Math.max(...spans)).toBeLessThan(300);
  await polled(() => isTradable(page)).toEqual(symbols.map(() => true));
  await polled(() => banner(page)).toBeNull();

  // The link to the broker stays: only the relay's own feed is lost.
  venue.pause();
  const upstreamSuspectAt = await watchForSuspects(page);
  const relayBannerAt = await watchForBanner(page);
  const upstreamCutAt = Date.now();
  venue.dropConnections();
  const upstreamSpans = [(await upstreamSuspectAt()) - upstreamCutAt, (await relayBannerAt()) - upstreamCutAt];
  console.log(`after the cut of the relay's own link: ${upstreamSpans.join(' and ')} ms`);
  expect(Math.max(...upstreamSpans)).toBeLessThan(300);

  await broker.stop();
  await polled(() => banner(page)).toMatch(/^Not connected: .* Next attempt in \d+ s\.$/);
  expect(await keepPicture(page, 'dark')).toBe('rgb(20, 23, 28)');
  // Chromium itself writes a line for a WebSocket that is refused.
  expect(complaints.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
});
