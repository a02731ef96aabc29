import type { DayRecord } from './record.js';
import { scoreOf } from './score.js';
import { poissonBounds } from './special.js';
import type { Bound } from './verdicts.js';

/** Whether the sessions themselves are sound: the oracle is as often wrong as it means to be. */
export function soundness(records: readonly DayRecord[]): Bound {
  const judged = records.filter(({ judges }) => judges.some(({ name }) => name === 'oracle'));
  const { total } = scoreOf('oracle', records);
  const expected = judged.reduce((sum, one) => sum + one.expected, 0);
  const [low, high] = [poissonBounds(Math.floor(expected)).lower, poissonBounds(Math.ceil(expected)).upper];
  return {
    name: 'the oracle errs as often as it means to',
    found: `${String(total.seen)} false marks, ${expected.toFixed(1)} expected (${low.toFixed(1)} to ${high.toFixed(1)})`,
    holds: total.seen >= Math.floor(low) && total.seen <= Math.ceil(high),
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
