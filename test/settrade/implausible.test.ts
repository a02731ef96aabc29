import { describe, expect, it } from 'vitest';
import { implausible } from '../../src/settrade/implausible.js';

type Level = readonly [price: number, volume: number];
const none: Level = [NaN, 0];

function mark(
  bids: readonly Level[],
  asks: readonly Level[],
  flag: 'normal' | 'ato' | 'atc' | 'undefined' = 'normal',
): unknown {
  const column = (side: readonly Level[], at: 0 | 1): number[] =>
    Array.from({ length: 10 }, (_, level) => (side[level] ?? none)[at]);
  return implausible({
    ...{
      bidPrices: column(bids, 0),
      bidVolumes: column(bids, 1),
      askPrices: column(asks, 0),
      askVolumes: column(asks, 1),
    },
    ...{ bidFlag: flag, askFlag: 'normal' },
  });
}

describe('a book', () => {
  it.each<[string, readonly Level[], readonly Level[]]>([
    [
      'best first on both sides',
      [
        [62, 1],
        [61.75, 1],
      ],
      [
        [62.25, 1],
        [62.5, 1],
      ],
    ],
    ['empty', [], []],
    [
      'of one side',
      [],
      [
        [62.25, 1],
        [62.5, 1],
      ],
    ],
    [
      'below zero',
      [
        [-1, 1],
        [-1.25, 1],
      ],
      [
        [-0.5, 1],
        [0.25, 1],
      ],
    ],
    [
      'with orders at the open, that have a volume and no price',
      [
        [NaN, 500],
        [62, 1],
      ],
      [
        [NaN, 300],
        [61, 1],
      ],
    ],
  ])('%s has no mark', (_name, bids, asks) => {
    expect(mark(bids, asks)).toBeUndefined();
  });

  it.each<[string, readonly Level[], readonly Level[]]>([
    [
      'bids that rise',
      [
        [62, 1],
        [62.25, 1],
      ],
      [],
    ],
    [
      'asks that fall',
      [],
      [
        [62.25, 1],
        [62, 1],
      ],
    ],
    [
      'a price twice',
      [
        [62, 1],
        [62, 1],
      ],
      [],
    ],
    ['a hole in the middle', [[62, 1], none, [61.5, 1]], []],
    ['a hole at the best', [], [none, [62.25, 1]]],
    ['disorder at the last level only', [], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8.5].map((price) => [price, 1] as const)],
  ])('with %s is disordered', (_name, bids, asks) => {
    expect(mark(bids, asks)).toBe('disordered');
  });

  it.each([62.25, 62.5])(
    'whose best bid is %s with an ask of 62.25 is crossed, but not at the open or close',
    (bid) => {
      expect(mark([[bid, 1]], [[62.25, 1]])).toBe('crossed');
      expect(mark([[bid, 1]], [[62.25, 1]], 'undefined')).toBe('crossed');
      expect(mark([[bid, 1]], [[62.25, 1]], 'ato')).toBeUndefined();
      expect(mark([[bid, 1]], [[62.25, 1]], 'atc')).toBeUndefined();
    },
  );
});
