import { describe, expect, it } from 'vitest';
import { MarketPool } from '../../../src/feed/staleness/judge/marketPool.js';
import { MarketTime } from '../../../src/feed/staleness/judge/marketTime.js';
import { Market } from './market.js';

const minute = 60_000;

/** Another market, whose time goes `pace` times as fast as the clock, and `speed` times as a rule. */
function guide(
  pace: number,
  speed: number,
): { readonly time: { now: number }; readonly speed: number; go(ms: number): void } {
  const time = { now: 0 };
  return { time, speed, go: (ms) => (time.now += pace * ms) };
}

describe('the time of a market whose topics don’t tell it', () => {
  it('is the clock’s', () => {
    const time = new MarketTime();
    time.pass(1_000, 1);
    time.pass(4_000, 1);
    expect(time.now).toBe(3_000);
  });

  it('is the clock’s at the speed that is usual: what it was when it began is long past', () => {
    const time = new MarketTime();
    const other = guide(6, 2);
    time.pass(1_000, 0.1, other);
    time.pass(3_000, 0.1);
    expect(time.now).toBeCloseTo(200);
    time.pass(3_000, 0.1, other);
    other.go(1_000);
    time.pass(4_000, 0.1, other);
    expect(time.now).toBeCloseTo(500);
  });

  it('goes as another market’s does, by what is usual there', () => {
    const time = new MarketTime();
    const other = guide(6, 2);
    time.pass(1_000, 1, other);
    other.go(3_000);
    time.pass(4_000, 1, other);
    expect(time.now).toBe(9_000);
    time.pass(5_000, 1, other);
    expect(time.now).toBe(9_000);
  });

  it('is the clock’s between two that guide it, and none passes while nobody could listen', () => {
    const time = new MarketTime();
    const [one, other] = [guide(6, 2), guide(1, 1)];
    time.pass(1_000, 1, one);
    one.go(1_000);
    other.go(1_000);
    time.pass(2_000, 1, other);
    expect(time.now).toBe(1_000);
    other.go(500);
    time.skip(3_000);
    time.pass(3_000, 1, other);
    expect(time.now).toBe(1_000);
  });

  it('is no other market’s where its own messages tell it', () => {
    const time = new MarketTime();
    for (let number = 0; number < 50; number += 1) time.add({ rate: 0, weight: 1 }, 0.001);
    expect(time.byClock).toBe(0);
    const other = guide(6, 2);
    time.pass(1_000, 1, other);
    other.go(1_000);
    time.pass(2_000, 1, other);
    expect(time.now).toBe(0);
  });
});

describe('the time of a market', () => {
  it('is known of past moments, and goes on evenly between two of them', () => {
    const time = new MarketTime();
    for (let second = 0; second < 1_000; second += 1) {
      time.pass(second * 1_000, 1);
      time.remember(second * 1_000);
      if (second === 900) time.skip(second * 1_000 + 500);
    }
    expect(time.at(700_250)).toBe(700_250);
    expect(time.at(900_000)).toBe(900_000);
    expect(time.at(900_500)).toBe(900_250);
    expect(time.at(950_000)).toBe(949_500);
    // Later than all, and earlier than what is remembered.
    expect(time.at(2_000_000)).toBe(time.now);
    expect(time.at(-1)).toBe(time.at(488_000));
  });

  it('is even for seconds when enough topics tell it, and more of them where they come in bursts', () => {
    const time = new MarketTime();
    for (let number = 0; number < 10; number += 1) time.add({ rate: 0, weight: 1 }, 0.001);
    expect(time.isEven(1)).toBe(true);
    expect(time.isEven(14)).toBe(false);
    for (let number = 0; number < 10; number += 1) time.add({ rate: 0, weight: 1 }, 0.001);
    expect(time.isEven(14)).toBe(true);
  });

  it('is not told by who goes his own way', () => {
    const time = new MarketTime();
    const stray = { rate: 0, weight: 1, follows: 0.1 };
    const parts = Array.from({ length: 20 }, () => ({ rate: 0, weight: 1 }));
    for (const part of parts) time.add(part, 0.001);
    time.add(stray, 0.001);
    time.balance();
    const step = (part: { rate: number; weight: number }): number => {
      const before = time.now;
      time.hear(part);
      return time.now - before;
    };
    const [part = stray] = parts;
    expect(step(stray)).toBeCloseTo(0.1 * step(part));
    // All together are what they were.
    expect(20 * step(part) + step(stray)).toBeCloseTo(1_000);
  });
});

describe('a market that begins while the one that tells its time rests', () => {
  it('has a time all the same when that goes on', () => {
    const [small, large] = [new MarketPool('small'), new MarketPool('large')];
    small.open = 1;
    small.wake(0);
    small.pass(0, large);
    small.check(0);
    small.awake = true;
    small.pass(250, large);
    small.check(250);
    large.time.now += 1_000;
    small.pass(1_250, large);
    expect(small.time.now).toBeGreaterThan(900);
  });
});

describe('topics of a small market', () => {
  it('are not called stale in an hour that is calm for all, if a large market tells so', () => {
    const stale = (large: number, calm = 0.02): number => {
      const market = new Market();
      if (large > 0) market.add(large, 1, 'large');
      market.add(3, 1, 'small');
      market.run(60 * minute);
      market.pace = calm;
      return market.run(60 * minute).filter(({ scope }) => scope === 'topic').length;
    };
    expect(stale(0)).toBeGreaterThan(0);
    expect(stale(40)).toBe(0);
    // What the clock says is taken for a guess.
    expect(stale(0, 0.05)).toBe(0);
  });

  it('are not called silent together in a lull of all, where each market is too small to tell the time', () => {
    const market = new Market(2);
    for (const name of 'ABCDEFGH') market.add(3, 1, name);
    market.run(20 * 60_000);
    market.pace = 0.07;
    const said = market.run(2 * 60_000).map(({ scope }) => scope);
    expect(said.filter((scope) => scope === 'share')).toEqual([]);
  });
});
