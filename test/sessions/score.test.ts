import { describe, expect, it } from 'vitest';
import { fixedRule } from './fixedRule.js';
import type { DayRecord, JudgeRecord } from './record.js';
import { percentile, scoreOf } from './score.js';
import { seeded } from './random.js';
import { soundness } from './soundness.js';
import { rateClasses, sortAt, sortsPerLaw } from './universe.js';

/** Numbers by class of rates, for symbols that go with their market. */
const sorts = (byClass: readonly number[]): readonly number[] =>
  Array.from({ length: sortsPerLaw }, (_, sort) => {
    const { rateClass, profile } = sortAt(sort);
    return profile === 'common' ? (byClass[rateClass] ?? 0) : 0;
  });

const zeros = sorts(rateClasses.map(() => 0));

const judge: JudgeRecord = {
  name: 'mine',
  falseMarks: sorts([2, 0, 0, 0, 0, 0, 1]),
  falseWhileNotOpen: 1,
  quietTime: sorts([3_000, 0, 0, 0, 0, 0, 6_000]),
  found: [30_000, null, 5_000],
  noticed: [0, 6_000, 5_000],
  undetectable: [false, true, true],
  outages: [{ found: 4_000, named: true }],
  falseAlarms: [
    { scope: 'feed', at: 1 },
    { scope: 'partial', at: 2 },
  ],
};

const minute = 60_000;
const day: DayRecord = {
  ...{ kind: 'normal', seed: 1, laws: ['poisson'], messages: 1, took: 1, expected: 0.5, judgesPools: true },
  symbolDays: sorts([100, 0, 0, 0, 0, 0, 900]),
  openTime: sorts([10_000, 0, 0, 0, 0, 0, 90_000]),
  deaths: [
    { sort: 0, needs: 20_000, left: 60 * minute, leftOfPart: 60 * minute },
    { sort: 0, needs: 10_000, left: 60 * minute, leftOfPart: 60 * minute },
    // The evening cuts off what the oracle needs.
    { sort: 0, needs: 50_000, left: minute, leftOfPart: minute },
  ],
  outages: [{ scope: 'market', rate: 120, oracle: 1_000 }],
  judges: [judge],
};

describe('a score', () => {
  const score = scoreOf('mine', [day, { ...day, kind: 'other', symbolDays: zeros, deaths: [], outages: [] }]);

  it('counts false marks per 1,000 symbol-days', () => {
    expect(score.total.falseMarks).toMatchObject({ symbolDays: 1_000, seen: 6, rate: 6 });
    expect(score.byLawAndClass[6]!.falseMarks).toMatchObject({ symbolDays: 900, seen: 2 });
    expect(score.byKind.map(({ name }) => name)).toEqual(['normal', 'other']);
    expect(score.falseWhileNotOpen).toBe(2);
  });

  it('has symbols with a habit of their own in separate rows', () => {
    const own = Array.from({ length: sortsPerLaw }, (_, sort) => (sort === 1 ? 1 : 0));
    const deaths = Array.from({ length: 40 }, (_, number) => ({ ...day.deaths[0]!, sort: number % 2 }));
    // Symbols that go with their market are found as fast as by the oracle, the others four times later.
    const found = deaths.map(({ sort }) => (sort === 0 ? 20_000 : 80_000));
    const habits = scoreOf('mine', [
      {
        ...day,
        deaths,
        symbolDays: own,
        openTime: own,
        judges: [{ ...judge, found, noticed: found, falseMarks: own.map((one) => 9 * one), quietTime: own }],
      },
    ]);
    expect(habits.byLawAndClass[0]).toMatchObject({ falseMarks: { seen: 0 }, delays: { deaths: 20, ratio: 1 } });
    for (const row of [habits.habitsByLawAndClass[0], habits.habits]) {
      expect(row).toMatchObject({
        falseMarks: { seen: 9 },
        delays: { deaths: 20, ratio: 4 },
        quiet: { living: 1, ratio: 4 },
      });
    }
  });

  it('counts a missed death with the time that was left, and leaves out a death that the evening cuts off', () => {
    const { delays } = score.byLawAndClass[0]!;
    expect(delays).toMatchObject({ deaths: 2, missed: 1, mean: (30_000 + 60 * minute) / 2, oracleMean: 15_000 });
    expect(delays.ratio).toBe((30_000 + 60 * minute) / 30_000);
  });

  it('has the part of the open time for which living symbols are quiet', () => {
    const [fast, slow] = [score.byLawAndClass[0]!, score.byLawAndClass[6]!];
    expect(fast.quiet.living).toBeCloseTo(6_000 / 20_000);
    expect(slow.quiet.living).toBeCloseTo(12_000 / 180_000);
    expect(score.total.quiet.living).toBeCloseTo(18_000 / 200_000);
  });

  it('divides the mean time to quiet by the mean time of the oracle, for the deaths that have delays', () => {
    expect(score.byLawAndClass[0]!.quiet.ratio).toBe((0 + 6_000) / 30_000);
    const never = scoreOf('mine', [{ ...day, judges: [{ ...judge, noticed: [0, null, 5_000] }] }]);
    expect(never.byLawAndClass[0]!.quiet.ratio).toBe((60 * minute) / 30_000);
  });

  it('agrees with an explanation only if the oracle is clear', () => {
    expect(score.agreement).toEqual({ decidable: 2, agreed: 1 });
  });

  it('takes an outage as found in time within 5 s, or within 1.5 times what the oracle needs', () => {
    const inTimeWith = (found: number | null, oracle: number): number =>
      scoreOf('mine', [
        {
          ...day,
          outages: [{ scope: 'market', rate: 120, oracle }],
          judges: [{ ...judge, outages: [{ found, named: true }] }],
        },
      ]).fast[0]!.inTime;
    expect([
      inTimeWith(5_000, 100),
      inTimeWith(5_001, 100),
      inTimeWith(9_000, 6_000),
      inTimeWith(9_001, 6_000),
      inTimeWith(null, 100),
    ]).toEqual([1, 0, 1, 0, 0]);
  });

  it('has outages below 100 messages a second separately, and no outages of a day with scattered deaths', () => {
    const slow = scoreOf('mine', [{ ...day, outages: [{ scope: 'market', rate: 99, oracle: 100 }] }]);
    expect([slow.fast.length, slow.slow.length]).toEqual([0, 1]);
    expect(scoreOf('mine', [{ ...day, judgesPools: false }]).fast).toEqual([]);
  });

  it('counts an outage as missed only when the oracle finds it', () => {
    const missedWith = (found: number | null, oracle: number | null): number =>
      scoreOf('mine', [
        {
          ...day,
          outages: [{ scope: 'partial', rate: 120, oracle }],
          judges: [{ ...judge, outages: [{ found, named: true }] }],
        },
      ]).fast[0]!.missed;
    expect([missedWith(null, 100), missedWith(null, null), missedWith(100, null), missedWith(100, 100)]).toEqual([
      1, 0, 0, 0,
    ]);
  });
});

it('the sessions are sound while the oracle makes about as many false marks as expected', () => {
  const holds = (marks: number, expected: number): boolean =>
    soundness([{ ...day, expected, judges: [{ ...judge, name: 'oracle', falseMarks: sorts([marks]) }] }]).holds;
  expect([20, 40, 60, 100, 130, 150].map((marks) => holds(marks, 100))).toEqual([false, true, true, true, true, false]);
  expect(holds(0, 2)).toBe(true);
});

it('a percentile is one of the values', () => {
  expect([0, 0.5, 0.9].map((part) => percentile([5, 1, 4, 2, 3], part))).toEqual([1, 3, 5]);
});

describe('the fixed rule', () => {
  it('gives the verdicts of the same rule without its bookkeeping', () => {
    const random = seeded('fixed rule');
    const rule = fixedRule();
    const topics = ['a', 'b', 'c', 'd'];
    for (const topic of topics) rule.watch(topic, { symbol: topic, market: 'SET' }, 0);
    const heard = new Map<string, number>();
    let [now, last] = [0, Infinity];
    for (let turn = 0; turn < 500; turn += 1) {
      now += 6_000 * random();
      const due = topics.filter((topic) => now >= (heard.get(topic) ?? Infinity) + 10_000);
      const said = rule.advance(now);
      expect(said.flatMap((verdict) => (verdict.scope === 'topic' ? [verdict.topic] : [])).sort()).toEqual(due);
      expect(said.some(({ scope }) => scope === 'feed')).toBe(now >= last + 5_000);
      for (const topic of due) heard.delete(topic);
      if (now >= last + 5_000) last = Infinity;
      const topic = topics[Math.floor(random() * 4)]!;
      rule.seen(topic, now);
      heard.set(topic, now);
      last = now;
    }
  });

  it('marks a symbol after 10 s and the feed after 5 s of silence, once', () => {
    const rule = fixedRule();
    for (const topic of ['a', 'b']) rule.watch(topic, { symbol: topic, market: 'SET' }, 0);
    expect(rule.deadline()).toBe(Infinity);
    rule.seen('a', 0);
    rule.seen('b', 2_000);
    expect(rule.deadline()).toBe(7_000);
    expect(rule.advance(7_000)).toEqual([{ scope: 'feed' }]);
    expect(rule.deadline()).toBe(10_000);
    expect(rule.advance(10_000)).toEqual([{ scope: 'topic', topic: 'a' }]);
    rule.seen('b', 11_000);
    expect(rule.advance(20_999)).toEqual([{ scope: 'feed' }]);
    expect(rule.deadline()).toBe(21_000);
    expect(rule.advance(21_000)).toEqual([{ scope: 'topic', topic: 'b' }]);
    expect(rule.deadline()).toBe(Infinity);
  });
});
