import { describe, expect, it } from 'vitest';
import { type Bound, bounds, judgeBounds, type Measured } from '../../bench/peers/bounds.js';
import { type Figures, resultOf } from '../../bench/peers/figures.js';
import { chosenRows } from '../../bench/peers/rows.js';

const spread = (median: number) => ({ median, min: median, max: median });

/** A run with one round of each row: 1 in all figures but those that are given. */
function run(rows: Readonly<Record<string, Partial<Figures>>>, costs: Readonly<Record<string, number>> = {}): Measured {
  const one = { received: 1, delivered: 1, conflated: 0, cpu: 1, p50: 1, p99: 1, garbage: 1, rss: 1 };
  return {
    rows: Object.entries(rows).map(([name, figures]) => ({ name, result: resultOf([{ ...one, ...figures }]) })),
    costs: Object.entries(costs).map(([name, median]) => ({ name, spread: spread(median) })),
  };
}

const cpu = { sense: 'at most', bound: 0.8, stretch: 0.5, unit: '×', what: 'a ratio' } as const;
const ratio: Bound = {
  ...cpu,
  of: { row: 'burst tcp 500 rx-quotes-stale-after', figure: 'cpu' },
  to: { row: 'burst tcp 500 mqttjs', figure: 'cpu' },
};

describe('a bound on a ratio', () => {
  it.each([
    [1.6, true],
    [1.61, false],
  ])('of at most 0.8 with %d against 2 holds: %s', (ours, holds) => {
    const measured = run({ 'burst tcp 500 rx-quotes-stale-after': { cpu: ours }, 'burst tcp 500 mqttjs': { cpu: 2 } });
    expect(judgeBounds(measured, [ratio])).toEqual([{ ...cpu, value: ours / 2, holds }]);
  });

  it.each([
    [6.6, true],
    [6.59, false],
  ])('of at least 3.3 with %d against 2 holds: %s', (ours, holds) => {
    const atLeast: Bound = { ...ratio, sense: 'at least', bound: 3.3 };
    const measured = run({ 'burst tcp 500 rx-quotes-stale-after': { cpu: ours }, 'burst tcp 500 mqttjs': { cpu: 2 } });
    expect(judgeBounds(measured, [atLeast])).toMatchObject([{ value: ours / 2, holds }]);
  });

  it('has the value of the feed with learned staleness beside it, which does not change the verdict', () => {
    const measured = run({
      'burst tcp 500 rx-quotes-stale-after': { cpu: 1 },
      'burst tcp 500 rx-quotes': { cpu: 5 },
      'burst tcp 500 mqttjs': { cpu: 2 },
    });
    expect(judgeBounds(measured, [ratio])).toMatchObject([{ value: 0.5, byDefault: 2.5, holds: true }]);
  });

  it('of two rows of the feed compares rows with learned staleness with each other', () => {
    const own: Bound = { ...ratio, to: { row: 'burst tcp 100 rx-quotes-stale-after', figure: 'cpu' } };
    const measured = run({
      'burst tcp 500 rx-quotes-stale-after': { cpu: 3 },
      'burst tcp 100 rx-quotes-stale-after': { cpu: 2 },
      'burst tcp 500 rx-quotes': { cpu: 8 },
      'burst tcp 100 rx-quotes': { cpu: 4 },
    });
    expect(judgeBounds(measured, [own])).toMatchObject([{ value: 1.5, byDefault: 2 }]);
  });

  it.each(['rx-quotes-stale-after', 'mqttjs'])('is left out where only the row of %s ran', (receiver) => {
    expect(judgeBounds(run({ [`burst tcp 500 ${receiver}`]: {} }), [ratio])).toEqual([]);
  });
});

describe('a bound on one figure', () => {
  it('in percent takes the figure times a hundred', () => {
    const { to: _, ...single } = ratio;
    const conflated: Bound = {
      ...{ ...single, unit: '%', bound: 0.1 },
      of: { row: 'burst tcp 500 rx-quotes-stale-after', figure: 'conflated' },
    };
    const measured = run({ 'burst tcp 500 rx-quotes-stale-after': { conflated: 0.002 } });
    expect(judgeBounds(measured, [conflated])).toMatchObject([{ value: 0.2, holds: false }]);
  });

  it.each([
    ['size browser', {}],
    ['heap-growth rx-quotes-stale-after', { byDefault: 1.4 }],
  ])('may be on a cost: %s', (cost, beside) => {
    const { to: _, ...single } = ratio;
    const measured = run({}, { [cost]: 0.8, 'heap-growth rx-quotes': 1.4 });
    expect(judgeBounds(measured, [{ ...single, unit: 'MB', of: { cost } }])).toEqual([
      { ...cpu, unit: 'MB', value: 0.8, holds: true, ...beside },
    ]);
  });
});

describe('the bounds of the benchmark', () => {
  const { rows, costs } = chosenRows({ quick: false, before: false });
  const all = run(
    Object.fromEntries(rows.map(({ name }) => [name, {}])),
    Object.fromEntries(costs.flatMap((cost) => cost.rows.map(({ name }) => [name, 1]))),
  );

  it('each have a value in a full run, and those of a feed also with learned staleness', () => {
    const found = judgeBounds(all);
    expect(found.map(({ what }) => what)).toEqual(bounds.map(({ what }) => what));
    const feeds = bounds.filter(({ of }) => 'row' in of || of.cost.startsWith('heap')).map(({ what }) => what);
    expect(found.filter(({ byDefault }) => byDefault !== undefined).map(({ what }) => what)).toEqual(feeds);
  });

  it('have different texts, and a stretch that is harder to reach than the bound', () => {
    expect(new Set(bounds.map(({ what }) => what)).size).toBe(bounds.length);
    for (const { sense, bound, stretch } of bounds) {
      expect(sense === 'at most' ? stretch < bound : stretch > bound).toBe(true);
    }
  });
});
