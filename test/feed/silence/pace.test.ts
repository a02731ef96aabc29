import { describe, expect, it } from 'vitest';
import { Common } from '../../../src/feed/staleness/judge/common.js';
import { Pace } from '../../../src/feed/staleness/judge/pace.js';

const time = { speed: 1, grain: 0, margin: 1, levels: 3, soonest: 1 } as const;

/** A part of a day, of gaps that are alike; how many gaps speak for the scale when the next one begins. */
function weightAfter(pace: Pace, from: number, gaps: number, gap: number): number {
  pace.reopen(from, false);
  for (let number = 0; number < gaps; number += 1) pace.add(gap, true);
  pace.close(from + gaps * gap);
  pace.reopen(from + gaps * gap, false);
  return pace.levels[0]?.scale.weight ?? NaN;
}

/** A topic that has been heard a hundred times, once in 10 s. */
function heard(): Pace {
  const pace = new Pace(new Common(time));
  expect(weightAfter(pace, 0, 100, 10_000)).toBe(100);
  return pace;
}

describe('a part of a day that is slower than others', () => {
  it('tells of no habit where so few gaps are by chance', () => {
    expect(weightAfter(heard(), 1e6, 8, 14_000)).toBe(108);
  });

  it('casts doubt on what is known of a topic where it is slower than chance makes so many', () => {
    expect(weightAfter(heard(), 1e6, 50, 30_000)).toBeLessThan(30);
  });
});

/** Gaps that speak for what is known of a topic that was heard so often, on a day that turns out to be like others. */
function believedOf(gaps: number, noise: number): number {
  const common = new Common(time);
  common.noise.value = noise;
  const pace = new Pace(common);
  for (let number = 0; number < gaps; number += 1) pace.add(1_000 * (1 + (number % 2)), true);
  pace.reopen(gaps * 1_500, true);
  pace.settle(0.02);
  return pace.levels[0]?.scale.weight ?? NaN;
}

describe('a day that turns out to be like others', () => {
  it('leaves what is known of a topic as it was', () => {
    expect(believedOf(60, 1)).toBeGreaterThan(45);
    expect(believedOf(200, 5)).toBeGreaterThan(45);
  });
});

/** How far days are found to differ, on each of which a topic's gaps are longer or shorter by chance, so many of them. */
function restlessOf(gaps: number, by: number): number {
  const common = new Common(time);
  const paces = Array.from({ length: 20 }, () => new Pace(common));
  for (let day = 0; day < 40; day += 1) {
    for (const [index, pace] of paces.entries()) {
      pace.reopen(day * 1e9, true);
      const gap = 1_000 * Math.exp((index + day) % 2 === 0 ? by : -by);
      for (let number = 0; number < gaps; number += 1) pace.add(gap, true);
    }
  }
  return common.restless.value;
}

describe('how far days differ', () => {
  it('is told by who is heard often as by who is heard seldom', () => {
    expect(restlessOf(50, 0.5)).toBeGreaterThan(0.15);
    expect(restlessOf(5_000, 0.5)).toBeGreaterThan(0.15);
    expect(restlessOf(5_000, 0)).toBeLessThan(0.02);
  });
});
