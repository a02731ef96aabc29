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
import { universe, usualSymbols } from './universe.js';

/** Judges that learn, made anew for each session. */
export type Learners = Readonly<Record<string, () => Judge>>;

/** The name of a judge on its first day. */
export const cold = (name: string): string => `${name}, first day`;

const normal: Kind = { name: 'normal', plan: () => ({}) };

/**
 * Days that follow each other, for judges that go on learning: `warmUp` normal ones, then one of each kind, which are judged.
 * The first of all is a record of its own: a judge that has learned nothing yet must not cry wolf.
 */
export function session(
  kinds: readonly Kind[],
  seed: number,
  laws: readonly Law[],
  learners: Learners,
  warmUp = 1,
  symbols: number = usualSymbols,
): readonly DayRecord[] {
  const all = universe(seed, laws, symbols);
  const learning: readonly Judged[] = Object.entries(learners).map(([name, make]) => ({ name, judge: make() }));
  for (const { judge } of learning) watchAll(all, judge, 0);
  let begin = 0;
  const play = (kind: Kind, name: string, judges: (begin: number, oracle: Oracle) => readonly Judged[]): DayRecord => {
    const { user, system } = cpuUsage();
    const random = seeded(name, seed);
    const plan = planOf(kind, all, random);
    const day = new TradingDay(all, plan, seeded(name, seed, 'messages'));
    const oracle = new Oracle(all, day);
    const found = runDay(all, plan, day, oracle, [...learning, ...judges(begin, oracle)], begin, random);
    begin += dayLength;
    const took = cpuUsage({ user, system });
    return {
      kind: kind.name,
      seed,
      laws: laws.map(({ name }) => name),
      took: (took.user + took.system) / 1_000,
      ...found,
    };
  };
  const records: DayRecord[] = [];
  for (let number = 0; number < (learning.length === 0 ? 0 : warmUp); number += 1) {
    const record = play(normal, `day ${String(number)} before`, () => []);
    if (number > 0) continue;
    records.push({ ...record, judges: record.judges.map((judge) => ({ ...judge, name: cold(judge.name) })) });
  }
  for (const kind of kinds) {
    const record = play(kind, kind.name, (now, oracle) => {
      const others: readonly Judged[] = [
        { name: 'oracle', judge: oracleJudge(all, oracle, now) },
        { name: 'fixed 10 s', judge: fixedRule() },
      ];
      for (const { judge } of others) watchAll(all, judge, now);
      return others;
    });
    records.push(record);
  }
  return records;
}
