import { describe, expect, test } from 'vitest';
import { type Finding, findings } from '../../src/playbook/index.js';
import type { TextEvent } from '../support/textVenue.js';
import { scene, type Scene } from './scene.js';

const symbols = Array.from({ length: 12 }, (_, at) => `S${String(at)}`);
/** One delivery in a turn, so that everything else waits; and room for two topics. */
const small = { capacity: 4, maxBatch: 1 } as const;

/** The findings but that of a market without calendar. */
function found({ feed, scheduler }: Scene): readonly Finding[] {
  return findings(feed, { now: () => scheduler.now() }).filter(({ code }) => code !== 'RXP_NO_MARKET');
}

/** Publishes an image of each of so many symbols, which the feed reads in turns of 500. */
function publishMarket({ fake, scheduler }: Scene, symbolCount: number): void {
  for (let at = 0; at < symbolCount; at += 1) {
    fake.publish(`px/S${String(at)}`, '1');
    if (at % 500 === 499) scheduler.advance(1);
  }
  scheduler.advance(1);
}

describe('a wildcard', () => {
  test('brings a market of 25,000 symbols with the default capacity, without a gap', () => {
    const market = scene();
    const { feed } = market;
    let [live, gaps] = [0, 0];
    feed.updates().subscribe((update) => {
      if (update.kind === 'gap') gaps += 1;
      else if (update.kind === 'quote' && update.state === 'live') live += 1;
    });
    for (let round = 0; round < 2; round += 1) publishMarket(market, 25_000);
    expect([live, gaps]).toEqual([50_000, 0]);
    expect(feed.stats()).toMatchObject({ dropped: {}, wildcards: { present: 25_000, evicted: 0 } });
    expect(found(market)).toEqual([]);
  });

  test('that brings more topics than the default capacity allows is a finding, which ends with the suggested capacity', () => {
    const market = scene();
    const { feed } = market;
    feed.quotes().subscribe();
    publishMarket(market, 35_000);
    const { wildcards, gaps } = feed.stats();
    expect(wildcards).toEqual({ present: 32_767, room: 32_767, evicted: 35_000 - 32_767 });
    expect(gaps).toBeGreaterThan(0);
    const [finding] = found(market);
    expect(finding?.code).toBe('RXP_TOPICS_EVICTED');
    expect(finding?.fixes[0]).toContain('tune({ capacity: 131072 })');
    feed.tune({ capacity: 131_072 });
    publishMarket(market, 35_000);
    const after = feed.stats();
    publishMarket(market, 35_000);
    expect(feed.stats()).toMatchObject({ gaps: after.gaps, wildcards: { present: 35_000 } });
    expect(found(market)).toEqual([]);
  });

  test('counts its topics, the room for them beside topics by name, and messages whose topic was evicted while they waited', () => {
    const { feed, listen, price, scheduler } = scene({ feed: { capacity: 8, maxBatch: 1 } });
    expect(feed.stats().wildcards).toEqual({ present: 0, room: 4, evicted: 0 });
    const { subscription } = listen();
    listen(['NAMED']);
    expect(feed.stats().wildcards).toEqual({ present: 0, room: 2, evicted: 0 });
    for (const symbol of ['A', 'B', 'C', 'D']) price(symbol, 1);
    scheduler.advance(100);
    expect(feed.stats().wildcards).toEqual({ present: 2, room: 2, evicted: 2 });
    expect(feed.stats()).toMatchObject({ emitted: 2, dropped: { evicted: 2 }, unclaimed: 0 });
    subscription.unsubscribe();
    scheduler.advance(10_000);
    expect(feed.stats().wildcards).toEqual({ present: 0, room: 2, evicted: 2 });
  });
});

describe('more topics than half of the capacity', () => {
  test('can be subscribed to, by Observables that were made before any subscription', () => {
    const { feed, price, scheduler } = scene({ feed: small });
    const received: string[] = [];
    const made = symbols.map((symbol) => feed.quotes([symbol]));
    for (const quotes of made) quotes.subscribe(({ symbol, price }) => received.push(`${symbol} ${String(price)}`));
    for (const symbol of symbols) price(symbol, 7);
    scheduler.advance(1_000);
    expect(received).toEqual(symbols.map((symbol) => `${symbol} 7`));
    expect(feed.stats().dropped).toEqual({});
  });

  test('each have room for their only image in two epochs', () => {
    const { listen, price, fake, feed, scheduler } = scene({ feed: small });
    const { said } = listen(symbols);
    for (const symbol of symbols) price(symbol, 1);
    fake.drop();
    scheduler.advance(2_000);
    for (const symbol of symbols) price(symbol, 2);
    scheduler.advance(1_000);
    for (const symbol of symbols) expect(said).toContain(`${symbol} 2 live unknown e1 image`);
    expect(feed.stats().dropped).toEqual({});
  });

  test('lose no status of a market', () => {
    const { feed, fake, scheduler } = scene({
      feed: small,
      venue: {
        topics: { quote: 'px/{symbol}', market: 'm/{symbol}' },
        decode: {
          quote: () => ({ symbol: '', price: 0 }),
          market: (_payload, topic) => ({ symbol: topic.slice(2), price: 0, market: 'open' }),
        },
        market: ({ symbol, market }) => market && { symbol, market },
      },
    });
    const received: string[] = [];
    feed.markets(symbols).subscribe(({ symbol, market }: TextEvent) => received.push(`${symbol} ${String(market)}`));
    for (const symbol of symbols) fake.publish(`m/${symbol}`, 'open');
    scheduler.advance(1_000);
    expect(received).toEqual(symbols.map((symbol) => `${symbol} open`));
    expect(feed.stats().dropped).toEqual({});
  });

  test('allow tune(), also to a smaller capacity, and lose no image by it', () => {
    const { listen, price, feed, scheduler } = scene({ feed: { maxBatch: 1 } });
    const { said } = listen(symbols);
    feed.tune({ linger: 10 });
    feed.tune({ capacity: 2 });
    for (const symbol of symbols) price(symbol, 1);
    for (const symbol of symbols) price(symbol, 2);
    scheduler.advance(1_000);
    for (const symbol of symbols) expect(said).toContain(`${symbol} 2 live unknown e0 image`);
    expect(feed.stats().dropped).toEqual({});
  });

  test('do not evict a quiet topic when they are unsubscribed while their images wait', () => {
    const { listen, price, feed, scheduler } = scene({ feed: { ...small, linger: 0 } });
    const quiet = listen(['QUIET']);
    const others = listen(symbols);
    price('S0', 1);
    price('QUIET', 1);
    for (const symbol of symbols) price(symbol, 2);
    others.subscription.unsubscribe();
    price('QUIET2', 1);
    const last = listen(['QUIET2']);
    price('QUIET2', 2);
    scheduler.advance(1_000);
    expect(quiet.said).toContain('QUIET 1 live unknown e0 image');
    expect(last.said).toContain('QUIET2 2 live unknown e0 image');
    expect(feed.stats().dropped['key-evicted']).toBeUndefined();
  });
});
