import { type ClassRow, type FalseMarks, inTime, type JudgeScore, type OutageRow } from './score.js';

/** A bound on a judge. */
export interface Bound {
  readonly name: string;
  /** Whether a run fails without it. The others are aims. */
  readonly must: boolean;
  /** The bound and the result, in words. */
  readonly asked: string;
  readonly found: string;
  readonly holds: boolean;
}

type Judged = Omit<Bound, 'must'>;

/** With fewer deaths than this a mean says little. */
const fewDeaths = 20;

/** In fewer symbol-days than this, only a rate that is surely above the bound fails. The budget allows 50 false marks in so many. */
const manySymbolDays = 50_000;

/** False marks per 1,000 symbol-days. */
const marks = { all: 1, habits: 2.5, smallFeed: 2.5 } as const;

/** A feed with so many symbols or fewer has bounds of its own. */
const smallFeed = 25;

/** Mean delays, as multiples of the mean of the oracle. Classes of rates go from 0, 5/s, to 6, 1/h. */
const slowAim = { name: '20/h and 4/h', laws: /^(poisson|lognormal|bursty)/, from: 4, to: 5, most: 2.5 } as const;
const delayAims = [
  { name: 'Poisson and lognormal, 2/min and faster', laws: /^(poisson|lognormal)/, from: 0, to: 3, most: 1.5 },
  { name: 'bursty, 2/min and faster', laws: /^bursty/, from: 0, to: 3, most: 2.5 },
  slowAim,
] as const;
const quietAim = { laws: /^(poisson|lognormal|bursty)/, from: 0, to: 2, most: 0.6 } as const;

/** The part of the deaths in the slow classes that may be missed. */
const missedAim = 0.03;
const marketsInTime = 0.97;
const explainedAim = 0.95;

/** False alarms of a run. A small feed has one aim for all scopes. */
const alarms = { feed: 0, market: 0, partial: 1, smallFeed: 3 } as const;

const seconds = (ms: number): string => (ms === Infinity ? 'never' : `${(ms / 1_000).toFixed(1)} s`);
const percent = (part: number, digits = 1): string => `${(100 * part).toFixed(digits)} %`;

/** The bounds on a judge for a feed with so many symbols. A bound without any case in the run is left out. */
export function boundsOf(score: JudgeScore, symbols: number): readonly Bound[] {
  const isSmall = symbols <= smallFeed;
  const musts = [...marksOf(score, isSmall), ...outagesFound(score.fast)];
  const aims = [...delaysOf(score), ...alarmsOf(score, isSmall), ...partialFound(score), ...explained(score)];
  return [...musts.map((bound) => ({ ...bound, must: true })), ...aims.map((bound) => ({ ...bound, must: false }))].map(
    (bound) => ({ ...bound, name: `${score.name}: ${bound.name}` }),
  );
}

function marksOf({ total, habits, falseWhileNotOpen }: JudgeScore, isSmall: boolean): readonly Judged[] {
  const isFew = total.falseMarks.symbolDays < manySymbolDays;
  const one = (name: string, { symbolDays, rate, lower, upper }: FalseMarks, most: number): readonly Judged[] =>
    symbolDays === 0
      ? []
      : [
          {
            name,
            asked: `at most ${String(most)} per 1,000 symbol-days`,
            found: `${rate.toFixed(2)} (95 %: above ${lower.toFixed(2)}, below ${upper.toFixed(2)})`,
            holds: (isFew ? lower : rate) <= most,
          },
        ];
  return [
    ...one('false marks', total.falseMarks, isSmall ? marks.smallFeed : marks.all),
    ...one('false marks of symbols with a habit', habits.falseMarks, marks.habits),
    {
      name: 'false marks while a market is not open',
      asked: 'none',
      found: String(falseWhileNotOpen),
      holds: falseWhileNotOpen === 0,
    },
  ];
}

const count = (rows: readonly OutageRow[], field: 'outages' | 'found' | 'inTime' | 'missed'): number =>
  rows.reduce((sum, row) => sum + row[field], 0);

/** Outages of the feed and of one market, at 100 messages a second or more. */
function outagesFound(rows: readonly OutageRow[]): readonly Judged[] {
  const found: Judged[] = [];
  const [feed, market] = (['feed', 'market'] as const).map((scope) => rows.filter((row) => row.scope === scope));
  if (feed!.length > 0) {
    const worst = Math.max(...feed!.map((row) => row.worst));
    found.push({
      name: 'silent feed at 100 msg/s or more',
      asked: `all within ${seconds(inTime.least)}`,
      found: `${String(count(feed!, 'outages'))} outages, ${seconds(worst)} at worst`,
      holds: worst <= inTime.least,
    });
  }
  if (market!.length > 0) {
    const [inTimeCount, all] = [count(market!, 'inTime'), count(market!, 'outages')];
    found.push({
      name: 'one silent market at 100 msg/s or more',
      asked: `${percent(marketsInTime, 0)} within ${seconds(inTime.least)} or ${String(inTime.ratio)} × oracle`,
      found: `${String(inTimeCount)} of ${String(all)}, ${percent(inTimeCount / all)}`,
      holds: inTimeCount / all >= marketsInTime,
    });
  }
  return found;
}

/** The rows of some laws and classes with enough deaths. */
const rowsOf = (
  rows: readonly ClassRow[],
  { laws, from, to }: { readonly laws: RegExp; readonly from: number; readonly to: number },
): readonly ClassRow[] =>
  rows.filter(
    ({ law, rateClass, delays }) =>
      laws.test(law) && rateClass >= from && rateClass <= to && delays.deaths >= fewDeaths,
  );

/** The highest ratio of the rows against the most that it may be. */
function ratios(
  name: string,
  rows: readonly ClassRow[],
  most: number,
  ratioOf: (row: ClassRow) => number,
): readonly Judged[] {
  if (rows.length === 0) return [];
  const highest = rows.reduce((high, row) => (ratioOf(row) > ratioOf(high) ? row : high));
  const above = rows.filter((row) => ratioOf(row) > most).length;
  return [
    {
      name,
      asked: `at most ${String(most)} × oracle`,
      found: `highest ${ratioOf(highest).toFixed(2)} (${highest.name}), ${String(above)} of ${String(rows.length)} above`,
      holds: above === 0,
    },
  ];
}

/** Delays of symbols that go with their market. The oracle knows the habits of the others beforehand, which no judge can. */
function delaysOf({ byLawAndClass }: JudgeScore): readonly Judged[] {
  const delays = delayAims.flatMap((aim) =>
    ratios(`delay, ${aim.name}`, rowsOf(byLawAndClass, aim), aim.most, (row) => row.delays.ratio),
  );
  const quiet = rowsOf(byLawAndClass, quietAim);
  return [
    ...delays,
    ...missed(byLawAndClass),
    ...ratios('quiet of a dead symbol, 12/min and faster', quiet, quietAim.most, (row) => row.quiet.ratio),
  ];
}

function missed(rows: readonly ClassRow[]): readonly Judged[] {
  const { laws, from, to } = slowAim;
  const slow = rows.filter(({ law, rateClass }) => laws.test(law) && rateClass >= from && rateClass <= to);
  const deaths = slow.reduce((sum, row) => sum + row.delays.deaths, 0);
  if (deaths < fewDeaths) return [];
  const count = slow.reduce((sum, row) => sum + row.delays.missed, 0);
  return [
    {
      name: 'missed deaths that the oracle finds, 20/h and 4/h',
      asked: `at most ${percent(missedAim, 0)}`,
      found: `${String(count)} of ${String(deaths)}, ${percent(count / deaths)}`,
      holds: count / deaths <= missedAim,
    },
  ];
}

function alarmsOf(score: JudgeScore, isSmall: boolean): readonly Judged[] {
  const one = (name: string, most: number, seen: number): Judged => ({
    name,
    asked: most === 0 ? 'none' : `at most ${String(most)}`,
    found: String(seen),
    holds: seen <= most,
  });
  if (isSmall) return [one('false alarms of any scope', alarms.smallFeed, score.alarms.length)];
  return (['feed', 'market', 'partial'] as const).map((scope) =>
    one(`false alarms, ${scope}`, alarms[scope], score.alarms.filter((alarm) => alarm.scope === scope).length),
  );
}

function partialFound({ fast, slow }: JudgeScore): readonly Judged[] {
  const rows = [...fast, ...slow].filter(({ scope }) => scope === 'partial');
  if (rows.length === 0) return [];
  return [
    {
      name: 'partial outages',
      asked: 'all that the oracle finds',
      found: `${String(count(rows, 'found'))} of ${String(count(rows, 'outages'))}, ${String(count(rows, 'missed'))} that the oracle finds missed`,
      holds: count(rows, 'missed') === 0,
    },
  ];
}

function explained({ agreement: { agreed, decidable } }: JudgeScore): readonly Judged[] {
  if (decidable === 0) return [];
  return [
    {
      name: 'explanations that agree with the oracle',
      asked: `at least ${percent(explainedAim, 0)}`,
      found: `${String(agreed)} of ${String(decidable)}, ${percent(agreed / decidable)}`,
      holds: agreed / decidable >= explainedAim,
    },
  ];
}
