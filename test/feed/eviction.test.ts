import { describe, expect, it, test } from 'vitest';
import { type QuoteFeed } from '../../src/index.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { collected } from '../support/collected.js';
import type { TextEvent } from '../support/textVenue.js';
import { scene, type Scene } from './scene.js';

/** A consumer of all symbols, and the state in which it holds each. A wildcard may bring two topics, and frames wait. */
function holding(): Scene & { readonly held: Record<string, string>; readonly feed: QuoteFeed<TextEvent> } {
  const it = scene({ feed: { capacity: 4, maxBatch: 1, staleAfter: Infinity, stallThreshold: Infinity } });
  const held: Record<string, string> = {};
  it.feed.quotes().subscribe(({ symbol, state }) => {
    held[symbol] = state;
  });
  it.price('E', 1);
  it.scheduler.advance(1);
  expect(held).toEqual({ E: 'live' });
  return Object.assign(it, { held });
}

/** Frames that are read in one turn of the event loop, so that all but the first wait. */
const bursts: readonly (readonly [order: string, burst: (it: Scene) => void])[] = [
  [
    'evicted',
    (it) => {
      for (const symbol of ['X', 'Y', 'Z']) it.price(symbol, 2);
    },
  ],
  [
    'evicted and claimed again',
    (it) => {
      for (const symbol of ['X', 'Y', 'Z', 'E']) it.price(symbol, 2);
    },
  ],
  [
    'evicted and claimed again by a frame that can not be read',
    (it) => {
      for (const symbol of ['X', 'Y', 'Z']) it.price(symbol, 2);
      it.price('E', 'rubbish');
    },
  ],
  [
    'evicted, claimed again and evicted again before its frame is delivered',
    (it) => {
      for (const symbol of ['X', 'Y', 'Z', 'E', 'X', 'Y', 'Z']) it.price(symbol, 2);
    },
  ],
  [
    'unreadable, then evicted and claimed again',
    (it) => {
      it.price('E', 'rubbish');
      for (const symbol of ['X', 'Y', 'Z', 'E']) it.price(symbol, 2);
    },
  ],
];

describe('a topic that was evicted and was', () => {
  it.each(bursts)('%s is live for no consumer after the link is lost', (_order, burst) => {
    for (const waits of [false, true]) {
      const it = holding();
      burst(it);
      if (waits) it.scheduler.advance(100);
      it.fake.drop();
      it.scheduler.advance(1);
      expect(Object.entries(it.held).filter(([, state]) => state === 'live')).toEqual([]);
      expect(isConserved(it.feed.stats())).toBe(true);
    }
  });

  it('evicted by a frame that also ends the connection is live for no consumer', () => {
    const it = scene({ feed: { capacity: 4, staleAfter: Infinity } });
    const held: Record<string, string> = {};
    it.feed.quotes().subscribe(({ symbol, state }) => {
      held[symbol] = state;
      if (symbol === 'Z' && state === 'live') it.feed.reconnect();
    });
    for (const symbol of ['E', 'Y', 'Z']) it.price(symbol, 1);
    expect(held).toEqual({ E: 'suspect', Y: 'suspect', Z: 'suspect' });
  });

  it('subscribed to again keeps its newer image when the eviction is reported late', () => {
    const it = holding();
    for (const symbol of ['X', 'Y', 'E']) it.price(symbol, 2);
    it.scheduler.advance(100);
    const [explanation] = it.feed.explain('E');
    expect([it.held['E'], explanation?.state]).toEqual(['live', 'live']);
  });
});

test('a topic from a wildcard keeps no image in memory after its eviction, for any length of the connection', async () => {
  const events: WeakRef<object>[] = [];
  const it = scene({
    feed: { capacity: 4 },
    venue: {
      topics: { quote: 'px/{symbol}' },
      decode: {
        quote: (_payload, _topic, symbol) => {
          const event = { symbol, price: 1 };
          events.push(new WeakRef(event));
          return event;
        },
      },
    },
  });
  it.feed.quotes().subscribe();
  for (const symbol of ['A', 'B', 'C', 'D']) {
    it.price(symbol, 1);
    it.scheduler.advance(1);
  }
  const [evicted] = events;
  expect(evicted && (await collected(evicted))).toBe(true);
  expect([it.fake.connections.length, it.feed.last('A'), it.feed.last('D')?.state]).toEqual([1, undefined, 'live']);
});
