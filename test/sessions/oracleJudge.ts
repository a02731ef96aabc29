import { Checks } from './checks.js';
import type { Judge, Verdict } from './judge.js';
import type { Oracle } from './oracle.js';
import type { Universe } from './universe.js';

/** Later than asked for by more than this, in ms, the process slept. */
const late = 2_000;

/** Times of this difference, in ms, are the same, or it would ask again and again. */
const rounding = 1e-3;

/** The oracle, asked message by message like any other judge. `begin` is when its day begins. */
export function oracleJudge(universe: Universe, oracle: Oracle, begin: number): Judge {
  const count = universe.subjects.length;
  const index = new Map(universe.subjects.map(({ topic }, number) => [topic, number]));
  const heard = new Float64Array(count);
  const armed = new Uint8Array(count);
  const checks = new Checks(count);
  let down = false;
  const arm = (number: number): void => {
    const time = oracle.knowsAt(number, heard[number]!);
    armed[number] = time < Infinity ? 1 : 0;
    if (time < Infinity) checks.add(number, time);
  };
  const forgive = (now: number): void => {
    heard.fill(now);
    for (let number = 0; number < count; number += 1) if (armed[number] === 0) arm(number);
  };
  return {
    watch: (topic, _, now) => {
      const number = index.get(topic)!;
      heard[number] = now - begin;
      arm(number);
    },
    seen: (topic, now) => {
      const number = index.get(topic)!;
      heard[number] = now - begin;
      // A symbol on the list is looked at when its time has come.
      if (armed[number] === 0) arm(number);
    },
    market: () => {},
    linkLost: () => {
      down = true;
    },
    linkLive: (now) => {
      down = false;
      forgive(now - begin);
    },
    deadline: () => (down ? Infinity : begin + checks.firstTime),
    advance: (absolute) => {
      const now = absolute - begin;
      if (now > checks.firstTime + late) forgive(now);
      const verdicts: Verdict[] = [];
      while (checks.firstTime <= now + rounding) {
        const number = checks.first;
        const time = oracle.knowsAt(number, heard[number]!);
        if (time > now + rounding) {
          if (time < Infinity) checks.postpone(time);
          else armed[checks.remove()] = 0;
          continue;
        }
        armed[checks.remove()] = 0;
        verdicts.push({ scope: 'topic', topic: universe.subjects[number]!.topic });
      }
      return verdicts;
    },
  };
}
