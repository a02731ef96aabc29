import { budget } from './oracle.js';
import type { Outage } from './plan.js';
import { minute } from './timetable.js';
import type { TradingDay } from './tradingDay.js';
import type { Universe } from './universe.js';

/** The time until the next look, in ms: 100, or a fiftieth of the time since the outage began. */
export const nextLook = (passed: number): number => Math.max(100, passed / 50);

/** Independent looks for partial outages in a day: one a second, each at ten lengths of silence. */
const looks = 10 * 300 * 60;

/**
 * Returns whether the oracle recognizes an outage at `now`. It knows all laws and rates, but not the dead symbols. Its budget
 * is one false alarm in 1,000 days. `heard` holds the time of the last message of each symbol.
 *
 * - a market or the feed: the chance of so long a silence, given the last message of each of its symbols
 * - a partial outage: how much likelier the silences are if a random part of all symbols is dead than if no symbol is
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
  const among = outage.scope === 'partial' ? open : open.filter((index) => members.has(index));
  const part = among.filter((index) => members.has(index)).length / among.length;

  /** The chance of the silence of a symbol from `last` to `now`, by its law. */
  const surviving = (index: number, last: number, now: number): number =>
    laws[subjects[index]!.law]!.survival(day.gaps(index, last, now));

  if (outage.scope !== 'partial') {
    const messages = among.reduce(
      (sum, index) => sum + day.symbols[index]!.rate * day.symbols[index]!.openPace.total,
      0,
    );
    return (now) => {
      const since = among.reduce((latest, index) => Math.max(latest, heard[index]!), 0);
      // Given the silence of each symbol until the last message of them all.
      const chance = among.reduce((sum, index) => {
        const before = surviving(index, heard[index]!, since);
        // A silence that the law excludes has another cause.
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
