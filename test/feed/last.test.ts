import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Book, Quote, QuoteFeed } from '../../src/index.js';
import { fakeFeed, quoteMarbles } from '../../src/testing/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';
import { eventScene } from '../support/eventScene.js';
import { kindsScene } from '../support/kindsScene.js';
import type { TextEvent } from '../support/textVenue.js';
import { line, scene } from './scene.js';

/** The last quote in one line, as a scene writes updates. */
function lastLine(feed: QuoteFeed<TextEvent>, symbol = 'A'): string | undefined {
  const quote = feed.last(symbol);
  return quote && line(quote);
}

const book: Book = {
  symbol: 'A',
  depth: 10,
  bidFlag: 'normal',
  askFlag: 'normal',
  bid: 1,
  ask: 2,
  bidVolume: 3,
  askVolume: 4,
  bidPrices: [1],
  askPrices: [2],
  bidVolumes: [3],
  askVolumes: [4],
};

describe('last()', () => {
  test('is undefined before the first image, then the newest image as a late subscriber gets it', () => {
    const { feed, listen, price } = scene();
    listen(['A']);
    expect(feed.last('A')).toBeUndefined();
    price('A', 1);
    price('A', 2);
    expect(lastLine(feed)).toBe('A 2 live unknown e0 state cache');
    let late: unknown;
    feed.quotes(['A']).subscribe((quote) => {
      late = quote;
    });
    expect(feed.last('A')).toEqual(late);
  });

  test('has the present state and market: after a loss, a silence, a status', () => {
    const { feed, listen, price, fake, scheduler } = scene({ feed: { staleAfter: 1_000 } });
    listen(['A']);
    fake.publish('market', 'open');
    price('A', 1);
    expect(lastLine(feed)).toBe('A 1 live open e0 state cache');
    scheduler.advance(1_000);
    expect(lastLine(feed)).toBe('A 1 stale open e0 state cache');
    fake.publish('market', 'closed');
    price('A', 2);
    expect(lastLine(feed)).toBe('A 2 live closed e0 state cache');
    fake.drop();
    expect(lastLine(feed)).toBe('A 2 suspect unknown e0 state cache');
    scheduler.advance(2_000);
    expect(lastLine(feed)).toBe('A 2 suspect unknown e1 state cache');
  });

  test('is the image that is being emitted, for a subscriber that calls it in `next`', () => {
    const { feed, listen, price, fake } = scene();
    const received: (string | undefined)[] = [];
    listen(['A'], () => received.push(lastLine(feed)));
    price('A', 1);
    fake.drop();
    expect(received).toEqual([
      undefined,
      'A 1 live unknown e0 state cache',
      'A 1 suspect unknown e0 state cache',
      'A 1 suspect unknown e0 state cache',
    ]);
  });

  test('is suspect after a sleep, at the first call and before any message', () => {
    const { feed, listen, price, sleep } = scene();
    listen(['A']);
    price('A', 1);
    sleep(60_000);
    expect(lastLine(feed)).toBe('A 1 suspect unknown e0 state cache');
  });

  test('opens nothing and subscribes to nothing: it is undefined for a symbol without a subscriber', () => {
    const { feed, fake, listen, price, scheduler } = scene({ feed: { linger: 1_000 } });
    expect(feed.last('A')).toBeUndefined();
    expect([fake.connections.length, scheduler.pending]).toEqual([0, 0]);
    const { subscription } = listen(['A']);
    price('A', 1);
    expect(feed.last('B')).toBeUndefined();
    expect(fake.current.subscribes.flat()).toEqual(['px/A', 'market']);
    const { reemitted, subscribers } = feed.stats();
    expect({ reemitted, subscribers }).toEqual({ reemitted: 0, subscribers: 1 });
    subscription.unsubscribe();
    scheduler.advance(999);
    price('A', 2);
    expect(lastLine(feed)).toBe('A 2 live unknown e0 state cache');
    scheduler.advance(1);
    expect(feed.last('A')).toBeUndefined();
  });

  test('is defined for symbols that came by a wildcard', () => {
    const { feed, listen, price } = scene();
    listen();
    price('A', 1);
    expect(lastLine(feed)).toBe('A 1 live unknown e0 state cache');
  });

  test('is undefined after close(), also for a subscriber that calls it while its stream completes', () => {
    const { feed, price } = scene();
    const received: unknown[] = [];
    feed.quotes(['A']).subscribe({
      complete: () => received.push(feed.last('A')),
    });
    price('A', 1);
    void feed.close();
    expect([...received, feed.last('A')]).toEqual([undefined, undefined]);
  });

  test('has one level a side unless ten are asked for', () => {
    const { feed, send } = eventScene<Book>();
    send(book);
    expect(feed.last('A')).toMatchObject({ depth: 1, bid: 1, ask: 2, change: 'state', replayed: 'cache' });
    expect(feed.last('A')).not.toHaveProperty('bidPrices');
    expect(feed.last('A', { depth: 10 })).toMatchObject({ depth: 10, bidPrices: [1] });
  });

  test('accepts any spelling that the venue accepts', () => {
    const { feed, fake } = kindsScene({}, {}, (known) => ({ ...known, symbol: (given) => given.toUpperCase() }));
    feed.quotes(['A']).subscribe();
    fake.publish('px/A', '1');
    expect(feed.last('a')).toMatchObject({ symbol: 'A', price: 1 });
  });

  test('is a quote, also if price infos and bars of the symbol came later', () => {
    const { feed, fake } = kindsScene();
    feed.priceInfos(['A']).subscribe();
    fake.publish('in/A', '1');
    expect(feed.last('A')).toBeUndefined();
    feed.quotes(['A']).subscribe();
    fake.publish('px/A', '2');
    fake.publish('in/A', '3');
    expect(feed.last('A')).toMatchObject({ kind: 'quote', price: 2 });
  });

  test('of a fake feed is the last quote of a symbol with a subscriber, at the requested depth', async () => {
    const source = new Subject<Quote>();
    const feed = fakeFeed({ quotes: source });
    const { a, b } = quoteMarbles({ a: { symbol: 'A', bid: 1 }, b: { symbol: 'B', bid: 2 } });
    const subscription = feed.quotes(['A']).subscribe();
    expect(feed.last('A')).toBeUndefined();
    for (const quote of [a, b]) source.next(quote);
    expect(feed.last('A')).toEqual({ ...a, change: 'state', replayed: 'cache' });
    expect(feed.last('B')).toBeUndefined();
    source.next(quoteOf({ symbol: 'A', depth: 10, bidPrices: [1], askPrices: [], bidVolumes: [1], askVolumes: [] }));
    expect(feed.last('A')).not.toHaveProperty('bidPrices');
    expect(feed.last('A', { depth: 10 })).toMatchObject({ bidPrices: [1] });
    subscription.unsubscribe();
    expect(feed.last('A')).toBeUndefined();
    feed.quotes().subscribe();
    expect(feed.last('A')).toBeDefined();
    await feed.close();
    expect(feed.last('A')).toBeUndefined();
  });
});
