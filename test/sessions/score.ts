import { profiles } from './pace.js';
import { nameOf } from './nameOf.js';
import type { DayRecord, JudgeRecord, Pooled } from './record.js';
import { poissonBounds } from './special.js';
import { rateClasses, sortAt } from './universe.js';

/** The false marks in a number of symbol-days. */
export interface FalseMarks {
  readonly symbolDays: number;
  readonly seen: number;
  /** Per 1,000 symbol-days, with one-sided bounds of 95 %. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}

/** The times from deaths to their `stale` verdicts. */
export interface Delays {
  /** Deaths that the oracle finds in the first half of the day that is left. The evening would cut off later ones. */
  readonly deaths: number;
  /** The deaths among them that the judge did not find that day. Each counts with the time that was left. */
  readonly missed: number;
  /** In ms; `NaN` without deaths. */
  readonly median: number;
  readonly mean: number;
  readonly oracleMean: number;
  /** The mean of the judge divided by the mean of the oracle. */
  readonly ratio: number;
}

/** The scores of `quiet`. */
export interface Quiet {
  /** The part of the open time for which living symbols are quiet. */
  readonly living: number;
  /** The mean time from a death to `quiet`, or `stale`, divided by the mean of the oracle. The deaths are those of `Delays`. */
  readonly ratio: number;
}

/** The scores of one group of symbols. */
export interface Row {
  readonly name: string;
  readonly falseMarks: FalseMarks;
  readonly delays: Delays;
  readonly quiet: Quiet;
}

/** The scores of the symbols of one law and one class of rates. */
export interface ClassRow extends Row {
  readonly law: string;
  /** Index into the classes of rates: 0 is the fastest. */
  readonly rateClass: number;
}

/** The scores of the outages of one scope under one law. */
export interface OutageRow {
  readonly scope: Pooled;
  readonly law: string;
  readonly outages: number;
  readonly found: number;
  /** Outages that a verdict of the same scope found. */
  readonly named: number;
  /** Outages that the oracle finds and the judge does not. */
  readonly missed: number;
  /** In ms. */
  readonly median: number;
  readonly worst: number;
  readonly oracleMedian: number;
  readonly oracleWorst: number;
  /** Outages found within 5 s, or within 1.5 times the time of the oracle. */
  readonly inTime: number;
  /** The mean part of the named topics that was dead, and of the dead topics that was named. */
  readonly right: number;
  readonly all: number;
}

export interface JudgeScore {
  readonly name: string;
  readonly total: Row;
  readonly falseWhileNotOpen: number;
  /** Symbols that go with their market. */
  readonly byLawAndClass: readonly ClassRow[];
  /** Symbols with a habit of their own. */
  readonly habits: Row;
  readonly habitsByLawAndClass: readonly ClassRow[];
  readonly byProfile: readonly Row[];
  readonly byKind: readonly Row[];
  /** Outages at 100 messages a second or more, and at less. */
  readonly fast: readonly OutageRow[];
  readonly slow: readonly OutageRow[];
  /** `at` is in ms since the day began, at 08:00. */
  readonly alarms: readonly { readonly scope: Pooled; readonly day: string; readonly at: number }[];
  /** Deaths that clearly can, or clearly can't, be noticed that day, and those for which the judge explained this correctly. */
  readonly agreement: { readonly decidable: number; readonly agreed: number };
}

/** A time within which an outage is found in time, in ms, and the same as a multiple of the time of the oracle. */
export const inTime = { least: 5_000, ratio: 1.5 } as const;

/** From this rate on, in messages a second of the whole feed, an outage must be found in time. */
const fastRate = 100;

/** The oracle is clear about a death when it needs the session that is left, divided by this, or less. */
const clearly = 1.5;

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

/** The properties of a symbol and of its day. */
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

/** A death and the times that it took to notice it, in ms. */
interface Death {
  readonly of: Of;
  readonly needs: number;
  readonly took: number;
  readonly quietTook: number;
  readonly missed: boolean;
}

function delays(deaths: readonly Death[]): Delays {
  const took = deaths.map((death) => death.took);
  const oracleMean = mean(deaths.map(({ needs }) => needs));
  return {
    deaths: deaths.length,
    missed: deaths.filter(({ missed }) => missed).length,
    median: percentile(took, 0.5),
    mean: mean(took),
    oracleMean,
    ratio: mean(took) / oracleMean,
  };
}

type One = readonly [DayRecord, JudgeRecord];

function deathsOf(days: readonly One[]): readonly Death[] {
  return days.flatMap(([day, judge]) =>
    day.deaths.flatMap(({ sort, needs, left }, number): readonly Death[] => {
      if (needs === null || needs > left / 2) return [];
      const found = judge.found[number] ?? null;
      const quietTook = judge.noticed[number] ?? left;
      return [{ of: ofDay(day, sort), needs, took: found ?? left, quietTook, missed: found === null }];
    }),
  );
}

/** The scores of the symbols that `which` selects. */
function row(days: readonly One[], which: (of: Of) => boolean, deaths: readonly Death[], name: string): Row {
  let [seen, symbolDays, quietTime, openTime] = [0, 0, 0, 0];
  for (const [day, judge] of days) {
    for (const [sort, number] of day.symbolDays.entries()) {
      if (!which(ofDay(day, sort))) continue;
      symbolDays += number;
      seen += judge.falseMarks[sort]!;
      quietTime += judge.quietTime[sort]!;
      openTime += day.openTime[sort]!;
    }
  }
  const chosen = deaths.filter(({ of }) => which(of));
  const found = delays(chosen);
  const quiet = {
    living: quietTime / openTime,
    ratio: mean(chosen.map(({ quietTook }) => quietTook)) / found.oracleMean,
  };
  return { name, falseMarks: falseMarks(seen, symbolDays), delays: found, quiet };
}

function byLawAndClass(
  days: readonly One[],
  laws: readonly string[],
  deaths: readonly Death[],
  which: (profile: string) => boolean,
): readonly ClassRow[] {
  return laws.flatMap((law) =>
    rateClasses.map(({ name }, rateClass) => ({
      ...row(
        days,
        (of) => of.law === law && of.rateClass === rateClass && which(of.profile),
        deaths,
        `${law}, ${name}`,
      ),
      law,
      rateClass,
    })),
  );
}

function outagesOf(days: readonly One[], isFast: boolean): readonly OutageRow[] {
  const all = days.flatMap(([day, judge]) =>
    day.judgesPools
      ? day.outages.map((outage, number) => ({
          ...outage,
          ...judge.outages[number]!,
          law: day.laws.length === 1 ? day.laws[0]! : 'mixed',
        }))
      : [],
  );
  const keys = new Map(all.map(({ scope, law }) => [`${scope}/${law}`, { scope, law }]));
  return [...keys.values()].flatMap(({ scope, law }): readonly OutageRow[] => {
    const chosen = all.filter((one) => one.scope === scope && one.law === law && one.rate >= fastRate === isFast);
    if (chosen.length === 0) return [];
    const took = chosen.map(({ found }) => found ?? Infinity);
    const oracle = chosen.map((one) => one.oracle ?? Infinity);
    const named = chosen.filter(({ right }) => right !== undefined);
    return [
      {
        scope,
        law,
        outages: chosen.length,
        found: chosen.filter(({ found }) => found !== null).length,
        named: chosen.filter((one) => one.named).length,
        missed: chosen.filter((one) => one.found === null && one.oracle !== null).length,
        median: percentile(took, 0.5),
        worst: Math.max(...took),
        oracleMedian: percentile(oracle, 0.5),
        oracleWorst: Math.max(...oracle),
        inTime: took.filter((time, number) => time <= Math.max(inTime.least, inTime.ratio * oracle[number]!)).length,
        right: mean(named.map(({ right }) => right!)),
        all: mean(named.map((one) => one.all!)),
      },
    ];
  });
}

/**
 * Only clear deaths count: the oracle needs clearly more, or clearly less, time than is left. Between the two, a judge may or may
 * not count the silence over the lunch: both are right.
 */
function agreementOf(days: readonly One[]): JudgeScore['agreement'] {
  let [decidable, agreed] = [0, 0];
  for (const [day, judge] of days) {
    for (const [number, { needs, left, leftOfPart }] of day.deaths.entries()) {
      const explained = judge.undetectable[number] ?? null;
      if (explained === null) continue;
      const never = needs === null || needs > left;
      const surely = needs !== null && needs < leftOfPart / clearly;
      if (!never && !surely) continue;
      decidable += 1;
      if (explained === never) agreed += 1;
    }
  }
  return { decidable, agreed };
}

/** The score of one judge over all days on which it judged. */
export function scoreOf(name: string, records: readonly DayRecord[]): JudgeScore {
  const days = records.flatMap((day): readonly One[] => {
    const judge = day.judges.find((one) => one.name === name);
    return judge === undefined ? [] : [[day, judge]];
  });
  const laws = [...new Set(days.flatMap(([day]) => day.laws))];
  const kinds = [...new Set(days.map(([day]) => day.kind))];
  const deaths = deathsOf(days);
  return {
    name,
    total: row(days, () => true, deaths, 'all'),
    falseWhileNotOpen: sum(days.map(([, judge]) => judge.falseWhileNotOpen)),
    byLawAndClass: byLawAndClass(days, laws, deaths, (profile) => profile === 'common'),
    habits: row(days, ({ profile }) => profile !== 'common', deaths, 'a habit of their own'),
    habitsByLawAndClass: byLawAndClass(days, laws, deaths, (profile) => profile !== 'common'),
    byProfile: profiles.map((profile) => row(days, (of) => of.profile === profile, deaths, profile)),
    byKind: kinds.map((kind) => row(days, (of) => of.kind === kind, deaths, kind)),
    fast: outagesOf(days, true),
    slow: outagesOf(days, false),
    alarms: days.flatMap(([day, judge]) => judge.falseAlarms.map(({ scope, at }) => ({ scope, day: nameOf(day), at }))),
    agreement: agreementOf(days),
  };
}
