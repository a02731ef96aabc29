import { describe, expect, it } from 'vitest';
import { heldOutLaws } from './heldOutLaws.js';
import { laws, quantile } from './laws.js';
import { seeded } from './random.js';

const draws = 100_000;

describe.each([...laws, ...heldOutLaws].map((law) => [law.name, law] as const))('%s', (name, law) => {
  const random = seeded('law', name);
  const memory = new Float64Array(1);
  const gaps = Float64Array.from({ length: draws }, () => law.gap(random, memory, 0)).sort();

  it('has a mean gap of 1', () => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / draws;
    expect(mean).toBeGreaterThan(0.95);
    expect(mean).toBeLessThan(1.05);
  });

  it('draws gaps that follow its survival function far into the tail', () => {
    for (const tail of [0.9, 0.5, 0.1, 0.01, 0.001]) {
      const x = quantile(law, tail);
      const longer = gaps.filter((gap) => gap > x).length;
      // Gaps that come in rows spread more than independent ones: about five standard deviations of those.
      const deviation = Math.sqrt(draws * tail * (1 - tail));
      expect(Math.abs(longer - draws * tail)).toBeLessThan(10 * deviation);
      expect(Math.abs(longer / (draws * tail) - 1)).toBeLessThan(0.5);
    }
  });

  it('has a survival function that falls from 1, and a quantile that inverts it', () => {
    expect(law.survival(0)).toBeCloseTo(1, 9);
    for (const tail of [0.5, 1e-3, 1e-6, 1e-9]) {
      const x = quantile(law, tail);
      if (law.name !== 'heartbeat') expect(law.survival(x) / tail).toBeCloseTo(1, 4);
      expect(law.survival(x * 1.001)).toBeLessThanOrEqual(law.survival(x));
    }
  });
});

it('a random source gives the same numbers for the same words, and other numbers for other words', () => {
  const first = seeded('day', 1);
  const again = seeded('day', 1);
  const other = seeded('day', 2);
  const numbers = Array.from({ length: 5 }, () => first());
  expect(Array.from({ length: 5 }, () => again())).toEqual(numbers);
  expect(Array.from({ length: 5 }, () => other())).not.toEqual(numbers);
});
