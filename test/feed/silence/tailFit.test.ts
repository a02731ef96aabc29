import { describe, expect, it } from 'vitest';
import { GapHistogram, unit } from '../../../src/feed/staleness/judge/gapHistogram.js';
import { GapScale } from '../../../src/feed/staleness/judge/gapScale.js';
import { Level } from '../../../src/feed/staleness/judge/level.js';
import { ShapePrior } from '../../../src/feed/staleness/judge/shapePrior.js';
import { logSurvival, survival } from '../../../src/feed/staleness/judge/survival.js';
import { tailFit } from '../../../src/feed/staleness/judge/tailFit.js';

/** Park and Miller's generator. */
function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const exponential = (chance: () => number): number => -Math.log(chance());
const lognormal =
  (sigma: number) =>
  (chance: () => number): number =>
    Math.exp(sigma * Math.sqrt(-2 * Math.log(chance())) * Math.cos(2 * Math.PI * chance()));

/** Gaps of a law, in parts of its scale. */
function gapsOf(law: (chance: () => number) => number, count: number, seed = 1): GapHistogram {
  const chance = generator(seed);
  const gaps = new GapHistogram();
  for (let index = 0; index < count; index += 1) gaps.add(Math.log2(law(chance) * unit));
  return gaps;
}

/** The gap that is exceeded once in 1,000 days of so many gaps, by a fit without any limit of the day. */
function rare(gaps: GapHistogram, perDay: number, variance = 0): number {
  return tailFit(gaps, new ShapePrior().logs).longest(0.001, perDay, Infinity, variance) / unit;
}

describe('a tail fitted to gaps', () => {
  // ln(1000 · 1000) mean gaps.
  it('finds how long a silence by chance is, from many gaps within a third', () => {
    for (const seed of [1, 2, 3]) {
      const found = rare(gapsOf(exponential, 4_000, seed), 1_000);
      expect(found).toBeGreaterThan(13.8 * 0.95);
      expect(found).toBeLessThan(13.8 * 1.34);
    }
  });

  it('from few gaps waits longer than from many, and never less than a little', () => {
    for (const seed of [1, 2, 3]) {
      const few = rare(gapsOf(exponential, 30, seed), 1_000);
      expect(few).toBeGreaterThan(13.8);
    }
  });

  // The standard normal's tail is 1e-6 at 4.753.
  it('finds the tail of a heavy law, far beyond the longest gap that was seen', () => {
    const found = rare(gapsOf(lognormal(1.5), 4_000), 1_000);
    expect(found).toBeGreaterThan(0.7 * Math.exp(1.5 * 4.753));
    expect(found).toBeLessThan(1.6 * Math.exp(1.5 * 4.753));
  });

  it('learns of lulls from its like, where one burst is all that it saw', () => {
    const prior = new ShapePrior();
    const [lulls, burst] = [
      gapsOf((chance) => (chance() < 0.07 ? 30 : 1) * exponential(chance), 4_000),
      gapsOf(exponential, 400),
    ];
    for (let topic = 0; topic < 200; topic += 1) prior.learn(tailFit(lulls, prior.logs).likely);
    const [byChance, inBursts] = [1, 40].map((noise) =>
      tailFit(burst, prior.logs, 0, noise).longest(0.001, 30, 1e9, 0),
    );
    expect(byChance! / unit).toBeLessThan(40);
    expect(inBursts! / unit).toBeGreaterThan(100);
  });

  it('learns from its like what few gaps can not say', () => {
    const prior = new ShapePrior();
    const alone = tailFit(gapsOf(exponential, 40), prior.logs).longest(0.001, 1_000, Infinity, 0);
    for (let seed = 2; seed < 40; seed += 1) prior.learn(tailFit(gapsOf(exponential, 2_000, seed), prior.logs).likely);
    const among = tailFit(gapsOf(exponential, 40), prior.logs).longest(0.001, 1_000, Infinity, 0);
    expect(among).toBeLessThan(0.8 * alone);
  });

  it('is longer where the scale is doubted, the more the more', () => {
    const gaps = gapsOf(exponential, 2_000);
    const waits = [0, 0.05, 0.2, 0.6, 2].map((variance) => rare(gaps, 1_000, variance));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect((waits[4] ?? 0) / (waits[0] ?? 1)).toBeGreaterThan(10);
  });

  it('is shorter on a day that ends before many gaps could grow so long', () => {
    const fit = tailFit(gapsOf(lognormal(1.5), 200), new ShapePrior().logs);
    const [endless, day] = [Infinity, 150 * unit].map((length) => fit.longest(0.001, 100, length, 0) / unit);
    expect(day).toBeLessThan(0.8 * (endless ?? 0));
  });
});

describe('the scale of gaps', () => {
  it('follows them, however long one of them is', () => {
    const scale = new GapScale(24);
    for (let index = 0; index < 100; index += 1) scale.add(Math.sqrt(100));
    expect(scale.value).toBeCloseTo(100);
    scale.add(Math.sqrt(100 * 100));
    expect(scale.value).toBeLessThan(200);
    for (let index = 0; index < 100; index += 1) scale.add(Math.sqrt(10));
    expect(scale.value).toBeGreaterThan(10);
    expect(scale.value).toBeLessThan(12);
  });

  it('is told anew by few gaps once it is doubted', () => {
    const scale = new GapScale(1_024);
    for (let index = 0; index < 1_000; index += 1) scale.add(Math.sqrt(100));
    scale.doubt(2);
    for (let index = 0; index < 20; index += 1) scale.add(Math.sqrt(10_000));
    expect(scale.value).toBeGreaterThan(7_000);
  });
});

describe('gaps by length', () => {
  it('forget half of what they hold, and never hold more than 8,192', () => {
    const gaps = gapsOf(exponential, 100_000);
    expect(gaps.total).toBeGreaterThan(4_000);
    expect(gaps.total).toBeLessThanOrEqual(8_192);
  });

  it('of what changes are foreseen worse by the mean of all than by that of the last few', () => {
    const chance = generator(7);
    const [all, few] = [new Level(1_024), new Level(24)];
    for (let index = 0; index < 4_000; index += 1) {
      const gap = exponential(chance) * (1 + 9 * Math.sin(index / 200) ** 2);
      for (const level of [all, few]) level.add(gap, Math.log2(gap));
    }
    expect(few.gaps.entropy).toBeLessThan(all.gaps.entropy - 0.01);
  });

  it('say how many are longer, as they were, and beyond the longest as their law is', () => {
    const gaps = gapsOf(exponential, 4_000);
    const logs = survival(gaps, tailFit(gaps, new ShapePrior().logs));
    for (const gap of [0.3, 1, 3]) expect(logSurvival(logs, gap)).toBeCloseTo(-gap, 0.7);
    expect(logSurvival(logs, 20)).toBeLessThan(-10);
    for (let bin = 1; bin < logs.length; bin += 1) expect(logs[bin]).toBeLessThanOrEqual(logs[bin - 1] ?? 0);
  });
});
