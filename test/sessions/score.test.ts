import { describe, expect, it } from 'vitest';
import { fixedRule } from './fixedRule.js';
import type { DayRecord, JudgeRecord } from './record.js';
import { percentile, scoreOf } from './score.js';
import { seeded } from './random.js';
import { soundness } from './soundness.js';
import { rateClasses, sortAt, sortsPerLaw } from './universe.js';
import { boundsOf } from './verdicts.js';

/** By class of rate, all with the common profile. */
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
  found: [30_000, null, 5_000],
  undetectable: [false, true, true],
  outages: [{ found: 4_000, named: true }],
  falseAlarms: [
    { scope: 'feed', at: 1, open: false },
    { scope: 'share', at: 2, open: true },
  ],
};

const minute = 60_000;
const day: DayRecord = {
  ...{ kind: 'normal', seed: 1, laws: ['poisson'], messages: 1, took: 1, expected: 0.5, judgesPools: true },
  symbolDays: sorts([100, 0, 0, 0, 0, 0, 900]),
  deaths: [
    { sort: 0, needs: 20_000, left: 60 * minute, leftOfPart: 60 * minute },
    { sort: 0, needs: 10_000, left: 60 * minute, leftOfPart: 60 * minute },
    // Too late in the day to be told from what the evening cut off.
    { sort: 0, needs: 50_000, left: minute, leftOfPart: minute },
  ],
  outages: [{ scope: 'market', rate: 120, oracle: 1_000 }],
  judges: [judge],
};

describe('a score', () => {
  const score = scoreOf('mine', [day, { ...day, kind: 'other', symbolDays: zeros, deaths: [], outages: [] }]);

  it('counts false marks per 1,000 symbol-days', () => {
    expect(score.total).toMatchObject({ symbolDays: 1_000, seen: 6, rate: 6 });
    expect(score.byLawAndClass[6]!.falseMarks).toMatchObject({ symbolDays: 900, seen: 2 });
    expect(score.byKind.map(({ name }) => name)).toEqual(['normal', 'other']);
    expect(score.falseWhileNotOpen).toBe(2);
  });

  it('has symbols with a habit of their own in rows of their own: their delays are shown, their false marks are bound', () => {
    const own = Array.from({ length: sortsPerLaw }, (_, sort) => (sort === 1 ? 1 : 0));
    const deaths = Array.from({ length: 40 }, (_, number) => ({ ...day.deaths[0]!, sort: number % 2 }));
    // Those that go with their market are found as fast as by the oracle, the others four times later.
    const found = deaths.map(({ sort }) => (sort === 0 ? 20_000 : 80_000));
    const habits = scoreOf('mine', [
      { ...day, deaths, symbolDays: own, judges: [{ ...judge, found, falseMarks: own.map((one) => 9 * one) }] },
    ]);
    expect(habits.byLawAndClass[0]).toMatchObject({ falseMarks: { seen: 0 }, delays: { deaths: 20, ratio: 1 } });
    expect(habits.withHabits[0]).toMatchObject({ falseMarks: { seen: 9 }, delays: { deaths: 20, ratio: 4 } });
    const bounds = boundsOf(habits, undefined).map(({ name, holds }) => `${name} ${String(holds)}`);
    expect(bounds).toContain('mine: delay, poisson, 5/s true');
    expect(bounds).toContain('mine: false marks, poisson, 5/s, a habit of its own false');
    expect(bounds.filter((name) => name.includes('delay')).length).toBe(1);
  });

  it('takes a death that was missed with the time that was left, and leaves out those that no one could find', () => {
    const { delays } = score.byLaw[0]!;
    expect(delays).toMatchObject({ deaths: 2, missed: 1, mean: (30_000 + 60 * minute) / 2, oracleMean: 15_000 });
    expect(delays.ratio).toBe((30_000 + 60 * minute) / 30_000);
  });

  it('agrees on what would not be noticed where the oracle is sure', () => {
    expect(score.agreement).toEqual({ decidable: 2, agreed: 1 });
  });

  it('holds an outage for found in time within 5 s, or 1.5 times what the oracle needs', () => {
    const with4 = (found: number | null, oracle: number): number =>
      scoreOf('mine', [
        {
          ...day,
          outages: [{ scope: 'market', rate: 120, oracle }],
          judges: [{ ...judge, outages: [{ found, named: true }] }],
        },
      ]).pooled[0]!.inTime;
    expect([with4(5_000, 100), with4(5_001, 100), with4(9_000, 6_000), with4(9_001, 6_000), with4(null, 100)]).toEqual([
      1, 0, 1, 0, 0,
    ]);
  });

  it('judges outages below 100 messages a second apart, and none where several symbols die by themselves', () => {
    const slow = scoreOf('mine', [{ ...day, outages: [{ scope: 'market', rate: 99, oracle: 100 }] }]);
    expect([slow.pooled.length, slow.slow.length]).toEqual([0, 1]);
    expect(scoreOf('mine', [{ ...day, judgesPools: false }]).pooled).toEqual([]);
  });

  it('fails each bound that is broken, by name', () => {
    const failed = boundsOf(scoreOf('mine', [day]), undefined)
      .filter(({ holds }) => !holds)
      .map(({ name }) => name);
    expect(failed).toEqual([
      'mine: false marks, poisson, 5/s',
      'mine: false marks while a market is not open',
      'mine: false alarms of share, market and feed',
      'mine: of them while no market is open',
      'mine: says what it would not notice',
    ]);
  });
});

it('holds a total of few days against what is surely above the bound, and one of many against the bound itself', () => {
  const held = (marks: number, symbolDays: number): boolean =>
    boundsOf(
      scoreOf('mine', [
        {
          ...day,
          symbolDays: sorts([0, 0, 0, 0, 0, 0, symbolDays]),
          judges: [{ ...judge, falseMarks: sorts([0, 0, 0, 0, 0, 0, marks]) }],
        },
      ]),
      undefined,
    ).find(({ name }) => name === 'mine: false marks')!.holds;
  expect([held(3, 1_000), held(4, 1_000), held(60, 60_000), held(61, 60_000)]).toEqual([true, false, true, false]);
});

it('the sessions are sound while the oracle errs about as often as it means to', () => {
  const holds = (marks: number, expected: number): boolean =>
    soundness([{ ...day, expected, judges: [{ ...judge, name: 'oracle', falseMarks: sorts([marks]) }] }]).holds;
  expect([20, 40, 60, 100, 130, 150].map((marks) => holds(marks, 100))).toEqual([false, true, true, true, true, false]);
  expect(holds(0, 2)).toBe(true);
});

it('a percentile is one of the values', () => {
  expect([0, 0.5, 0.9].map((part) => percentile([5, 1, 4, 2, 3], part))).toEqual([1, 3, 5]);
});

describe('the fixed rule', () => {
  it('says what a rule without its bookkeeping would say', () => {
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
