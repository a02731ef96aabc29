import { describe, expect, it } from 'vitest';
import { Peaks } from '../../../src/feed/staleness/judge/peaks.js';

/** Highest values of so many spans of ten minutes, each with lower ones around it. */
function seen(peaks: Peaks, highest: readonly number[]): void {
  for (const [index, value] of highest.entries()) {
    const from = index * 700_000;
    peaks.see(value / 2, from);
    peaks.see(value, from + 1_000);
    peaks.see(value / 3, from + 2_000);
  }
}

/** A Gumbel distribution's quantiles, evenly spread. */
function gumbel(count: number, mode: number, scale: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => mode - scale * Math.log(-Math.log((index + 0.5) / count)));
}

describe('how high a value climbs by chance', () => {
  it('is foreseen from the highest of past spans', () => {
    const peaks = new Peaks();
    // 397 and 400 have no factor in common: the order is mixed.
    const values = gumbel(400, 10, 2);
    seen(
      peaks,
      values.map((_, index) => values[(index * 397) % 400] ?? 0),
    );
    expect(peaks.exceededIn(33_000)).toBeGreaterThan(10 + 2 * Math.log(33_000) - 2);
    expect(peaks.exceededIn(33_000)).toBeLessThan(10 + 2 * Math.log(33_000) + 2);
  });

  it('is taken to be usual before anything is known', () => {
    expect(new Peaks().exceededIn(33_000)).toBeCloseTo(17.49, 1);
  });

  it('is learned no higher than chance makes it', () => {
    const [calm, odd] = [new Peaks(), new Peaks()];
    const values = gumbel(40, 6, 1).map((_, index, all) => all[(index * 37) % 40] ?? 0);
    seen(calm, values);
    seen(
      odd,
      values.map((value, index) => (index % 20 === 0 ? 40 : value)),
    );
    expect(odd.exceededIn(33_000)).toBeLessThan(calm.exceededIn(33_000) + 4);
    expect(odd.exceededIn(33_000)).toBeGreaterThan(calm.exceededIn(33_000));
  });

  it('is not learned from a span in which there was something', () => {
    const [calm, found] = [new Peaks(), new Peaks()];
    seen(calm, [5, 5, 5]);
    seen(found, [5, 5, 5]);
    found.see(1_000, 2_200_000);
    found.skip(2_201_000);
    // … nor from what is left of it, once it is told.
    found.see(1_000, 2_700_000);
    for (const now of [2_900_000, 3_700_000]) {
      calm.see(5, now);
      found.see(5, now);
    }
    expect(found.exceededIn(33_000)).toBeLessThanOrEqual(calm.exceededIn(33_000) + 1);
  });
});
