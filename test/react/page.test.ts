import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, expect, inject, it, onTestFinished } from 'vitest';
import { startChromium } from '../browser/chromium.js';
import { type OpenPage, openPage } from '../browser/openPage.js';
import { polled } from '../browser/polled.js';
import { type AedesBroker, startAedes } from '../support/aedesBroker.js';
import { serveFolder } from './serveFolder.js';

const symbols = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];
const { production, development } = inject('reactExample');

const chromium = await startChromium();
afterAll(() => chromium[Symbol.asyncDispose]());

/** A broker with a price of each symbol every 50 ms. */
interface Market extends AedesBroker {
  /** The topics of all SUBSCRIBEs, in order. */
  readonly subscribed: readonly string[];
  /** Sends no prices from now on. */
  pause(): void;
}

async function startMarket(): Promise<Market> {
  const subscribed: string[] = [];
  const broker = await startAedes({ refuse: (topic) => subscribed.push(topic) === 0 });
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    for (const [index, symbol] of symbols.entries()) {
      const bid = 30 + index * 10 + (sent % 8) * 0.25;
      void broker.publish(`quotes/${symbol}`, Buffer.from(JSON.stringify({ bid, ask: bid + 0.25 })));
    }
  }, 50);
  const pause = (): void => {
    clearInterval(timer);
  };
  onTestFinished(async () => {
    pause();
    await broker.stop();
  });
  return { ...broker, subscribed, pause };
}

async function open(folder: string, { wsUrl }: Market): Promise<OpenPage> {
  const url = `${await serveFolder(folder)}/?broker=${encodeURIComponent(wsUrl)}`;
  const opened = await openPage(chromium.browser, url, { width: 640, height: 360 });
  onTestFinished(() => opened.page.context().close());
  return opened;
}

const banner = (page: Page): Promise<string | null> => page.textContent('[role=status]');
const states = (page: Page): Promise<(string | null)[]> =>
  page.$$eval('tbody tr', (rows) => rows.map((row) => row.getAttribute('data-state')));
const each = (state: string): readonly string[] => symbols.map(() => state);

/**
 * Watches for the moment at which every row is suspect and the banner is not that of a live connection. The returned function
 * resolves with its time by the page's clock.
 */
async function watchForSuspects(page: Page): Promise<() => Promise<number>> {
  const watch = await page.evaluateHandle(() => {
    const moment = new Promise<number>((resolve) => {
      const look = (): void => {
        const rows = [...document.querySelectorAll('tbody tr')];
        const isSuspect = rows.every((row) => row.getAttribute('data-state') === 'suspect');
        const status = document.querySelector('[role=status]')?.getAttribute('data-status');
        if (isSuspect && status !== 'live') resolve(Date.now());
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    return { moment };
  });
  return () => watch.evaluate(({ moment }) => moment);
}

/** Writes the pictures of the documentation, `docs/react-light.png` and `docs/react-dark.png`, if `SCREENSHOT` is set. */
async function keepPicture(page: Page, colorScheme: 'light' | 'dark'): Promise<string> {
  await page.emulateMedia({ colorScheme });
  if (process.env['SCREENSHOT'] !== undefined) await page.screenshot({ path: `docs/react-${colorScheme}.png` });
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

it('the React page shows live quotes, and within 300 ms of a lost link every row as suspect, and live ones again', async () => {
  const market = await startMarket();
  const { page, complaints } = await open(production, market);
  await polled(() => states(page)).toEqual(each('live'));
  expect(await banner(page)).toBe('Live.');
  expect(await page.textContent('tbody tr')).toMatch(/^AOT3\d\.\d\d3\d\.\d\dopenlive$/);
  expect(await page.$$('s')).toEqual([]);
  expect(await keepPicture(page, 'light')).toBe('rgb(255, 255, 255)');

  const suspectAt = await watchForSuspects(page);
  const cutAt = Date.now();
  market.dropAll();
  const span = (await suspectAt()) - cutAt;
  console.log(`every row suspect after ${span} ms`);
  expect(span).toBeLessThan(300);
  await polled(() => states(page)).toEqual(each('live'));
  expect(await banner(page)).toBe('Live.');

  market.pause();
  market.dropAll();
  await polled(() => states(page)).toEqual(each('suspect'));
  expect(await page.$$('s')).toHaveLength(2 * symbols.length);
  expect(await keepPicture(page, 'dark')).toBe('rgb(13, 17, 23)');
  expect(complaints).toEqual([]);
});

it('React’s StrictMode subscribes to each topic once, and the connection closes after the quotes are unmounted', async () => {
  const market = await startMarket();
  const { page, complaints } = await open(development, market);
  await polled(() => states(page)).toEqual(each('live'));
  const topics = symbols.map((symbol) => `quotes/${symbol}`).sort();
  expect([...market.subscribed].sort()).toEqual(topics);
  expect(market.connections()).toBe(1);

  await page.click('button');
  expect(await page.$$('table')).toEqual([]);
  await polled(() => market.connections()).toBe(0);
  await page.click('button');
  await polled(() => states(page)).toEqual(each('live'));
  expect([...market.subscribed].sort()).toEqual([...topics, ...topics].sort());
  expect(market.connections()).toBe(1);
  expect(complaints).toEqual([]);
});

it('the first chunk of the React page has no MQTT.js, and the chunk of the feed has it', () => {
  /** An option of MQTT.js, whose name a minifier keeps. */
  const mqtt = 'reconnectPeriod';
  const index = readFileSync(`${production}/index.html`, 'utf8');
  const chunks = readdirSync(`${production}/assets`).filter((name) => name.endsWith('.js'));
  const isFirst = (name: string): boolean => index.includes(name);
  const hasMqtt = (name: string): boolean => readFileSync(`${production}/assets/${name}`, 'utf8').includes(mqtt);
  expect(chunks.filter(isFirst).map(hasMqtt)).toEqual([false]);
  expect(chunks.filter((name) => !isFirst(name)).map(hasMqtt)).toEqual([true]);
});
