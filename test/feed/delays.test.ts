import { concatMap, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observeOnBounded } from '../../operators/index.js';
import type { FeedDelays, Tagged } from '../../src/index.js';
import type { TextEvent } from '../support/textVenue.js';
import { type Scene, scene, type SceneConfig } from './scene.js';

interface Timed extends Scene {
  /** Publishes a price every `every` ms, `times` times. */
  stream(every: number, times: number): void;
}

/** A scene with one consumer that spends `spends` ms on each image. */
function consuming(spends: number, config: SceneConfig = {}): Timed {
  const set = scene(config);
  set.feed.quotes(['AOT'], { name: 'desk' }).subscribe(() => {
    set.scheduler.spend(spends);
  });
  return { ...set, stream: (every, times) => stream(set, every, times) };
}

function stream({ scheduler, price }: Scene, every: number, times: number): void {
  for (let sent = 0; sent < times; sent += 1) {
    price('AOT', sent);
    scheduler.advance(every);
  }
}

/** The longest of each kind of delay, in ms. */
function longest({ queue, consumers, loop }: FeedDelays): readonly number[] {
  return [queue.max, consumers.max, loop.max];
}

describe('the delays of a feed', () => {
  it('are zero without a delay', () => {
    const { feed, stream } = consuming(0);
    stream(10, 200);
    expect(longest(feed.delays())).toEqual([0, 0, 0]);
    expect(feed.delays()).toMatchObject({
      queue: { count: 200, sum: 0, p99: 0 },
      consumers: { count: 200 },
      byConsumer: { desk: { count: 200 } },
      loop: { count: 8 },
    });
  });

  it('show a slow synchronous consumer only as its own time', () => {
    const { feed, stream } = consuming(40);
    stream(100, 100);
    const { byConsumer, consumers, ...others } = feed.delays();
    expect([others.queue.max, others.loop.max]).toEqual([0, 0]);
    expect(consumers).toMatchObject({ count: 100, sum: 4000, max: 40, p50: 40, p99: 40 });
    expect(byConsumer).toMatchObject({ desk: { count: 100, max: 40 } });
  });

  it('name the slow one among several consumers', () => {
    const { feed, scheduler, price } = scene();
    for (const [name, spends] of Object.entries({ fast: 0, slow: 30, other: 1 })) {
      feed.quotes(['AOT'], { name }).subscribe(() => {
        scheduler.spend(spends);
      });
    }
    for (let sent = 0; sent < 10; sent += 1) {
      price('AOT', sent);
      scheduler.advance(200);
    }
    const { byConsumer, consumers } = feed.delays();
    expect(Object.entries(byConsumer).map(([name, { max }]) => [name, max])).toEqual([
      ['fast', 0],
      ['slow', 30],
      ['other', 1],
    ]);
    expect(consumers.max).toBe(31);
  });

  it('show a burst only as waiting in the queue', () => {
    const symbols = Array.from({ length: 100 }, (_, index) => `S${String(index)}`);
    const { feed, scheduler, price } = scene();
    feed.quotes(symbols).subscribe(() => {
      scheduler.spend(1);
    });
    for (const symbol of symbols) price(symbol, 1);
    scheduler.advance(10_000);
    const { queue, consumers, loop } = feed.delays();
    expect(queue.count).toBeGreaterThan(5);
    expect(queue.max).toBeGreaterThan(50);
    expect([consumers.max, loop.max]).toEqual([1, 0]);
  });

  it('show a wait for promotion as waiting in the queue', () => {
    const { feed, fake, scheduler } = scene({ fake: { latency: 300 } });
    feed.quotes(['AOT']).subscribe();
    scheduler.advance(300);
    fake.current.send('px/AOT', '70');
    expect(feed.delays().queue.count).toBe(0);
    scheduler.advance(300);
    expect(feed.delays()).toMatchObject({ queue: { count: 1, max: 300 }, consumers: { max: 0 } });
  });

  it('show a thread that other code blocks only as loop lag', () => {
    const { feed, scheduler, stream } = consuming(0);
    stream(10, 100);
    // Messages that came meanwhile were not read, and are not older for it.
    scheduler.spend(2000);
    stream(10, 100);
    const { loop, ...others } = feed.delays();
    expect([others.queue.max, others.consumers.max]).toEqual([0, 0]);
    expect(loop.max).toBeGreaterThan(1700);
    expect(loop.max).toBeLessThanOrEqual(2000);
    expect(loop.p50).toBeLessThanOrEqual(0.1);
  });

  it('have the highest rate of messages, over a quarter of a second or a stall', () => {
    const { feed, scheduler, price } = scene();
    feed.quotes(['AOT']).subscribe();
    for (let sent = 0; sent < 50; sent += 1) price('AOT', sent);
    scheduler.spend(500);
    scheduler.advance(1000);
    expect(feed.delays().peakRate).toBe(100);
    scheduler.advance(2000);
    for (let sent = 0; sent < 50; sent += 1) price('AOT', sent);
    scheduler.advance(1000);
    expect(feed.delays().peakRate).toBe(200);
  });

  it('attribute the delay of the lag timer to its cause', () => {
    let spends = 0;
    const { feed, scheduler, price } = scene();
    feed.quotes(['AOT']).subscribe(() => {
      scheduler.spend(spends);
    });
    price('AOT', 1);
    scheduler.advance(240);
    // The consumer runs from 10 ms before the timer to 10 ms after it, then other code for 100 ms.
    spends = 20;
    price('AOT', 2);
    scheduler.spend(100);
    scheduler.advance(0);
    expect(feed.delays().loop).toMatchObject({ count: 1, sum: 100 });
    scheduler.advance(240);
    scheduler.spend(60);
    scheduler.advance(0);
    expect(feed.delays().loop).toMatchObject({ count: 2, sum: 150 });
  });

  it('miss no consumer whose topic always comes together with another topic', () => {
    let draws = 0;
    const { feed, scheduler, price } = scene({
      random: () => {
        draws += 1;
        return (draws * 0.618) % 1;
      },
    });
    for (const symbol of ['A', 'B']) feed.quotes([symbol], { name: symbol }).subscribe();
    for (let sent = 0; sent < 400; sent += 1) {
      price('A', sent);
      price('B', sent);
      scheduler.advance(50);
    }
    const { A, B } = feed.delays().byConsumer;
    expect(Math.min(A?.count ?? 0, B?.count ?? 0)).toBeGreaterThan(50);
  });

  it('are measured for each consumer in one message of 16, however fast they come', () => {
    const { feed, stream } = consuming(0);
    stream(0, 160);
    expect(feed.delays().byConsumer.desk?.count).toBe(10);
    expect(feed.delays().queue.count).toBe(10);
  });

  it('show an asynchronous consumer only as latency at its end', () => {
    const set = scene();
    const { feed, scheduler } = set;
    const work$ = (quote: Tagged<TextEvent>) => timer(30, scheduler).pipe(concatMap(() => [quote]));
    feed
      .quotes(['AOT'], { name: 'store' })
      .pipe(
        observeOnBounded(scheduler, { capacity: 100, maxBatch: 1 }),
        concatMap(work$),
        feed.measureLatency('stored'),
      )
      .subscribe();
    stream(set, 10, 100);
    scheduler.advance(10_000);
    const { latencies, byConsumer, ...others } = feed.delays();
    expect([others.queue.max, others.consumers.max, others.loop.max, byConsumer.store?.max]).toEqual([0, 0, 0, 0]);
    // Each takes 30 ms and the next comes after 10: the last waits for all before it.
    expect(latencies.stored).toMatchObject({ count: 100, max: 30 * 100 - 10 * 99 });
  });
});

describe('measuring', () => {
  it('leaves no timer when messages have stopped, nor when all subscribers have left', () => {
    const { scheduler, stream, feed, price } = consuming(0, { feed: { staleAfter: Infinity } });
    stream(10, 10);
    expect(scheduler.pending).toBeGreaterThan(0);
    scheduler.advance(10_000);
    expect(scheduler.pending).toBe(0);
    const { count } = feed.delays().loop;
    expect(count).toBe(5);
    price('AOT', 1);
    expect(scheduler.pending).toBeGreaterThan(0);
    void feed.close();
    scheduler.advance(0);
    expect(scheduler.pending).toBe(0);
  });

  it('does not change the times in quotes', () => {
    const { feed, scheduler, price } = scene();
    const times: (readonly number[])[] = [];
    feed.quotes(['AOT']).subscribe(({ receivedAt, monotonicAt }) => {
      times.push([receivedAt, monotonicAt]);
    });
    for (const wait of [5, 8, 12, 30]) {
      scheduler.advance(wait);
      price('AOT', wait);
    }
    expect(times).toEqual([5, 13, 25, 55].map((at) => [at, at]));
  });

  it('does not count an image that is emitted again as latency', () => {
    const { feed, fake, price, scheduler } = scene();
    feed.quotes(['AOT']).pipe(feed.measureLatency('here')).subscribe();
    price('AOT', 1);
    fake.drop();
    scheduler.advance(5000);
    feed.quotes(['AOT']).pipe(feed.measureLatency('here')).subscribe();
    expect(feed.delays().latencies.here).toMatchObject({ count: 1, max: 0 });
  });

  it('keeps 64 names, and counts all further ones as other', () => {
    const { feed, price } = scene();
    for (let index = 0; index < 70; index += 1) feed.quotes(['AOT'], { name: `n${String(index)}` }).subscribe();
    price('AOT', 1);
    const names = Object.keys(feed.delays().byConsumer);
    expect([names.length, names.at(-1)]).toEqual([65, 'other']);
    expect(feed.delays().byConsumer.other?.count).toBe(6);
  });

  it.each(['', 'x'.repeat(65), 7])('refuses the name %o, with a code', (name) => {
    const { feed } = scene();
    const refused = expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error;
    expect(() => feed.quotes(['AOT'], { name: name as string })).toThrow(refused);
    expect(() => feed.measureLatency(name as string)).toThrow(refused);
  });
});

describe('a histogram of delays', () => {
  it('counts up to each bound, and gives percentiles that are never below the true value nor above the longest', () => {
    const { feed, scheduler, price } = scene();
    let spends = 0;
    feed.quotes(['AOT']).subscribe(() => {
      scheduler.spend(spends);
    });
    for (spends = 1; spends <= 100; spends += 1) {
      price('AOT', spends);
      scheduler.advance(0);
    }
    const { consumers } = feed.delays();
    expect(consumers).toMatchObject({ count: 100, sum: 5050, max: 100, p50: 50, p90: 100, p99: 100 });
    const upTo = Object.fromEntries(consumers.buckets.map(({ le, count }) => [le, count]));
    expect(upTo).toMatchObject({ 0.5: 0, 1: 1, 2.5: 2, 5: 5, 10: 10, 25: 25, 50: 50, 100: 100, Infinity: 100 });
  });
});
