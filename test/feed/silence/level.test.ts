import { describe, expect, it } from 'vitest';
import { GapHistogram, unit } from '../../../src/feed/staleness/judge/gapHistogram.js';
import { Level } from '../../../src/feed/staleness/judge/level.js';

function heard(level: Level, gaps: readonly number[]): void {
  for (const gap of gaps) level.add(Math.sqrt(gap), Math.log2(gap));
}

function binsOf({ gaps }: Level): readonly number[] {
  return Array.from({ length: GapHistogram.length }, (_, bin) => gaps.count(bin));
}

const binOf = (level: Level, gap: number): number => GapHistogram.bin((gap * unit) / level.scale.value);

describe('the first gaps of a topic', () => {
  it('are measured with the scale that they tell together, whichever came first', () => {
    const [slowFirst, fastFirst] = [new Level(1_024), new Level(1_024)];
    const [slow, fast] = [Array<number>(32).fill(8_000), Array<number>(32).fill(500)];
    heard(slowFirst, [...slow, ...fast]);
    heard(fastFirst, [...fast, ...slow]);
    expect(slowFirst.gaps.total).toBe(64);
    expect(slowFirst.gaps.count(binOf(slowFirst, 8_000))).toBe(32);
    expect(slowFirst.gaps.count(binOf(slowFirst, 500))).toBe(32);
    expect(binsOf(slowFirst)).toEqual(binsOf(fastFirst));
  });

  it('are measured anew by each that comes, until they are enough', () => {
    const level = new Level(1_024);
    heard(level, Array<number>(10).fill(1_000));
    heard(level, Array<number>(30).fill(4_000));
    expect(level.gaps.total).toBe(40);
    expect(level.gaps.count(binOf(level, 1_000))).toBe(10);
  });

  it('are followed by gaps that are measured with the scale before them', () => {
    const level = new Level(1_024);
    heard(level, Array<number>(64).fill(1_000));
    const before = binsOf(level);
    heard(level, [16_000]);
    const after = binsOf(level);
    expect(after.indexOf(1)).toBe(GapHistogram.bin(16 * unit));
    expect(after.map((count, bin) => count - (before[bin] ?? 0)).filter((more) => more !== 0)).toEqual([1]);
  });

  it('leave the scale as doubtful as so few make it', () => {
    const level = new Level(1_024);
    heard(level, Array<number>(65).fill(1_000));
    expect(level.doubt).toBeGreaterThan(0.014);
    expect(level.doubt).toBeLessThan(1 / 65);
  });

  it('with a short memory are measured one by one', () => {
    const level = new Level(24);
    heard(level, Array<number>(20).fill(1_000));
    expect(level.gaps.total).toBe(12);
  });

  it('leave a scale as doubtful as what little is left of them makes it', () => {
    const level = new Level(1_024);
    for (let number = 0; number < 100; number += 1) level.add(Math.sqrt(1_000), Math.log2(1_000));
    level.scale.doubt(0.02);
    expect(level.doubt).toBeGreaterThan(45);
  });
});
