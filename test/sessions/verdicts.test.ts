import { describe, expect, it } from 'vitest';
import type { DayRecord, JudgeRecord, Pooled } from './record.js';
import { scoreOf } from './score.js';
import { sortOf, sortsPerLaw } from './universe.js';
import { type Bound, boundsOf } from './verdicts.js';

const empty = Array.from({ length: sortsPerLaw }, () => 0);
const common = sortOf({ law: 0, rateClass: 3, profile: 'common' });
const late = sortOf({ law: 0, rateClass: 3, profile: 'late' });
const hour = 3_600_000;

interface Case {
  readonly law?: string;
  readonly symbolDays?: number;
  /** False marks of symbols that go with their market, and of those with a habit. */
  readonly marks?: number;
  readonly habitMarks?: number;
  readonly whileNotOpen?: number;
  readonly rateClass?: number;
  /** Deaths that the oracle finds in 10 s: the seconds to `stale` and to `quiet`. */
  readonly deaths?: readonly { readonly found: number | null; readonly quiet?: number }[];
  readonly outages?: readonly (readonly [scope: Pooled, found: number | null, oracle: number | null])[];
  readonly alarms?: readonly Pooled[];
  readonly undetectable?: readonly boolean[];
  readonly symbols?: number;
}

/** The bounds on a judge for one day; half of its symbol-days are of symbols with a habit. */
function boundsWith(one: Case): readonly Bound[] {
  const { symbolDays = 0, deaths = [], outages = [], rateClass = 3 } = one;
  const days = empty.with(common, symbolDays / 2).with(late, symbolDays / 2);
  const judge: JudgeRecord = {
    name: 'mine',
    falseMarks: empty.with(common, one.marks ?? 0).with(late, one.habitMarks ?? 0),
    falseWhileNotOpen: one.whileNotOpen ?? 0,
    quietTime: empty,
    found: deaths.map(({ found }) => (found === null ? null : found * 1_000)),
    noticed: deaths.map(({ found, quiet }) => (quiet ?? found ?? NaN) * 1_000),
    undetectable: one.undetectable ?? [],
    outages: outages.map(([, found]) => ({ found, named: true })),
    falseAlarms: (one.alarms ?? []).map((scope, at) => ({ scope, at })),
  };
  const day: DayRecord = {
    ...{ kind: 'normal', seed: 1, laws: [one.law ?? 'poisson'], messages: 1, took: 1, expected: 0, judgesPools: true },
    symbolDays: days,
    openTime: days,
    deaths: deaths.map(() => ({
      sort: sortOf({ law: 0, rateClass, profile: 'common' }),
      ...{ needs: 10_000, left: hour, leftOfPart: hour },
    })),
    outages: outages.map(([scope, , oracle]) => ({ scope, rate: 120, oracle })),
    judges: [judge],
  };
  return boundsOf(scoreOf('mine', [day]), one.symbols ?? 800);
}

/** Whether the bound of this name holds; `undefined` when the run has no such bound. */
const holds = (name: string, one: Case): boolean | undefined =>
  boundsWith(one).find((bound) => bound.name === `mine: ${name}`)?.holds;

const deathsOf = (found: number | null, quiet = found ?? 0, count = 20): NonNullable<Case['deaths']> =>
  Array.from({ length: count }, () => ({ found, quiet }));

describe('false marks', () => {
  it('of a large run are at most 1 per 1,000 symbol-days', () => {
    expect(holds('false marks', { symbolDays: 60_000, marks: 60 })).toBe(true);
    expect(holds('false marks', { symbolDays: 60_000, marks: 61 })).toBe(false);
  });

  it('of a small run fail only when the rate is surely above the bound', () => {
    expect(holds('false marks', { symbolDays: 1_000, marks: 3 })).toBe(true);
    expect(holds('false marks', { symbolDays: 1_000, marks: 4 })).toBe(false);
  });

  it('of symbols with a habit are at most 2.5 per 1,000 symbol-days', () => {
    const name = 'false marks of symbols with a habit';
    expect(holds(name, { symbolDays: 80_000, habitMarks: 100, marks: 900 })).toBe(true);
    expect(holds(name, { symbolDays: 80_000, habitMarks: 101 })).toBe(false);
    expect(holds(name, { symbolDays: 2_000, habitMarks: 5 })).toBe(true);
    expect(holds(name, { symbolDays: 2_000, habitMarks: 7 })).toBe(false);
  });

  it('of 25 symbols or fewer are at most 2.5 per 1,000 symbol-days', () => {
    expect(holds('false marks', { symbols: 25, symbolDays: 60_000, marks: 150 })).toBe(true);
    expect(holds('false marks', { symbols: 25, symbolDays: 60_000, marks: 151 })).toBe(false);
    expect(holds('false marks', { symbols: 26, symbolDays: 60_000, marks: 150 })).toBe(false);
  });

  it('have no bound in a run without any symbol-days, and none come while a market is not open', () => {
    expect(holds('false marks', {})).toBeUndefined();
    expect(holds('false marks while a market is not open', {})).toBe(true);
    expect(holds('false marks while a market is not open', { whileNotOpen: 1 })).toBe(false);
  });
});

describe('outages', () => {
  it('of the feed are all found within 5 s', () => {
    const name = 'silent feed at 100 msg/s or more';
    expect(holds(name, { outages: [['feed', 5_000, 1]] })).toBe(true);
    expect(
      holds(name, {
        outages: [
          ['feed', 1_000, 1],
          ['feed', 5_001, 60_000],
        ],
      }),
    ).toBe(false);
    expect(holds(name, { outages: [['feed', null, null]] })).toBe(false);
  });

  it('of a market are found in time for 97 of 100', () => {
    const markets = (late: number): NonNullable<Case['outages']> =>
      Array.from({ length: 100 }, (_, number) => ['market', number < late ? 60_000 : 9_000, 6_000] as const);
    expect(holds('one silent market at 100 msg/s or more', { outages: markets(3) })).toBe(true);
    expect(holds('one silent market at 100 msg/s or more', { outages: markets(4) })).toBe(false);
  });

  it('of a part of all symbols are all found that the oracle finds', () => {
    expect(holds('partial outages', { outages: [['partial', 299_000, 1]] })).toBe(true);
    expect(holds('partial outages', { outages: [['partial', null, null]] })).toBe(true);
    expect(holds('partial outages', { outages: [['partial', null, 299_000]] })).toBe(false);
  });
});

describe('delays', () => {
  it.each([
    ['poisson', 0, 'delay, Poisson and lognormal, 2/min and faster', 15],
    ['lognormal 1.5', 3, 'delay, Poisson and lognormal, 2/min and faster', 15],
    ['bursty', 3, 'delay, bursty, 2/min and faster', 25],
    ['poisson', 4, 'delay, 20/h and 4/h', 25],
    ['bursty', 5, 'delay, 20/h and 4/h', 25],
  ])('of the law %s in class %i have the bound "%s": %i s for 10 s of the oracle', (law, rateClass, name, most) => {
    expect(holds(name, { law, rateClass, deaths: deathsOf(most) })).toBe(true);
    expect(holds(name, { law, rateClass, deaths: deathsOf(most + 0.1) })).toBe(false);
    expect(
      boundsWith({ law, rateClass, deaths: deathsOf(1) }).filter((bound) => bound.name.includes('delay')),
    ).toHaveLength(1);
  });

  it('have no bound with fewer than 20 deaths, in the slowest class, or under other laws', () => {
    const delayBounds = (one: Case): number => boundsWith(one).filter(({ name }) => name.includes('delay')).length;
    expect(delayBounds({ deaths: deathsOf(99, 99, 19) })).toBe(0);
    expect(delayBounds({ rateClass: 6, deaths: deathsOf(99) })).toBe(0);
    expect(delayBounds({ law: 'heartbeat', deaths: deathsOf(99) })).toBe(0);
  });

  it('name the slowest row and the number of rows above the bound', () => {
    const bound = boundsWith({ deaths: deathsOf(20) }).find(({ name }) => name.includes('delay'))!;
    expect(bound.found).toBe('highest 2.00 (poisson, 2/min), 1 of 1 above');
  });

  it('of quiet at 12/min and faster are at most 0.6 times the delay of the oracle to stale', () => {
    const name = 'quiet of a dead symbol, 12/min and faster';
    expect(holds(name, { rateClass: 2, deaths: deathsOf(20, 6) })).toBe(true);
    expect(holds(name, { rateClass: 2, deaths: deathsOf(20, 6.1) })).toBe(false);
    expect(holds(name, { rateClass: 3, deaths: deathsOf(20, 6.1) })).toBeUndefined();
  });

  it('at 20/h and 4/h have at most 3 % of the deaths missed', () => {
    const name = 'missed deaths that the oracle finds, 20/h and 4/h';
    const with100 = (missed: number): NonNullable<Case['deaths']> => [
      ...deathsOf(null, 1, missed),
      ...deathsOf(10, 1, 100 - missed),
    ];
    expect(holds(name, { rateClass: 4, deaths: with100(3) })).toBe(true);
    expect(holds(name, { rateClass: 5, deaths: with100(4) })).toBe(false);
    expect(holds(name, { rateClass: 3, deaths: with100(4) })).toBeUndefined();
  });
});

describe('false alarms', () => {
  it('are none of the feed or a market, and at most one of a partial outage', () => {
    expect(holds('false alarms, feed', { alarms: ['partial', 'market'] })).toBe(true);
    expect(holds('false alarms, feed', { alarms: ['feed'] })).toBe(false);
    expect(holds('false alarms, market', { alarms: ['market'] })).toBe(false);
    expect(holds('false alarms, partial', { alarms: ['partial'] })).toBe(true);
    expect(holds('false alarms, partial', { alarms: ['partial', 'partial'] })).toBe(false);
  });

  it('of a feed with 25 symbols are at most three of all scopes', () => {
    const alarms: readonly Pooled[] = ['feed', 'market', 'partial'];
    expect(holds('false alarms of any scope', { symbols: 25, alarms })).toBe(true);
    expect(holds('false alarms of any scope', { symbols: 25, alarms: [...alarms, 'feed'] })).toBe(false);
    expect(holds('false alarms, feed', { symbols: 25, alarms })).toBeUndefined();
  });
});

it('explanations agree with the oracle for 95 of 100 deaths', () => {
  const name = 'explanations that agree with the oracle';
  const undetectable = (wrong: number): readonly boolean[] => Array.from({ length: 20 }, (_, number) => number < wrong);
  expect(holds(name, { deaths: deathsOf(10), undetectable: undetectable(1) })).toBe(true);
  expect(holds(name, { deaths: deathsOf(10), undetectable: undetectable(2) })).toBe(false);
});

it('only false marks and outages of the feed or a market must hold', () => {
  const outages: NonNullable<Case['outages']> = [
    ['feed', 1, 1],
    ['market', 1, 1],
    ['partial', 1, 1],
  ];
  const musts = boundsWith({ symbolDays: 1_000, outages, deaths: deathsOf(10), undetectable: [false] })
    .filter(({ must }) => must)
    .map(({ name }) => name);
  expect(musts).toEqual([
    'mine: false marks',
    'mine: false marks of symbols with a habit',
    'mine: false marks while a market is not open',
    'mine: silent feed at 100 msg/s or more',
    'mine: one silent market at 100 msg/s or more',
  ]);
});
