import { profiles } from './pace.js';
import { nameOf } from './nameOf.js';
import type { DayRecord, JudgeRecord } from './record.js';
import { poissonBounds } from './special.js';
import { rateClasses, sortAt } from './universe.js';

/** False marks among so many symbol-days. */
export interface FalseMarks {
  readonly symbolDays: number;
  readonly seen: number;
  /** Per 1,000 symbol-days, with one-sided bounds of 95 %. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}

/** How long it took until a death was known. */
export interface Delays {
  /** Deaths that the oracle knows of in half of the day that is left: later ones would be cut by the evening. */
  readonly deaths: number;
  /** Of them, those that weren't found that day; they count with the time that was left. */
  readonly missed: number;
  /** In ms; `NaN` without deaths. */
  readonly median: number;
  readonly mean: number;
  readonly p90: number;
  readonly oracleMedian: number;
  readonly oracleMean: number;
  readonly oracleP90: number;
  /** Mean against mean. */
  readonly ratio: number;
}

/** One row: a law and a class of rates, or a kind of day. */
export interface Row {
  readonly name: string;
  readonly falseMarks: FalseMarks;
  readonly delays: Delays;
}

export interface Pooled {
  readonly scope: 'feed' | 'market' | 'share';
  readonly law: string;
  /** Outages at 100 messages a second or more, and those below. */
  readonly outages: number;
  readonly found: number;
  readonly named: number;
  readonly median: number;
  readonly worst: number;
  readonly oracleMedian: number;
  readonly oracleWorst: number;
  /** Outages found in time: within 5 s, or 1.5 times what the oracle needs. */
  readonly inTime: number;
  readonly right: number;
  readonly all: number;
}

export interface JudgeScore {
  readonly name: string;
  readonly total: FalseMarks;
  readonly falseWhileNotOpen: number;
  readonly byLaw: readonly Row[];
  /** Symbols that go with their market; and those with a habit of their own. */
  readonly byLawAndClass: readonly Row[];
  readonly withHabits: readonly Row[];
  readonly byKind: readonly Row[];
  readonly byProfile: readonly Row[];
  readonly pooled: readonly Pooled[];
  readonly slow: readonly Pooled[];
  readonly falseAlarms: number;
  /** Each of them: what was said, on which day, and when within it, in ms since 08:00. */
  readonly alarms: readonly { readonly scope: string; readonly day: string; readonly at: number }[];
  /** Verdicts on more than a symbol while no market was open. */
  readonly alarmsWhileNotOpen: number;
  /** Deaths that surely can, or surely can't, be noticed alone that day, and where the judge says so. */
  readonly agreement: { readonly decidable: number; readonly agreed: number };
}

/** What the bounds ask for. */
export const bounds = { falseMarks: 1, ratio: 1.5, pooled: 5_000, rate: 100 } as const;

/** With fewer deaths than this a mean says little. */
export const fewDeaths = 20;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

function falseMarks(seen: number, symbolDays: number): FalseMarks {
  const { lower, upper } = poissonBounds(seen);
  const per = 1_000 / symbolDays;
  return { symbolDays, seen, rate: seen * per, lower: lower * per, upper: upper * per };
}

/** What a symbol and its day are. */
interface Of {
  readonly law: string;
  readonly rateClass: number;
  readonly profile: string;
  readonly kind: string;
}

const ofDay = ({ kind, laws }: DayRecord, sort: number): Of => {
  const { law, rateClass, profile } = sortAt(sort);
  return { law: laws[law]!, rateClass, profile, kind };
};

/** A death, as one judge found it. */
interface Found {
  readonly of: Of;
  readonly needs: number;
  readonly took: number;
  readonly missed: boolean;
}

function delays(deaths: readonly Pick<Found, 'needs' | 'took' | 'missed'>[]): Delays {
  const took = deaths.map((death) => death.took);
  const needs = deaths.map((death) => death.needs);
  return {
    deaths: deaths.length,
    missed: deaths.filter(({ missed }) => missed).length,
    ...{ median: percentile(took, 0.5), mean: mean(took), p90: percentile(took, 0.9) },
    ...{ oracleMedian: percentile(needs, 0.5), oracleMean: mean(needs), oracleP90: percentile(needs, 0.9) },
    ratio: mean(took) / mean(needs),
  };
}

type One = readonly [DayRecord, JudgeRecord];

function foundOf(days: readonly One[]): readonly Found[] {
  return days.flatMap(([day, judge]) =>
    day.deaths.flatMap(({ sort, needs, left }, number): readonly Found[] => {
      if (needs === null || needs > left / 2) return [];
      const took = judge.found[number] ?? null;
      return [{ of: ofDay(day, sort), needs, took: took ?? left, missed: took === null }];
    }),
  );
}

/** Counts of the days over some laws and classes. */
function count(days: readonly One[], which: (of: Of) => boolean, deaths: readonly Found[], name: string): Row {
  let [seen, symbolDays] = [0, 0];
  for (const [day, judge] of days) {
    for (const [sort, number] of day.symbolDays.entries()) {
      if (!which(ofDay(day, sort))) continue;
      symbolDays += number;
      seen += judge.falseMarks[sort]!;
    }
  }
  const chosen = deaths.filter(({ of }) => which(of));
  return { name, falseMarks: falseMarks(seen, symbolDays), delays: delays(chosen) };
}

function byLawAndClass(
  days: readonly One[],
  laws: readonly string[],
  deaths: readonly Found[],
  which: (profile: string) => boolean,
): readonly Row[] {
  return laws.flatMap((law) =>
    rateClasses.map(({ name }, rateClass) =>
      count(days, (of) => of.law === law && of.rateClass === rateClass && which(of.profile), deaths, `${law}, ${name}`),
    ),
  );
}

function pooledOf(days: readonly One[], fast: boolean): readonly Pooled[] {
  const all = days.flatMap(([day, judge]) =>
    day.judgesPools
      ? day.outages.map((outage, number) => ({
          ...outage,
          ...judge.outages[number]!,
          law: day.laws.length === 1 ? day.laws[0]! : 'mixed',
          scope: outage.scope,
        }))
      : [],
  );
  const keys = new Map(all.map(({ scope, law }) => [`${scope}/${law}`, { scope, law }]));
  return [...keys.values()].flatMap(({ scope, law }): readonly Pooled[] => {
    const chosen = all.filter((one) => one.scope === scope && one.law === law && one.rate >= bounds.rate === fast);
    if (chosen.length === 0) return [];
    const took = chosen.map(({ found }) => found ?? Infinity);
    const oracle = chosen.map((one) => one.oracle ?? Infinity);
    const known = chosen.filter(({ right }) => right !== undefined);
    return [
      {
        scope,
        law,
        outages: chosen.length,
        found: chosen.filter(({ found }) => found !== null).length,
        named: chosen.filter(({ named }) => named).length,
        ...{ median: percentile(took, 0.5), worst: Math.max(...took) },
        ...{ oracleMedian: percentile(oracle, 0.5), oracleWorst: Math.max(...oracle) },
        inTime: took.filter((time, number) => time <= Math.max(bounds.pooled, bounds.ratio * oracle[number]!)).length,
        right: mean(known.map(({ right }) => right!)),
        all: mean(known.map((one) => one.all!)),
      },
    ];
  });
}

/**
 * Where the oracle needs clearly more, or clearly less, than there is: between the two, who starts to count at the second
 * open and who goes on counting may both be right.
 */
function agreementOf(days: readonly One[]): JudgeScore['agreement'] {
  let [decidable, agreed] = [0, 0];
  for (const [day, judge] of days) {
    for (const [number, { needs, left, leftOfPart }] of day.deaths.entries()) {
      const said = judge.undetectable[number] ?? null;
      if (said === null) continue;
      const never = needs === null || needs > left;
      const surely = needs !== null && needs < leftOfPart / bounds.ratio;
      if (!never && !surely) continue;
      decidable += 1;
      if (said === never) agreed += 1;
    }
  }
  return { decidable, agreed };
}

/** What one judge is worth, by all days on which it judged. */
export function scoreOf(name: string, records: readonly DayRecord[]): JudgeScore {
  const days = records.flatMap((day): readonly One[] => {
    const judge = day.judges.find((one) => one.name === name);
    return judge === undefined ? [] : [[day, judge]];
  });
  const laws = [...new Set(days.flatMap(([day]) => day.laws))];
  const kinds = [...new Set(days.map(([day]) => day.kind))];
  const deaths = foundOf(days);
  const alarms = days.flatMap(([, judge]) => judge.falseAlarms);
  return {
    name,
    total: count(days, () => true, deaths, 'all').falseMarks,
    falseWhileNotOpen: sum(days.map(([, judge]) => judge.falseWhileNotOpen)),
    byLaw: laws.map((law) => count(days, (of) => of.law === law, deaths, law)),
    byLawAndClass: byLawAndClass(days, laws, deaths, (profile) => profile === 'common'),
    withHabits: byLawAndClass(days, laws, deaths, (profile) => profile !== 'common'),
    byKind: kinds.map((kind) => count(days, (of) => of.kind === kind, deaths, kind)),
    byProfile: profiles.map((profile) => count(days, (of) => of.profile === profile, deaths, profile)),
    pooled: pooledOf(days, true),
    slow: pooledOf(days, false),
    falseAlarms: alarms.length,
    alarms: days.flatMap(([day, judge]) => judge.falseAlarms.map(({ scope, at }) => ({ scope, day: nameOf(day), at }))),
    alarmsWhileNotOpen: alarms.filter(({ open }) => !open).length,
    agreement: agreementOf(days),
  };
}
