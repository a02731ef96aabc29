import type { DayRecord } from './record.js';
import { scoreOf } from './score.js';
import type { Bound } from './verdicts.js';

/** Beyond so many standard deviations lies one run in ten thousand: sound sessions must not fail by chance. */
const deviations = 3.9;

/**
 * Whether the sessions themselves are sound: the oracle is as often wrong as it means to be. A little less often, as
 * silence that began in an auction, or was cut by one, is not counted in full: down to two thirds.
 */
export function soundness(records: readonly DayRecord[]): Bound {
  const judged = records.filter(({ judges }) => judges.some(({ name }) => name === 'oracle'));
  const { total } = scoreOf('oracle', records);
  const expected = judged.reduce((sum, one) => sum + one.expected, 0);
  // The square root of a Poisson variable has a standard deviation of 1/2, whatever its mean.
  const low = Math.max(0, Math.sqrt((expected * 2) / 3) - deviations / 2) ** 2;
  const high = (Math.sqrt(expected) + deviations / 2) ** 2 + 1;
  return {
    name: 'the oracle errs as often as it means to',
    found: `${String(total.seen)} false marks, ${expected.toFixed(1)} expected (${low.toFixed(1)} to ${high.toFixed(1)})`,
    holds: total.seen >= Math.floor(low) && total.seen <= high,
  };
}

/** What the days cost: no bound, as it hangs on the machine and on what else it does. */
export function costs(records: readonly DayRecord[]): string {
  const took = records.map((one) => one.took).sort((first, second) => first - second);
  const messages = records.reduce((sum, one) => sum + one.messages, 0) / records.length;
  return (
    `${String(records.length)} days, those to learn from included; median ${((took[took.length >> 1] ?? 0) / 1_000).toFixed(1)} s ` +
    `of processor time a day, ${(messages / 1e6).toFixed(1)} million messages`
  );
}
