import { bounds, fewDeaths, type JudgeScore } from './score.js';

/** One bound: what was found, and whether it holds. */
export interface Bound {
  readonly name: string;
  readonly found: string;
  readonly holds: boolean;
}

/** The budget allows 50 false marks in so many. */
const manySymbolDays = 50_000;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** What a judge has to hold. */
export function boundsOf(score: JudgeScore, first: JudgeScore | undefined): readonly Bound[] {
  const { total, byLaw, byLawAndClass, withHabits, pooled, agreement } = score;
  const found: Bound[] = [];
  const bound = (name: string, holds: boolean, what: string): void => {
    found.push({ name: `${score.name}: ${name}`, found: what, holds });
  };
  // Of few days chance alone says so much that only what is surely above the bound fails.
  const few = total.symbolDays < manySymbolDays;
  bound(
    'false marks',
    (few ? total.lower : total.rate) <= bounds.falseMarks,
    `${total.rate.toFixed(2)} per 1,000 symbol-days, ${total.upper.toFixed(2)} at most by 95 %`,
  );
  const habits = withHabits.map((row) => ({ ...row, name: `${row.name}, a habit of its own` }));
  for (const row of [...byLaw, ...byLawAndClass, ...habits]) {
    const { lower, rate } = row.falseMarks;
    // A row has fewer days than all: it fails when chance alone doesn't explain it.
    if (lower > bounds.falseMarks)
      bound(`false marks, ${row.name}`, false, `${rate.toFixed(2)}, surely above the bound`);
  }
  bound('false marks while a market is not open', score.falseWhileNotOpen === 0, String(score.falseWhileNotOpen));
  // The oracle knows beforehand what a symbol with a habit of its own will do: its delays are shown, and no bound.
  const judged = byLawAndClass.filter(({ delays }) => delays.deaths >= fewDeaths);
  for (const { name, delays } of judged) {
    bound(
      `delay, ${name}`,
      delays.ratio <= bounds.ratio,
      `× ${delays.ratio.toFixed(2)} of ${seconds(delays.oracleMean)}, ${String(delays.missed)} of ${String(delays.deaths)} missed`,
    );
  }
  for (const { scope, law, outages, inTime, worst, oracleWorst } of pooled) {
    bound(
      `${scope} silent, ${law}`,
      inTime === outages,
      `${String(inTime)} of ${String(outages)} in time, ${seconds(worst)} at worst, oracle ${seconds(oracleWorst)}`,
    );
  }
  bound('false alarms of share, market and feed', score.falseAlarms === 0, String(score.falseAlarms));
  bound('of them while no market is open', score.alarmsWhileNotOpen === 0, String(score.alarmsWhileNotOpen));
  if (agreement.decidable > 0) {
    const part = agreement.agreed / agreement.decidable;
    bound('says what it would not notice', part >= 0.95, `${(100 * part).toFixed(1)} % agree with the oracle`);
  }
  if (first !== undefined) {
    bound(
      'false marks on a first day',
      (few ? first.total.lower : first.total.rate) <= bounds.falseMarks,
      `${first.total.rate.toFixed(2)} per 1,000 symbol-days, ${first.total.upper.toFixed(2)} at most by 95 %`,
    );
    bound('false alarms on a first day', first.falseAlarms === 0, String(first.falseAlarms));
  }
  return found;
}
