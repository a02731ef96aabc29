import { concatMap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observeOnBounded } from '../../operators/index.js';
import type { FeedDelays } from '../../src/index.js';
import { scene } from './scene.js';

const burst = Array.from({ length: 100 }, (_, index) => `S${String(index)}`);

/** A delay of this many ms has to be measured; everything in the scene takes much less, except the fault. */
const long = 20;

/** The histograms in which something took long. */
function longIn({ queue, consumers, byConsumer, latencies, loop }: FeedDelays): readonly string[] {
  const all = Object.entries({ queue, consumers, loop }).concat(
    Object.entries(byConsumer).map(([name, delays]) => [`byConsumer.${name}`, delays]),
    Object.entries(latencies).map(([name, delays]) => [`latencies.${name}`, delays]),
  );
  return all.filter(([, { max }]) => max >= long).map(([name]) => name);
}

/** A desk that looks at 100 symbols, and a store that works on each price of another in its own time. */
function desk() {
  const { feed, scheduler, price } = scene();
  const spends = { desk: 1, store: 2 };
  feed.quotes(burst, { name: 'desk' }).subscribe(() => {
    scheduler.spend(spends.desk);
  });
  feed
    .quotes(['AOT'], { name: 'store' })
    .pipe(
      observeOnBounded(scheduler, { capacity: 100 }),
      concatMap((quote) => timer(spends.store, scheduler).pipe(concatMap(() => [quote]))),
      feed.measureLatency('stored'),
    )
    .subscribe();
  const trade = (times: number): void => {
    for (let sent = 0; sent < times; sent += 1) {
      price('AOT', sent);
      scheduler.advance(20);
      for (const symbol of ['S0', 'S1', 'S2']) {
        price(symbol, sent);
        scheduler.advance(17);
      }
    }
  };
  trade(20);
  return { feed, scheduler, price, spends, trade };
}

describe('a delay shows only in the right histogram', () => {
  it('(none, without a delay)', () => {
    const { feed, trade } = desk();
    trade(20);
    expect(longIn(feed.delays())).toEqual([]);
    const { queue, latencies, byConsumer, loop } = feed.delays();
    for (const { count } of [queue, latencies.stored!, byConsumer.desk!, byConsumer.store!, loop]) {
      expect(count).toBeGreaterThan(0);
    }
  });

  it('(a slow asynchronous consumer: latency at its end)', () => {
    const { feed, spends, trade, scheduler } = desk();
    spends.store = 45;
    trade(20);
    scheduler.advance(1000);
    expect(longIn(feed.delays())).toEqual(['latencies.stored']);
  });

  it('(a slow synchronous consumer: its own time)', () => {
    const { feed, spends, trade } = desk();
    spends.desk = 30;
    trade(20);
    expect(longIn(feed.delays())).toEqual(['consumers', 'byConsumer.desk']);
  });

  it('(a burst: waiting in the queue)', () => {
    const { feed, price, trade, scheduler } = desk();
    for (const symbol of burst) price(symbol, 1);
    scheduler.advance(1000);
    trade(20);
    expect(longIn(feed.delays())).toEqual(['queue']);
    expect(feed.delays().queue.max).toBeLessThanOrEqual(burst.length);
  });

  it('(a stall: lag of the event loop)', () => {
    const { feed, scheduler, trade } = desk();
    scheduler.spend(2000);
    trade(20);
    expect(longIn(feed.delays())).toEqual(['loop']);
  });
});
