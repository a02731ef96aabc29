import type { MarketState } from '../../src/model/state.js';
import type { Judge } from './judge.js';
import type { Oracle } from './oracle.js';
import type { Plan } from './plan.js';
import { nextLook, pooledOracle } from './pooledOracle.js';
import type { Random } from './random.js';
import type { DayRecord, Pooled } from './record.js';
import { Referee, type Truth } from './referee.js';
import { type Market, changeAfter, dayLength, markets, openBetween, stateAt } from './timetable.js';
import type { TradingDay } from './tradingDay.js';
import { sortOf, sortsPerLaw, type Universe } from './universe.js';

export interface Judged {
  readonly name: string;
  readonly judge: Judge;
}

/** Something that happens besides messages. */
interface Happening {
  readonly at: number;
  readonly do: (now: number) => void;
}

/** Plays a day to the judges. The day begins at `begin`; `random` delays its statuses. */
export function runDay(
  universe: Universe,
  plan: Plan,
  day: TradingDay,
  oracle: Oracle,
  judged: readonly Judged[],
  begin: number,
  random: Random,
): Omit<DayRecord, 'kind' | 'seed' | 'laws' | 'took'> {
  const { subjects } = universe;
  const count = subjects.length;
  const truth: Truth = { faultySince: new Float64Array(count).fill(Infinity), heard: new Float64Array(count) };
  const livesSince = new Float64Array(count);
  const openTime = new Array<number>(universe.laws.length * sortsPerLaw).fill(0);
  const referees = judged.map(({ name, judge }) => new Referee(name, judge, begin, universe, day, plan, truth));
  const silentUntil = new Float64Array(count);
  const happenings: Happening[] = [];
  const happen = (at: number, what: (now: number) => void): void => {
    happenings.push({ at, do: what });
  };
  const tell = (word: (judge: Judge, now: number) => void, now: number): void => {
    for (const referee of referees) referee.tell((judge) => word(judge, begin + now));
  };

  // The state of each symbol by its status, and the last state that the judges were given.
  let linked = true;
  const byStatus: (MarketState | undefined)[] = subjects.map(() => undefined);
  const told: (MarketState | undefined)[] = subjects.map(() => undefined);
  const clockAt = (now: number): number =>
    now + (plan.clockSteps.find(({ from, to }) => from <= now && now < to)?.by ?? 0);
  const byCalendar = (market: Market, now: number): MarketState => stateAt(plan.markets[market].calendar, clockAt(now));
  const sayMarket = (index: number, now: number): void => {
    const state = byStatus[index] ?? byCalendar(subjects[index]!.market, now);
    if (state === told[index]) return;
    told[index] = state;
    tell((judge, time) => judge.market(subjects[index]!.topic, state, time), now);
  };
  const sayCalendar = (now: number): void => {
    for (const market of markets) {
      const state = byCalendar(market, now);
      const clock = clockAt(now);
      const until = begin + now + changeAfter(plan.markets[market].calendar, clock) - clock;
      tell((judge, time) => judge.calendar?.(market, state, time, until), now);
    }
    for (const index of subjects.keys()) sayMarket(index, now);
  };
  for (const market of markets) {
    for (const { from, to } of plan.markets[market].calendar) {
      for (const change of [from, to]) {
        happen(change, sayCalendar);
        for (const { by } of plan.clockSteps) happen(Math.max(0, change - by), sayCalendar);
      }
    }
    const { statusWithin, parts } = plan.markets[market];
    if (statusWithin === 'never') continue;
    const statuses = (of: typeof parts, indexes: readonly number[]): void => {
      for (const change of new Set([0, ...of.flatMap(({ from, to }) => [from, to])])) {
        const state = stateAt(of, change);
        happen(change + random() * statusWithin, (now) => {
          if (!linked) return;
          for (const index of indexes) {
            byStatus[index] = state;
            sayMarket(index, now);
          }
        });
      }
    };
    const members = subjects.flatMap((subject, index) => (subject.market === market ? [index] : []));
    statuses(
      parts,
      members.filter((index) => day.symbols[index]!.parts === parts),
    );
    for (const index of members) if (day.symbols[index]!.parts !== parts) statuses(day.symbols[index]!.parts, [index]);
  }
  for (const { from, to } of plan.clockSteps) {
    happen(from, sayCalendar);
    happen(to, sayCalendar);
  }

  // Faults.
  const endLife = (index: number, now: number): void => {
    openTime[sortOf(subjects[index]!)]! += openBetween(day.symbols[index]!.parts, livesSince[index]!, now);
  };
  const silence = (index: number, now: number, until: number): void => {
    silentUntil[index] = until;
    if (truth.faultySince[index]! < Infinity) return;
    truth.faultySince[index] = now;
    endLife(index, now);
  };
  const deaths: DayRecord['deaths'][number][] = [];
  for (const [number, { symbol, from }] of plan.deaths.entries()) {
    const sort = sortOf(subjects[symbol]!);
    happen(from, (now) => {
      silence(symbol, now, Infinity);
      for (const referee of referees) referee.died(number);
      const { parts } = day.symbols[symbol]!;
      const knows = oracle.knowsAt(symbol, truth.heard[symbol]!);
      const part = parts.find(({ state, to }) => state === 'open' && to > now);
      deaths[number] = {
        sort,
        needs: knows < Infinity ? openBetween(parts, now, knows) : null,
        left: openBetween(parts, now, dayLength),
        leftOfPart: (part?.to ?? now) - now,
      };
    });
  }
  const outages: { scope: Pooled; rate: number; oracle: number | null }[] = [];
  let looks: ((now: number) => void) | undefined;
  let lookAt = Infinity;
  for (const [number, outage] of plan.outages.entries()) {
    happen(outage.from, (now) => {
      for (const index of outage.symbols) silence(index, now, outage.to);
      const record: (typeof outages)[number] = { scope: outage.scope, rate: day.rateAt(now), oracle: null };
      outages[number] = record;
      const knows = pooledOracle(universe, day, outage, truth.heard);
      looks = (time) => {
        lookAt = time + nextLook(time - outage.from);
        if (time >= outage.to) lookAt = Infinity;
        else if (knows(time)) [record.oracle, lookAt] = [time - outage.from, Infinity];
      };
      lookAt = now + nextLook(0);
    });
  }
  for (const { from, to } of plan.flaps) {
    happen(from, (now) => {
      linked = false;
      // A lost link makes each status unknown.
      byStatus.fill(undefined);
      tell((judge, time) => judge.linkLost(time), now);
      for (const index of subjects.keys()) sayMarket(index, now);
    });
    happen(to, (now) => {
      linked = true;
      tell((judge, time) => judge.linkLive(time), now);
    });
    happen(to + 300, (now) => {
      for (const [index, { market }] of subjects.entries()) {
        if (plan.markets[market].statusWithin === 'never') continue;
        byStatus[index] = stateAt(day.symbols[index]!.parts, now);
        sayMarket(index, now);
      }
    });
  }
  happen(0, sayCalendar);
  happenings.sort((a, b) => a.at - b.at);

  let messages = 0;
  const deliver = (index: number, now: number): void => {
    messages += 1;
    for (const referee of referees) referee.seen(index, now);
    truth.heard[index] = now;
    if (truth.faultySince[index] === Infinity) return;
    truth.faultySince[index] = Infinity;
    livesSince[index] = now;
  };
  const comes = (index: number, now: number): boolean => linked && now >= silentUntil[index]!;

  const oversleep = ({ from, to, buffered }: Plan['sleeps'][number]): void => {
    const held: number[] = [];
    while (day.nextTime < to) {
      // The sockets hold the first messages.
      if (day.nextTime < from + buffered && comes(day.nextSymbol, day.nextTime)) held.push(day.nextSymbol);
      day.advance();
    }
    // The process runs its timers before it reads its sockets.
    for (const referee of referees) if (referee.deadline <= to) referee.advance(to);
    for (const index of held) deliver(index, to);
  };

  let next = 0;
  let nap = 0;
  let awakeSince = 0;
  const speak = (now: number): void => {
    for (const referee of referees) if (referee.deadline <= now) referee.until(now);
  };
  for (;;) {
    const stop = Math.min(happenings[next]?.at ?? Infinity, plan.sleeps[nap]?.from ?? Infinity, lookAt, dayLength);
    for (let now = day.nextTime; now < stop; now = day.nextTime) {
      speak(now);
      const index = day.nextSymbol;
      if (comes(index, now)) deliver(index, now);
      day.advance();
    }
    // After a sleep the judges learn of all that happened meanwhile.
    const now = Math.max(stop, awakeSince);
    speak(now);
    const sleep = plan.sleeps[nap];
    if (stop === dayLength) break;
    if (stop === sleep?.from) {
      nap += 1;
      oversleep(sleep);
      awakeSince = sleep.to;
    } else if (stop === lookAt) looks?.(now);
    else {
      next += 1;
      happenings[next - 1]!.do(now);
    }
  }

  const symbolDays = new Array<number>(universe.laws.length * sortsPerLaw).fill(0);
  for (const [index, subject] of subjects.entries()) {
    if (day.symbols[index]!.parts.some(({ state }) => state === 'open')) symbolDays[sortOf(subject)]! += 1;
    if (truth.faultySince[index] === Infinity) endLife(index, dayLength);
  }
  return {
    messages,
    symbolDays,
    openTime,
    expected: oracle.expected,
    judgesPools: plan.judgesPools,
    deaths,
    outages,
    judges: referees.map((referee) => referee.record(dayLength)),
  };
}

/** Makes a judge follow all symbols. */
export function watchAll({ subjects }: Universe, judge: Judge, now: number): void {
  for (const { topic, symbol, market } of subjects) judge.watch(topic, { symbol, market }, now);
}
