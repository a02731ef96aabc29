import { describe, expect, it } from 'vitest';
import type { FeedDelays } from '../../src/index.js';
import { dice } from '../support/feedMachineDice.js';
import { readingTransport } from '../support/readingTransport.js';
import { scene, type Scene } from './scene.js';

const symbols = Array.from({ length: 23 }, (_, index) => `S${String(index)}`);

interface ReadingScene extends Scene {
  /** The connection reads a chunk of bytes. */
  read(): void;
}

/**
 * A scene with a transport that reads chunks, a clock whose random numbers differ, and one consumer for each symbol, named after it.
 */
function sampling(spends: (symbol: string) => number, seed = 1): ReadingScene {
  const { next } = dice(seed);
  const { transport, read } = readingTransport(() => set.fake.transport);
  const set: Scene = scene({ random: next, feed: { transport } });
  for (const symbol of symbols) {
    set.feed.quotes([symbol], { name: symbol }).subscribe(() => {
      set.scheduler.spend(spends(symbol));
    });
  }
  return { ...set, read };
}

type Reads = 'each chunk' | 'each message' | 'nothing';

/** A price of each symbol comes every `every` ms, `times` times. The transport emits `read` for some of it. */
function chunks(
  { scheduler, price, read }: ReadingScene,
  every: number,
  times: number,
  reads: Reads = 'each chunk',
): void {
  for (let sent = 0; sent < times; sent += 1) {
    const due = scheduler.now() + every;
    if (reads === 'each chunk') read();
    for (const symbol of symbols) {
      if (reads === 'each message') read();
      price(symbol, sent);
    }
    scheduler.advance(Math.max(0, due - scheduler.now()));
  }
}

function measuredOf({ byConsumer }: FeedDelays): readonly number[] {
  return symbols.map((symbol) => byConsumer[symbol]?.count ?? 0);
}

describe('the delays of a fast feed', () => {
  it('are measured for about one message in 16, for each consumer on the same messages as for the queue', () => {
    const set = sampling(() => 0);
    chunks(set, 1, 2_000);
    const delays = set.feed.delays();
    const share = delays.queue.count / (2_000 * symbols.length);
    expect(share).toBeGreaterThan(1 / 18);
    expect(share).toBeLessThan(1 / 13);
    expect(delays.consumers.count).toBe(delays.queue.count);
    expect(measuredOf(delays).reduce((sum, count) => sum + count)).toBe(delays.queue.count);
  });

  it.each([1, 7, 50])('miss no consumer of 23 whose topics come in a fixed order, in chunks every %i ms', (every) => {
    const set = sampling(() => 0);
    chunks(set, every, 1_000);
    const counts = measuredOf(set.feed.delays());
    expect(Math.min(...counts)).toBeGreaterThan(1_000 / 50);
  });

  it.each([
    [0.03, 0.05],
    [0.2, 0.25],
    [0.9, 1],
  ])('have the true percentiles of a consumer that takes %d ms for each message', (spends, bucket) => {
    const set = sampling(() => spends);
    chunks(set, 20, 500);
    const { consumers, loop } = set.feed.delays();
    expect(consumers.count).toBeGreaterThan(500);
    expect([consumers.p50, consumers.p99, consumers.max]).toEqual([
      Math.min(bucket, consumers.max),
      Math.min(bucket, consumers.max),
      expect.closeTo(spends, 5),
    ]);
    expect(loop.max).toBeCloseTo(0, 5);
  });
});

describe('the delays of a slow feed', () => {
  it('are measured for at least a third of the messages', () => {
    const { next } = dice(3);
    const { feed, price, scheduler } = scene({ random: next });
    feed.quotes(['A'], { name: 'desk' }).subscribe();
    for (let sent = 0; sent < 300; sent += 1) {
      price('A', sent);
      scheduler.advance(100);
    }
    const { queue, byConsumer } = feed.delays();
    expect(queue.count).toBeGreaterThan(100);
    expect(byConsumer.desk?.count).toBe(queue.count);
  });
});

describe('a consumer that is slow once in 200 messages', () => {
  it.each([
    ['chunks of 23 are read', 'each chunk', 2],
    ['chunks of 23 are read, which come seldom', 'each chunk', 60],
    ['each message is read by itself', 'each message', 2],
    ['each message is read by itself, and few come', 'each message', 60],
    ['the transport emits no `read`', 'nothing', 2],
  ] as const)('shows in `consumers` and not in `loop` if %s', (_how, reads, every) => {
    let [messages, slow] = [0, 0];
    const set = sampling(() => {
      messages += 1;
      if (messages % 200 !== 0) return 0.002;
      slow += 1;
      return 40;
    });
    chunks(set, every, 1_000, reads);
    const { consumers, loop } = set.feed.delays();
    expect(slow).toBeGreaterThan(100);
    // A block of up to 16 messages that took over 40 ms counts with its mean.
    expect(consumers.max).toBeGreaterThan(40 / 16);
    expect(consumers.sum / (40 * slow)).toBeCloseTo(1, 1);
    expect(loop.max).toBeLessThan(0.1);
  });

  it('shows in `consumers` and not in `loop` although 0.9 ms of other messages pass between two readings of the clock', () => {
    const set = sampling(() => 0.05);
    chunks(set, 1.7, 1_000);
    expect(set.feed.delays().loop.max).toBeLessThan(0.1);
  });
});

describe('work of other code between two tasks of a feed', () => {
  it.each(['each chunk', 'each message', 'nothing'] as const)(
    'shows in `loop` and not in `consumers` if `read` is emitted for %s',
    (reads) => {
      const set = sampling(() => 0.002);
      for (let round = 0; round < 20; round += 1) {
        chunks(set, 10, 20, reads);
        set.scheduler.spend(400);
      }
      const { consumers, queue, loop } = set.feed.delays();
      expect(loop.max).toBeGreaterThan(100);
      expect([consumers.max, queue.max].map((max) => max < 1)).toEqual([true, true]);
    },
  );
});
