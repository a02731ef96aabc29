import { describe, expect, it } from 'vitest';
import { GapScale } from '../../../src/feed/staleness/judge/gapScale.js';

/** A scale that a hundred gaps of 4 s told, that is doubted down to ten, and told by so many of 1 s since. */
function doubted(memory: number, since: number): GapScale {
  const scale = new GapScale(memory);
  for (let gap = 0; gap < 100; gap += 1) scale.add(Math.sqrt(4_000));
  scale.doubt(10);
  for (let gap = 0; gap < since; gap += 1) scale.add(Math.sqrt(1_000));
  return scale;
}

describe('a scale of gaps', () => {
  it('that was doubted too much is what it would be if it had been doubted less', () => {
    const less = new GapScale(1_024);
    for (let gap = 0; gap < 40; gap += 1) less.add(Math.sqrt(4_000));
    for (let gap = 0; gap < 5; gap += 1) less.add(Math.sqrt(1_000));
    const scale = doubted(1_024, 5);
    expect(scale.value).toBeLessThan(less.value);
    scale.believe(30);
    expect(scale.value).toBeCloseTo(less.value);
    expect(scale.weight).toBe(less.weight);
  });

  it('is believed no more than it was before', () => {
    const scale = doubted(1_024, 0);
    scale.believe(50);
    scale.believe(50);
    scale.believe(50);
    expect(scale.weight).toBe(100);
    expect(scale.value).toBeCloseTo(4_000);
  });

  it('is believed no more than it was when it was doubted last', () => {
    const scale = doubted(1_024, 0);
    scale.doubt(20);
    scale.believe(50);
    expect(scale.weight).toBe(10);
  });

  it('that gaps enough have told since is left as it is', () => {
    const scale = doubted(24, 50);
    const { value } = scale;
    scale.believe(14);
    expect([scale.value, scale.weight]).toEqual([value, 24]);
  });

  it('takes many gaps at once as one by one', () => {
    const [one, many] = [new GapScale(1_024), new GapScale(1_024)];
    for (let gap = 0; gap < 6; gap += 1) one.add(Math.sqrt(gap < 2 ? 9_000 : 1_000));
    many.add(Math.sqrt(9_000), 2);
    many.add(Math.sqrt(1_000), 4);
    expect(many.value).toBeCloseTo(one.value);
    expect(many.weight).toBe(one.weight);
  });

  it('is what came last where that is more than it remembers', () => {
    const scale = new GapScale(10);
    scale.add(Math.sqrt(9_000), 5);
    scale.add(Math.sqrt(1_000), 20);
    expect([Math.round(scale.value), scale.weight]).toEqual([1_000, 10]);
  });
});
