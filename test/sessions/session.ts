import { cpuUsage } from 'node:process';
import { fixedRule } from './fixedRule.js';
import type { Judge } from './judge.js';
import type { Law } from './laws.js';
import { Oracle } from './oracle.js';
import { oracleJudge } from './oracleJudge.js';
import { type Kind, planOf } from './plan.js';
import { seeded } from './random.js';
import type { DayRecord } from './record.js';
import { type Judged, runDay, watchAll } from './runDay.js';
import { dayLength } from './timetable.js';
import { TradingDay } from './tradingDay.js';
import { universe } from './universe.js';

/** Judges that learn, made anew for each session. */
export type Learners = Readonly<Record<string, () => Judge>>;

/** What a judge is called on its first day. */
export const cold = (name: string): string => `${name}, first day`;

const normal: Kind = { name: 'normal', plan: () => ({}) };

/**
 * One judged day of a kind, after `warmUp` normal days from which judges that learn have learned. The first of those is a
 * record of its own: a judge that has learned nothing yet must not cry wolf.
 */
export function session(
  kind: Kind,
  seed: number,
  laws: readonly Law[],
  learners: Learners,
  warmUp = 1,
): readonly DayRecord[] {
  const all = universe(seed, laws);
  const learning: readonly Judged[] = Object.entries(learners).map(([name, make]) => ({ name, judge: make() }));
  for (const { judge } of learning) watchAll(all, judge, 0);
  const records: DayRecord[] = [];
  const play = (one: Kind, number: number, words: readonly (string | number)[], knows: boolean): DayRecord => {
    const { user, system } = cpuUsage();
    const random = seeded(kind.name, seed, ...words);
    const plan = planOf(one, all, random);
    const day = new TradingDay(all, plan, seeded(kind.name, seed, ...words, 'messages'));
    const oracle = new Oracle(all, day);
    const begin = number * dayLength;
    const others: readonly Judged[] = knows
      ? [
          { name: 'oracle', judge: oracleJudge(all, oracle, begin) },
          { name: 'fixed 10 s', judge: fixedRule() },
        ]
      : [];
    for (const { judge } of others) watchAll(all, judge, begin);
    const found = runDay(all, plan, day, oracle, [...learning, ...others], begin, random);
    const took = cpuUsage({ user, system });
    return {
      kind: one.name,
      seed,
      laws: laws.map(({ name }) => name),
      took: (took.user + took.system) / 1_000,
      ...found,
    };
  };
  for (let number = 0; number < (learning.length === 0 ? 0 : warmUp); number += 1) {
    const record = play(normal, number, ['before', number], false);
    if (number > 0) continue;
    records.push({ ...record, judges: record.judges.map((judge) => ({ ...judge, name: cold(judge.name) })) });
  }
  records.push(play(kind, warmUp, [], true));
  return records;
}
