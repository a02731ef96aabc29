import { describe, expect, it } from 'vitest';
import { Checks } from './checks.js';
import { kinds } from './kinds.js';
import { laws } from './laws.js';
import { Pace } from './pace.js';
import { type Plan, planOf } from './plan.js';
import { seeded } from './random.js';
import { at, hours, minute, replaced, stateAt } from './timetable.js';
import { TradingDay } from './tradingDay.js';
import { universe } from './universe.js';

const all = universe(1, laws);
const normal = planOf(kinds[0]!, all, seeded('plan'));
const thin: Plan = { ...normal, volume: 0.01 };

/** Times and symbols of a day's messages. */
function messagesOf(plan: Plan, ...words: readonly string[]): { readonly times: number[]; readonly symbols: number[] } {
  const day = new TradingDay(all, plan, seeded(...words));
  const [times, symbols]: [number[], number[]] = [[], []];
  while (day.nextTime < Infinity) {
    times.push(day.nextTime);
    symbols.push(day.nextSymbol);
    day.advance();
  }
  return { times, symbols };
}

describe('checks', () => {
  it('come in the order of their times, also when the first is postponed', () => {
    const random = seeded('checks');
    const checks = new Checks(500);
    for (let number = 0; number < 500; number += 1) checks.add(number, random());
    const seen: number[] = [];
    for (let turn = 0; turn < 500; turn += 1) {
      seen.push(checks.firstTime);
      checks.postpone(checks.firstTime + random());
    }
    for (; checks.firstTime < Infinity; checks.remove()) seen.push(checks.firstTime);
    expect(seen).toHaveLength(1_000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('pace', () => {
  const pace = new Pace('common', hours.SET, { auction: 0.3, closed: 0 });

  it('is ten times as fast at the open as before lunch', () => {
    expect(pace.rateAt(at(10)) / pace.rateAt(at(12, 29))).toBeGreaterThan(9.5);
    expect(pace.rateAt(at(13))).toBe(0);
  });

  it('averages 1 over the open parts, within a tenth', () => {
    const open = new Pace('common', hours.SET, { auction: 0, closed: 0 });
    expect(open.total / 18_000).toBeGreaterThan(0.9);
    expect(open.total / 18_000).toBeLessThan(1.1);
  });

  it('is faster in a surge', () => {
    const surges = [{ from: at(11), to: at(11, 10), factor: 3 }];
    const surging = new Pace('common', hours.SET, { auction: 0.3, closed: 0 }, surges);
    const times = [at(11) - 1, at(11), at(11, 10) - 1, at(11, 10)];
    expect(times.map((time) => Math.round(surging.rateAt(time) / pace.rateAt(time)))).toEqual([1, 3, 3, 1]);
  });

  it('gives the time at which a number of mean gaps has passed', () => {
    for (const time of [at(9, 31), at(10) + 1, at(11, 17) + 4_321, at(16, 29)]) {
      expect(pace.timeOf(pace.passedAt(time))).toBeCloseTo(time, 3);
    }
    expect(pace.timeOf(pace.total)).toBe(Infinity);
  });
});

describe('a day', () => {
  it('is the same for the same seed, and differs for another seed', () => {
    const first = messagesOf(thin, 'a');
    expect(messagesOf(thin, 'a')).toEqual(first);
    expect(messagesOf(thin, 'b').times.slice(0, 10)).not.toEqual(first.times.slice(0, 10));
  });

  it('has as many messages as the rates require, in order, and none while a symbol can not trade', () => {
    const { times, symbols } = messagesOf(thin, 'a');
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const day = new TradingDay(all, thin, seeded('a'));
    const expected = day.symbols.reduce((sum, { rate, pace }) => sum + rate * pace.total, 0);
    expect(times.length / expected).toBeGreaterThan(0.95);
    // A day begins right after a message, where spread gaps are short: some messages more a symbol.
    expect((times.length - expected) / all.subjects.length).toBeLessThan(4);
    const closed = times.filter((time, number) => stateAt(day.symbols[symbols[number]!]!.parts, time) === 'closed');
    expect(closed).toEqual([]);
  });

  it('has at least 100 messages a second whenever SET is open, under its usual trade', () => {
    const day = new TradingDay(all, normal, seeded('a'));
    for (let time = at(10); time < at(16, 30); time += minute) {
      if (stateAt(hours.SET, time) === 'open') expect(day.rateAt(time)).toBeGreaterThan(100);
    }
  });

  it('has no message of a halted symbol, and messages of all others', () => {
    const halt = { symbol: 0, from: at(11), to: at(12) };
    const { times, symbols } = messagesOf({ ...thin, halts: [halt] }, 'a');
    const during = symbols.filter((_, number) => times[number]! >= halt.from && times[number]! < halt.to);
    expect(during.length).toBeGreaterThan(0);
    expect(during).not.toContain(0);
    expect(symbols).toContain(0);
  });
});

it('a circuit breaker halts trading for half an hour, has an auction, and then goes on', () => {
  const kind = kinds.find(({ name }) => name === 'circuit breaker')!;
  const { parts } = planOf(kind, all, seeded('plan')).markets.SET;
  const from = parts.find(({ state }) => state === 'halted')!.from;
  const states = [-1, 0, 29, 30, 39, 40].map((minutes) => stateAt(parts, from + minutes * minute));
  expect(states).toEqual(['open', 'halted', 'halted', 'auction', 'auction', 'open']);
});

it('replaced parts of a day leave the parts outside the span unchanged', () => {
  const parts = replaced(hours.SET, at(11), at(11, 20), [{ state: 'halted', from: at(11), to: at(11, 20) }]);
  expect([at(10, 59), at(11), at(11, 19), at(11, 20)].map((time) => stateAt(parts, time))).toEqual([
    'open',
    'halted',
    'halted',
    'open',
  ]);
});
