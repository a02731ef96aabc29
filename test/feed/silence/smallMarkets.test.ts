import { describe, expect, it } from 'vitest';
import { MarketPool } from '../../../src/feed/staleness/judge/marketPool.js';
import { Pace } from '../../../src/feed/staleness/judge/pace.js';
import { Track } from '../../../src/feed/staleness/judge/track.js';
import { Market, type Sender, silence } from './market.js';

const minute = 60_000;

/** How long after it fell silent one of so many symbols is called dead, in s; `Infinity` when it isn't in ten minutes. */
function deadAfter(market: Market, senders: readonly { next: number; topic: string }[]): number {
  const [one] = senders;
  if (one === undefined) throw new Error('no symbol');
  one.next = Infinity;
  const from = market.now;
  market.run(10 * minute);
  const found = market.said.find(
    ({ at, verdict }) => at > from && verdict.scope === 'topic' && verdict.topic === one.topic,
  );
  return ((found?.at ?? Infinity) - from) / 1_000;
}

/** An hour of a symbol that is heard five times a second beside slow ones that come in bursts; in its first minutes all go so fast. */
function besideBursts(first: number): { readonly market: Market; readonly fast: readonly Sender[] } {
  const market = new Market(6);
  const fast = market.add(1, 5);
  const slow = market.add(12, 0.2).map((sender) => ({ sender, on: false }));
  for (let step = 0; step < 3_600; step += 1) {
    market.pace = step < 600 ? first : 1;
    for (const one of slow) {
      one.on = one.on ? market.chance() > 0.3 : market.chance() < 0.1;
      one.sender.rate = one.on ? 1 : 0.02;
    }
    market.run(1_000);
  }
  return { market, fast };
}

describe('a market of few topics', () => {
  it('finds one of two dead nearly as soon as one who knows their rate, 18 s, though nobody else tells its time', () => {
    const market = new Market(4);
    const senders = market.add(2, 1);
    expect(market.run(60 * minute)).toEqual([]);
    expect(deadAfter(market, senders)).toBeLessThan(45);
  });

  it('finds a fast one dead beside slow ones that come in bursts: their time is too rough for it', () => {
    const { market, fast } = besideBursts(1);
    expect(market.said).toEqual([]);
    expect(deadAfter(market, fast)).toBeLessThan(25);
  });

  it('finds a fast one dead by a tenth of the clock where it is not known whether it is open, though it began briskly', () => {
    const { market, fast } = besideBursts(30);
    const [{ topic } = { topic: '' }] = fast;
    const after = market.judge.explain(topic)?.thresholdMs ?? NaN;
    market.become('unknown');
    market.rest(12 * after);
    expect(market.said.map(({ verdict }) => verdict)).toContainEqual({ scope: 'topic', topic });
  });

  it('calls nobody dead when all go slower at once, and tell so', () => {
    const marks = [1, 2, 3, 4, 5, 6].map((seed) => {
      const market = new Market(seed);
      market.add(7, 2);
      market.run(40 * minute);
      market.pace = 0.3;
      return market.run(10 * minute).filter(({ scope }) => scope === 'topic').length;
    });
    expect(marks).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('that is dead for long makes no silence of another a silence of the feed', () => {
    const market = new Market(2);
    const dead = market.add(3, 2, 'dead');
    market.add(2, 0.2, 'alive');
    market.run(30 * minute);
    silence(dead);
    const said = market.run(20 * minute).filter(({ scope }) => scope !== 'topic');
    expect(said).toEqual([{ scope: 'market', market: 'dead' }]);
  });

  it('loses nobody when it slept just after a message that came before it looked', () => {
    const market = new Market(4);
    const [one, other] = market.add(2, 1);
    if (one === undefined || other === undefined) throw new Error('no symbol');
    market.run(60 * minute);
    const late = market.judge.deadline() + 5;
    market.judge.seen(one.topic, late);
    market.judge.seen(one.topic, late + 2_500);
    market.now = late + 2_500;
    one.next = other.next = market.now + 1_000;
    market.run(10 * minute);
    expect(deadAfter(market, [one])).toBeLessThan(45);
  });

  it('loses nobody that is heard in the ms in which it looks, though nothing tells its market’s time', () => {
    const market = new Market(5);
    const [one, other] = ['one', 'other'].map((topic) => ({ topic, rate: 0.5, next: 1_000 }));
    if (one === undefined || other === undefined) throw new Error('no symbol');
    // Of whose market nothing was ever said.
    for (const { topic } of [one, other]) market.judge.watch(topic, { symbol: topic, market: 'M' }, 0);
    market.senders.push(one, other);
    market.run(60 * minute);
    for (let look = 0; look < 400; look += 1) {
      const due = market.judge.deadline();
      expect(due).toBeLessThan(Infinity);
      market.judge.seen(one.topic, due);
      market.judge.advance(due);
      market.now = due;
    }
    for (const sender of market.senders) sender.next = market.now + 1_000;
    one.next = Infinity;
    expect(market.run(60 * minute)).toContainEqual({ scope: 'topic', topic: one.topic });
  });

  it('counts a silence on after a halt, by the clock too', () => {
    const pool = new MarketPool('M');
    const track = new Track('one', pool);
    const byClock = new Pace(pool.byClock);
    track.byClock = byClock;
    track.resume(1_000);
    track.pause(4_000);
    track.resume(60_000);
    track.add(65_000);
    expect(byClock.levels[0]?.scale.value).toBeCloseTo(8_000);
    // … and none of it after the next message.
    track.resume(65_000);
    track.add(66_000);
    expect(byClock.mean).toBeCloseTo(4_500);
  });

  it('takes a silence by the clock for no longer than by its own time, but for how rough that is', () => {
    const pool = new MarketPool('M');
    const track = new Track('one', pool);
    const byClock = new Pace(pool.byClock);
    for (let number = 0; number < 40; number += 1) {
      track.byTime.add(1_000, true);
      byClock.add(2_000, true);
    }
    track.byClock = track.pace = byClock;
    track.resume(0);
    // A gap of a second by its time is one of two by the clock.
    pool.time.now = 5_000;
    expect(track.silence(60_000)).toBeGreaterThanOrEqual(10_000);
    expect(track.silence(60_000)).toBeLessThanOrEqual(16_000);
    pool.time.now = 50_000;
    expect(track.silence(60_000)).toBe(60_000);
  });
});
