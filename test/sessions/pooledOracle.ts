import { budget } from './oracle.js';
import type { Outage } from './plan.js';
import { minute } from './timetable.js';
import type { TradingDay } from './tradingDay.js';
import type { Universe } from './universe.js';

/** In how many ms it looks again: every 100, or after a fiftieth of what has passed. */
export const nextLook = (passed: number): number => Math.max(100, passed / 50);

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

  /** The chance that a symbol is silent since it was last heard, by what its law says at `now`. */
  const surviving = (index: number, last: number, now: number): number =>
    laws[subjects[index]!.law]!.survival(day.gaps(index, last, now));

  if (outage.scope !== 'share') {
    const messages = among.reduce(
      (sum, index) => sum + day.symbols[index]!.rate * day.symbols[index]!.openPace.total,
      0,
    );
    return (now) => {
      const since = among.reduce((latest, index) => Math.max(latest, heard[index]!), 0);
      // Given that each was silent until the last of them was heard.
      const chance = among.reduce((sum, index) => {
        const before = surviving(index, heard[index]!, since);
        // Where the law leaves nothing, it is silent for another reason already.
        return before > 0 ? sum + Math.log(surviving(index, heard[index]!, now) / before) : sum;
      }, 0);
      return chance < Math.log(budget / messages);
    };
  }
  const last = heard.slice();
  const before = last.map((time, index) => surviving(index, time, outage.from));
  return (now) => {
    let likelier = 0;
    for (const index of among) {
      const silent = heard[index] === last[index] && before[index]! > 0;
      const chance = silent ? surviving(index, last[index]!, now) / before[index]! : Infinity;
      likelier += Math.log(1 - part + part / chance);
    }
    return likelier > Math.log(looks / budget);
  };
}
