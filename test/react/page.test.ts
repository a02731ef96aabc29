import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, expect, inject, it, onTestFinished } from 'vitest';
import { startChromium } from '../browser/chromium.js';
import { type OpenPage, openPage } from '../browser/openPage.js';
import { polled } from '../browser/polled.js';
import { alwaysOpen, mqttVenue, quoteFeed } from '../../src/index.js';
import { type Relay, startRelay } from '../../src/relay/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../src/settrade/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { type AedesBroker, startAedes } from '../support/aedesBroker.js';
import { serveFolder } from './serveFolder.js';

const symbols = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];
const { production, development } = inject('reactExample');

const chromium = await startChromium();
afterAll(() => chromium[Symbol.asyncDispose]());

/** A simulated venue, and a broker to which a relay publishes its quotes. */
interface Market {
  readonly venue: SimulatedVenue;
  readonly broker: AedesBroker;
  readonly relay: Relay;
  /** The topics of quotes that were subscribed to at the broker, in order. */
  readonly subscribed: readonly string[];
}

async function startMarket(): Promise<Market> {
  const subscribed: string[] = [];
  const note = (topic: string): boolean => topic.includes('/quote/') && subscribed.push(topic) === 0;
  const broker = await startAedes({ refuse: note });
  onTestFinished(() => broker.stop());
  const venue = await startSimulatedVenue({ symbols, rate: 100 });
  onTestFinished(() => venue.stop());
  const feed = quoteFeed({
    venue: mqttVenue({
      endpoint: venue.tcpUrl,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      onSubscribe: 'nothing',
      calendar: alwaysOpen,
    }),
  });
  onTestFinished(() => feed.close());
  const relay = startRelay({ feed, symbols, broker: broker.tcpUrl });
  onTestFinished(() => relay.close());
  return { venue, broker, relay, subscribed };
}

async function open(folder: string, { broker }: Market): Promise<OpenPage> {
  const url = `${await serveFolder(folder)}/?broker=${encodeURIComponent(broker.wsUrl)}`;
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

/** Does something to the market; returns the ms until the page shows it. */
async function spanUntilSuspect(page: Page, happens: () => void): Promise<number> {
  const suspectAt = await watchForSuspects(page);
  const happenedAt = Date.now();
  happens();
  const span = (await suspectAt()) - happenedAt;
  console.log(`every row suspect after ${span} ms`);
  return span;
}

const isLive = async (page: Page): Promise<void> => {
  await polled(() => states(page)).toEqual(each('live'));
  await polled(() => banner(page)).toBe('Live.');
};

it('the React page shows live quotes, and within 300 ms of a loss every row as suspect with the reason, and live ones again', async () => {
  const market = await startMarket();
  const { page, complaints } = await open(production, market);
  await isLive(page);
  expect(await page.textContent('tbody tr')).toMatch(/^AOT\d+\.\d\d\d+\.\d\dopenlive$/);
  expect(await page.$$('s')).toEqual([]);
  expect(await keepPicture(page, 'light')).toBe('rgb(255, 255, 255)');

  const ownLink = await spanUntilSuspect(page, () => {
    market.broker.dropAll();
  });
  expect(ownLink).toBeLessThan(300);
  await isLive(page);

  const upstream = await spanUntilSuspect(page, () => {
    market.venue.dropConnections();
  });
  expect(upstream).toBeLessThan(300);
  await isLive(page);

  await market.relay.close();
  await polled(() => banner(page)).toMatch(/^Connected to the broker, but no relay gives live quotes: /);
  expect(await states(page)).toEqual(each('suspect'));
  expect(await page.$$('s')).toHaveLength(2 * symbols.length);
  expect(await keepPicture(page, 'dark')).toBe('rgb(13, 17, 23)');
  expect(complaints).toEqual([]);
});

it('React’s StrictMode subscribes to each topic once, and the connection closes after the quotes are unmounted', async () => {
  const market = await startMarket();
  const { page, complaints } = await open(development, market);
  await isLive(page);
  const topics = symbols.map((symbol) => `rx-quotes/quote/${symbol.replaceAll(' ', '%20')}`).sort();
  expect([...market.subscribed].sort()).toEqual(topics);
  // The relay's connection, and the page's.
  expect(market.broker.connections()).toBe(2);

  await page.click('button');
  expect(await page.$$('table')).toEqual([]);
  await polled(() => market.broker.connections()).toBe(1);
  await page.click('button');
  await isLive(page);
  expect([...market.subscribed].sort()).toEqual([...topics, ...topics].sort());
  expect(market.broker.connections()).toBe(2);
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
