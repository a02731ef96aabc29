import type { DayRecord } from './record.js';
import { scoreOf } from './score.js';
import { poissonBounds } from './special.js';
import type { Bound } from './verdicts.js';

/** A day must not cost more processor time than this, in ms, on a machine with nothing else to do. */
const longestDay = 5_000;

/** Whether the sessions themselves are sound: the oracle is as often wrong as it means to be, and days are cheap. */
export function soundness(records: readonly DayRecord[]): readonly Bound[] {
  const judged = records.filter(({ judges }) => judges.some(({ name }) => name === 'oracle'));
  const { total } = scoreOf('oracle', records);
  const expected = judged.reduce((sum, one) => sum + one.expected, 0);
  const [low, high] = [poissonBounds(Math.floor(expected)).lower, poissonBounds(Math.ceil(expected)).upper];
  const took = records.map((one) => one.took).sort((a, b) => a - b);
  const messages = records.reduce((sum, one) => sum + one.messages, 0);
  const typical = took[took.length >> 1] ?? 0;
  return [
    {
      name: 'the oracle errs as often as it means to',
      found: `${String(total.seen)} false marks, ${expected.toFixed(1)} expected (${low.toFixed(1)} to ${high.toFixed(1)})`,
      holds: total.seen >= Math.floor(low) && total.seen <= Math.ceil(high),
    },
    {
      name: 'processor time a day',
      found: `median ${(typical / 1_000).toFixed(1)} s, ${(messages / records.length / 1e6).toFixed(1)} million messages`,
      holds: typical <= longestDay,
    },
  ];
}
