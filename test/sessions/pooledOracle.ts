import { budget } from './oracle.js';
import type { Outage } from './plan.js';
import { minute } from './timetable.js';
import type { TradingDay } from './tradingDay.js';
import type { Universe } from './universe.js';

/** Every how many ms it looks. */
export const lookEvery = 100;

/** Looks in a day that tell something new, at shares: one a second, at ten lengths of silence. */
const looks = 10 * 300 * 60;

/**
 * When one who knows all laws and rates, but not who is silent, knows that an outage is one; at the same budget, one false
 * alarm in 1,000 days. It is told of each look what was heard until then.
 *
 * - a market or the feed: the chance that it is silent for so long, given when each of its symbols was last heard
 * - a share: how much likelier the silences are when a part of all symbols, drawn by chance, is dead, than when none is
 */
export function pooledOracle(
  universe: Universe,
  day: TradingDay,
  outage: Outage,
  heard: Float64Array,
): (now: number) => boolean {
  const { subjects, laws } = universe;
  const open = subjects.flatMap((_, index) => (day.gaps(index, outage.from, outage.from + minute) > 0 ? [index] : []));
  const members = new Set(outage.symbols);
  const among = outage.scope === 'share' ? open : open.filter((index) => members.has(index));
  const part = among.filter((index) => members.has(index)).length / among.length;

  /** Logarithm of the chance that a symbol stays silent from `since` on, by all that was known then. */
  const silent = (index: number, since: number, now: number): number => {
    const law = laws[subjects[index]!.law]!;
    const last = Math.min(heard[index]!, since);
    const before = law.survival(day.gaps(index, last, since));
    // Where the law leaves nothing, it is silent for another reason already.
    return before > 0 ? Math.log(law.survival(day.gaps(index, last, now)) / before) : 0;
  };

  if (outage.scope !== 'share') {
    const messages = among.reduce(
      (sum, index) => sum + day.symbols[index]!.rate * day.symbols[index]!.openPace.total,
      0,
    );
    return (now) => {
      const since = among.reduce((latest, index) => Math.max(latest, heard[index]!), 0);
      return among.reduce((sum, index) => sum + silent(index, since, now), 0) < Math.log(budget / messages);
    };
  }
  return (now) => {
    let likelier = 0;
    for (const index of among) {
      const chance = heard[index]! > outage.from ? Infinity : Math.exp(silent(index, outage.from, now));
      likelier += Math.log(1 - part + part / chance);
    }
    return likelier > Math.log(looks / budget);
  };
}
