import type { MarketState } from '../../src/model/state.js';
import type { Judge } from './judge.js';
import type { Oracle } from './oracle.js';
import type { Plan } from './plan.js';
import { nextLook, pooledOracle } from './pooledOracle.js';
import type { Random } from './random.js';
import type { DayRecord } from './record.js';
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

/** Plays a day to the judges. `begin` is when it begins, `random` what delays its statuses. */
export function runDay(
  universe: Universe,
  plan: Plan,
  day: TradingDay,
  oracle: Oracle,
  judged: readonly Judged[],
  begin: number,
  random: Random,
): Pick<DayRecord, 'messages' | 'symbolDays' | 'expected' | 'judgesPools' | 'deaths' | 'outages' | 'judges'> {
  const { subjects } = universe;
  const count = subjects.length;
  const truth: Truth = { faulty: new Uint8Array(count), heard: new Float64Array(count) };
  const referees = judged.map(({ name, judge }) => new Referee(name, judge, begin, universe, day, plan, truth));
  const silentUntil = new Float64Array(count);
  const happenings: Happening[] = [];
  const happen = (at: number, what: (now: number) => void): void => {
    happenings.push({ at, do: what });
  };
  const tell = (word: (judge: Judge, now: number) => void, now: number): void => {
    for (const referee of referees) referee.tell((judge) => word(judge, begin + now));
  };

  // Markets: what each symbol's status is, and what has arrived of it.
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

  // What goes wrong.
  const silence = (index: number, until: number): void => {
    truth.faulty[index] = 1;
    silentUntil[index] = until;
  };
  const deaths: DayRecord['deaths'][number][] = [];
  for (const [number, { symbol, from }] of plan.deaths.entries()) {
    const sort = sortOf(subjects[symbol]!);
    happen(from, (now) => {
      silence(symbol, Infinity);
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
  const outages: { scope: 'share' | 'market' | 'feed'; rate: number; oracle: number | null }[] = [];
  let looks: ((now: number) => void) | undefined;
  let lookAt = Infinity;
  for (const [number, outage] of plan.outages.entries()) {
    happen(outage.from, (now) => {
      for (const index of outage.symbols) silence(index, outage.to);
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
      // What was known of markets came by this link.
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
    truth.faulty[index] = 0;
    truth.heard[index] = now;
    for (const referee of referees) referee.seen(index, now);
  };
  const comes = (index: number, now: number): boolean => linked && now >= silentUntil[index]!;

  const oversleep = ({ from, to, buffered }: Plan['sleeps'][number]): void => {
    const held: number[] = [];
    while (day.nextTime < to) {
      // Sockets hold the first that came.
      if (day.nextTime < from + buffered && comes(day.nextSymbol, day.nextTime)) held.push(day.nextSymbol);
      day.advance();
    }
    // Timers are run before sockets are read.
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
    // What happened while it slept is told when it wakes.
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
  }
  return {
    messages,
    symbolDays,
    expected: oracle.expected,
    judgesPools: plan.judgesPools,
    deaths,
    outages,
    judges: referees.map((referee) => referee.record()),
  };
}

/** The judges learn of the symbols. */
export function watchAll({ subjects }: Universe, judge: Judge, now: number): void {
  for (const { topic, symbol, market } of subjects) judge.watch(topic, { symbol, market }, now);
}
