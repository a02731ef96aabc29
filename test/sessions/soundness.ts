import type { DayRecord } from './record.js';
import { scoreOf } from './score.js';
import type { Bound } from './verdicts.js';

/** One run in ten thousand is so many standard deviations away. Sound sessions must not fail by chance. */
const deviations = 3.9;

/**
 * Whether the sessions themselves are sound: the oracle makes as many false marks as its budget expects. It may make as few as two
 * thirds of them, because a silence that an auction began or cut short does not count in full.
 */
export function soundness(records: readonly DayRecord[]): Bound {
  const judged = records.filter(({ judges }) => judges.some(({ name }) => name === 'oracle'));
  const { seen } = scoreOf('oracle', records).total.falseMarks;
  const expected = judged.reduce((sum, one) => sum + one.expected, 0);
  // The square root of a Poisson variable has a standard deviation of 1/2, whatever its mean.
  const low = Math.max(0, Math.sqrt((expected * 2) / 3) - deviations / 2) ** 2;
  const high = (Math.sqrt(expected) + deviations / 2) ** 2 + 1;
  return {
    name: 'oracle: false marks',
    must: true,
    asked: `${low.toFixed(1)} to ${high.toFixed(1)}, ${expected.toFixed(1)} expected`,
    found: String(seen),
    holds: seen >= Math.floor(low) && seen <= high,
  };
}

/** The processor time of the days. It has no bound, because it depends on the machine and its load. */
export function costs(records: readonly DayRecord[]): string {
  const took = records.map((one) => one.took).sort((first, second) => first - second);
  const messages = records.reduce((sum, one) => sum + one.messages, 0) / records.length;
  return (
    `${String(records.length)} days with those to learn from; median ${((took[took.length >> 1] ?? 0) / 1_000).toFixed(1)} s ` +
    `of processor time a day, ${(messages / 1e6).toFixed(1)} million messages`
  );
}
