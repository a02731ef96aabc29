import { describe, expect, it } from 'vitest';
import type { Judge, Verdict } from './judge.js';
import { kinds } from './kinds.js';
import { laws } from './laws.js';
import { Oracle } from './oracle.js';
import { type Plan, planOf } from './plan.js';
import { seeded } from './random.js';
import type { DayRecord } from './record.js';
import { runDay, watchAll } from './runDay.js';
import { at, dayLength, hour, minute, second, stateAt } from './timetable.js';
import { TradingDay } from './tradingDay.js';
import { universe } from './universe.js';

const all = universe(1, laws);

it('a feed of 25 symbols has symbols of each class of rates', () => {
  const { subjects } = universe(1, laws, 25);
  expect([0, 1, 2, 3, 4, 5, 6].map((one) => subjects.filter(({ rateClass }) => rateClass === one).length)).toEqual([
    1, 3, 5, 7, 5, 4, 3,
  ]);
  expect(all.subjects).toHaveLength(800);
});

const normal = planOf({ name: 'normal', plan: () => ({}) }, all, seeded('plan'));
const begin = 3 * dayLength;

/** Plays a day with little trade, because these tests do not depend on its volume. */
function played(plan: Plan, judge: Judge, volume = 0.01): Omit<DayRecord, 'kind' | 'seed' | 'laws' | 'took'> {
  const thin = { ...plan, volume };
  const day = new TradingDay(all, thin, seeded('messages'));
  watchAll(all, judge, begin);
  return runDay(all, thin, day, new Oracle(all, day), [{ name: 'scripted', judge }], begin, seeded('lags'));
}

interface Call {
  readonly what: string;
  readonly now: number;
  readonly detail?: string;
}

/** A judge that records each call and gives the verdicts of its script when they are due. */
function scripted(script: readonly (readonly [number, Verdict])[] = []): {
  readonly judge: Judge;
  readonly calls: Call[];
} {
  const calls: Call[] = [];
  const rest = [...script];
  const note = (what: string, now: number, detail?: string): void => {
    calls.push({ what, now: now - begin, ...(detail === undefined ? {} : { detail }) });
  };
  const judge: Judge = {
    watch: (topic, _, now) => note('watch', now, topic),
    seen: (topic, now) => note('seen', now, topic),
    market: (topic, state, now) => note('market', now, `${topic} ${state}`),
    calendar: (market, state, now) => note('calendar', now, `${market} ${state}`),
    linkLost: (now) => note('lost', now),
    linkLive: (now) => note('live', now),
    deadline: () => begin + (rest[0]?.[0] ?? Infinity),
    advance: (now) => {
      note('advance', now);
      const due = rest.filter(([time]) => begin + time <= now);
      rest.splice(0, due.length);
      return due.map(([, verdict]) => verdict);
    },
    explain: () => ({ thresholdMs: 1, undetectable: true }),
  };
  return { judge, calls };
}

const topicOf = (symbol: number): string => all.subjects[symbol]!.topic;
const symbolsOf = (market: string): readonly number[] =>
  all.subjects.flatMap((subject, index) => (subject.market === market ? [index] : []));
/** A symbol of SET with one message a second. */
const busy = all.subjects.findIndex(({ market, rateClass }) => market === 'SET' && rateClass === 1);

describe.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  it('gives the judges times that never fall, and no message of a dead symbol, of a lost link or during a sleep', () => {
    const plan = planOf(kind, all, seeded('plan', kind.name));
    const { judge, calls } = scripted();
    played(plan, judge, 0.004);
    const times = calls.map(({ now }) => now);
    expect(times.every((time, index) => index === 0 || time >= times[index - 1]!)).toBe(true);
    const seen = calls.filter(({ what }) => what === 'seen');
    const within = ({ from, to }: { from: number; to: number }): readonly Call[] =>
      seen.filter(({ now }) => now > from + 1 && now < to - 1);
    for (const span of [...plan.flaps, ...plan.sleeps]) expect(within(span)).toEqual([]);
    for (const { symbol, from } of plan.deaths) {
      expect(within({ from, to: Infinity }).some(({ detail }) => detail === topicOf(symbol))).toBe(false);
    }
    for (const outage of plan.outages) {
      const dead = new Set(outage.symbols.map(topicOf));
      expect(within(outage).filter(({ detail }) => dead.has(detail!))).toEqual([]);
    }
    // Each change has arrived within half a minute.
    const told = new Map<string, string>();
    const day = new TradingDay(all, plan, seeded('other'));
    const late = [at(9, 50), at(10, 45), at(12), at(13), at(14, 45), at(18), at(20)];
    let checked = 0;
    for (const call of [...calls, { what: 'end', now: dayLength }]) {
      while (late[checked] !== undefined && late[checked]! < call.now) {
        const now = late[checked]!;
        checked += 1;
        const asleep = plan.sleeps.some(({ from, to }) => from <= now && now <= to);
        const flapping = plan.flaps.some(({ from, to }) => from <= now && now <= to + 30 * second);
        if (asleep || flapping) continue;
        const wrong = all.subjects.filter(({ topic }, index) => {
          const { parts } = day.symbols[index]!;
          const state = stateAt(parts, now);
          return stateAt(parts, now - 30 * second) === state && told.get(topic) !== state;
        });
        expect(wrong).toEqual([]);
      }
      if (call.what !== 'market') continue;
      const [topic, state] = call.detail!.split(' ');
      told.set(topic!, state!);
    }
    expect(checked).toBe(late.length);
  });
});

describe('the record of a judge', () => {
  it('has each stale verdict on a living symbol as a false mark, also while its market is not open', () => {
    const { judge } = scripted([
      [at(11), { scope: 'topic', topic: topicOf(busy) }],
      [at(13), { scope: 'topic', topic: topicOf(busy) }],
      [at(13, 1), { scope: 'topic', topic: topicOf(busy) }],
      [at(13) + 1, { scope: 'quiet', topic: topicOf(busy) }],
    ]);
    const [record] = played(normal, judge).judges;
    expect(record!.falseMarks.reduce((sum, marks) => sum + marks, 0)).toBe(3);
    expect(record!.falseWhileNotOpen).toBe(2);
  });

  it('has the time from a death to the first verdict, also by a partial outage, and the explanation at the death', () => {
    const other = all.subjects.findIndex(({ market }, index) => market === 'SET' && index > busy);
    const deaths = [busy, other].map((symbol) => ({ symbol, from: at(11) }));
    const { judge } = scripted([
      [at(11) + 5_000, { scope: 'topic', topic: topicOf(busy) }],
      [at(11) + 7_000, { scope: 'partial', topics: [topicOf(busy), topicOf(other)] }],
    ]);
    const { judges, deaths: labels } = played({ ...normal, deaths, judgesPools: false }, judge);
    expect(judges[0]).toMatchObject({ found: [5_000, 7_000], undetectable: [true, true], falseAlarms: [] });
    expect(judges[0]!.falseMarks.every((marks) => marks === 0)).toBe(true);
    expect(labels[0]).toMatchObject({ left: 4 * hour, leftOfPart: at(12, 30) - at(11) });
  });

  it('leaves the lunch out of the time between a death and its verdict', () => {
    const { judge } = scripted([[at(14) + 5_000, { scope: 'topic', topic: topicOf(busy) }]]);
    const deaths = [{ symbol: busy, from: at(12, 29) }];
    const [record] = played({ ...normal, deaths, judgesPools: false }, judge).judges;
    expect(record!.found).toEqual([65_000]);
  });

  it('has a verdict shortly before a death as a false mark, and the death as found at once', () => {
    const quiet = all.subjects.findIndex(({ market, rateClass }) => market === 'SET' && rateClass === 6);
    const deaths = [{ symbol: quiet, from: at(10) + 2_000 }];
    const { judge } = scripted([[at(10) + 1_000, { scope: 'topic', topic: topicOf(quiet) }]]);
    const [record] = played({ ...normal, deaths }, judge).judges;
    expect(record!.falseMarks.reduce((sum, marks) => sum + marks, 0)).toBe(1);
    expect(record!).toMatchObject({ found: [0], noticed: [0] });
  });

  const outage = { scope: 'market', symbols: symbolsOf('TFEX'), from: at(11), to: at(11, 1) } as const;

  it('has the time to the first verdict on an outage, and each verdict without an outage as a false alarm', () => {
    const { judge } = scripted([
      [at(10, 30), { scope: 'feed' }],
      [at(11) + 2_000, { scope: 'market', market: 'SET' }],
      [at(11) + 3_000, { scope: 'market', market: 'TFEX' }],
      [at(11) + 4_000, { scope: 'feed' }],
      [at(13), { scope: 'market', market: 'TFEX' }],
    ]);
    const [record] = played({ ...normal, outages: [outage] }, judge).judges;
    expect(record!.outages).toEqual([{ found: 3_000, named: true }]);
    expect(record!.falseAlarms).toEqual([
      { scope: 'feed', at: at(10, 30) },
      { scope: 'market', at: at(11) + 2_000 },
      { scope: 'feed', at: at(11) + 4_000 },
      { scope: 'market', at: at(13) },
    ]);
  });

  it('has no false alarm when all symbols with an open market have died one by one', () => {
    const deaths = symbolsOf('TFEX_NIGHT').map((symbol, number) => ({ symbol, from: at(20) + number * second }));
    const last = deaths.at(-1)!.from;
    const { judge } = scripted([
      [last - 1, { scope: 'feed' }],
      [last + 1, { scope: 'feed' }],
      [last + 2, { scope: 'market', market: 'TFEX_NIGHT' }],
      [last + 3, { scope: 'market', market: 'SET' }],
    ]);
    const [record] = played({ ...normal, deaths }, judge).judges;
    expect(record!.falseAlarms).toEqual([
      { scope: 'feed', at: last - 1 },
      { scope: 'market', at: last + 3 },
    ]);
  });

  it('has the part of a partial outage that was named, and the part of the named topics that was dead', () => {
    const symbols = symbolsOf('SET').slice(0, 40);
    const topics = [...symbols.slice(0, 30), ...symbolsOf('TFEX').slice(0, 10)].map(topicOf);
    const { judge } = scripted([[at(11) + 6_000, { scope: 'partial', topics }]]);
    const [record] = played({ ...normal, outages: [{ ...outage, scope: 'partial', symbols }] }, judge).judges;
    expect(record!.outages).toEqual([{ found: 6_000, named: true, right: 0.75, all: 0.75 }]);
    expect(record!.falseAlarms).toEqual([]);
  });

  it('has a partial verdict as a false alarm when most of its topics live', () => {
    const symbols = symbolsOf('SET').slice(0, 40);
    const topics = symbolsOf('SET').slice(30, 60).map(topicOf);
    const { judge } = scripted([[at(11) + 6_000, { scope: 'partial', topics }]]);
    const [record] = played({ ...normal, outages: [{ ...outage, scope: 'partial', symbols }] }, judge).judges;
    expect(record!.outages).toEqual([{ found: null, named: false }]);
    expect(record!.falseAlarms).toHaveLength(1);
  });

  it('has no false mark after an outage for a symbol that sent no message since, but one for any other symbol', () => {
    const back = symbolsOf('TFEX').find((index) => all.subjects[index]!.rateClass === 1)!;
    const slow = symbolsOf('TFEX').find((index) => all.subjects[index]!.rateClass === 6)!;
    const { judge } = scripted([
      [at(11, 2), { scope: 'topic', topic: topicOf(slow) }],
      [at(11, 2), { scope: 'topic', topic: topicOf(busy) }],
      [at(15), { scope: 'topic', topic: topicOf(back) }],
    ]);
    const [record] = played({ ...normal, outages: [outage] }, judge).judges;
    expect(record!.falseMarks.reduce((sum, marks) => sum + marks, 0)).toBe(2);
  });
});

describe('quiet, in the record of a judge', () => {
  const slow = symbolsOf('SET').find((index) => all.subjects[index]!.rateClass === 6)!;
  const quiet = (index: number, time: number): readonly [number, Verdict] => [
    time,
    { scope: 'quiet', topic: topicOf(index) },
  ];
  const quietTimes = (script: readonly (readonly [number, Verdict])[], plan: Plan = normal): readonly number[] => {
    const [record] = played({ ...plan, judgesPools: false }, scripted(script).judge, 1e-9).judges;
    return record!.quietTime.filter((time) => time > 0);
  };

  it('lasts until the day ends, while the market of the symbol is open', () => {
    expect(quietTimes([quiet(slow, at(9))])).toEqual([5 * hour]);
    expect(quietTimes([quiet(slow, at(16))])).toEqual([30 * minute]);
    expect(quietTimes([quiet(slow, at(13))])).toEqual([2.5 * hour]);
    expect(quietTimes([quiet(slow, at(17))])).toEqual([]);
  });

  it('ends with a stale verdict and with a verdict on a partial outage', () => {
    const topic = topicOf(slow);
    expect(quietTimes([quiet(slow, at(11)), [at(11, 10), { scope: 'topic', topic }]])).toEqual([10 * minute]);
    expect(quietTimes([quiet(slow, at(11)), [at(11, 5), { scope: 'partial', topics: [topic] }]])).toEqual([5 * minute]);
  });

  it('ends with the next message of the symbol', () => {
    const { judge, calls } = scripted([quiet(busy, at(11))]);
    const [record] = played(normal, judge).judges;
    const next = calls.find(
      ({ what, now, detail }) => what === 'seen' && now > at(11) && detail === topicOf(busy),
    )!.now;
    expect(record!.quietTime.reduce((sum, time) => sum + time, 0)).toBeCloseTo(next - at(11), 3);
  });

  it('ends with the death of the symbol, or with an outage, and does not begin after one', () => {
    const deaths = [{ symbol: slow, from: at(11, 1) }];
    expect(quietTimes([quiet(slow, at(11))], { ...normal, deaths })).toEqual([minute]);
    expect(quietTimes([quiet(slow, at(11, 2))], { ...normal, deaths })).toEqual([]);
    const outages: Plan['outages'] = [{ scope: 'partial', symbols: [slow], from: at(11, 1), to: at(11, 2) }];
    expect(quietTimes([quiet(slow, at(11))], { ...normal, outages })).toEqual([minute]);
  });

  it('of a dead symbol has the open time from the death to the first verdict, and 0 when the symbol was quiet already', () => {
    const symbols = symbolsOf('SET').slice(-4);
    const [before, after, stale] = symbols as [number, number, number];
    const deaths = symbols.map((symbol) => ({ symbol, from: at(12, 29) }));
    const { judge } = scripted([
      quiet(before, at(12)),
      quiet(after, at(14, 1)),
      [at(14, 2), { scope: 'topic', topic: topicOf(after) }],
      [at(14, 3), { scope: 'topic', topic: topicOf(stale) }],
    ]);
    const [record] = played({ ...normal, deaths, judgesPools: false }, judge, 1e-9).judges;
    expect(record!.noticed).toEqual([0, 2 * minute, 4 * minute, null]);
    expect(record!.found).toEqual([null, 3 * minute, 4 * minute, null]);
  });

  it('before a death does not count when a message came between them', () => {
    const deaths = [{ symbol: busy, from: at(12, 29) }];
    const { judge } = scripted([quiet(busy, at(11))]);
    const [record] = played({ ...normal, deaths }, judge).judges;
    expect(record!.noticed).toEqual([null]);
  });
});

it('the open time of a day counts living symbols only', () => {
  const total = (plan: Plan): number =>
    played(plan, scripted().judge, 1e-9).openTime.reduce((sum, time) => sum + time, 0);
  const whole = total(normal);
  const hours = { SET: 5, TFEX: 5 + 55 / 60, TFEX_NIGHT: 13 + 55 / 60 };
  const expected = all.subjects.reduce((sum, { market }) => sum + hours[market] * hour, 0);
  expect(whole).toBeCloseTo(expected, 0);
  const deaths = [{ symbol: busy, from: at(15, 30) }];
  expect(whole - total({ ...normal, deaths })).toBe(hour);
  // The symbol sends nothing before the day ends, so that its fault lasts from the first outage on.
  const outages: Plan['outages'] = [at(12), at(15)].map((from) => ({
    ...{ scope: 'partial', symbols: [busy] },
    ...{ from, to: from + minute },
  }));
  expect(whole - total({ ...normal, outages })).toBe(3 * hour);
});

it('the open time goes on with the first message after an outage', () => {
  const outages: Plan['outages'] = [{ scope: 'partial', symbols: [busy], from: at(11), to: at(11, 1) }];
  const { judge, calls } = scripted();
  const { openTime } = played({ ...normal, outages }, judge);
  const { openTime: whole } = played(normal, scripted().judge);
  const back = calls.find(({ what, now, detail }) => what === 'seen' && now > at(11) && detail === topicOf(busy))!.now;
  const missing = whole.reduce((sum, time, sort) => sum + time - openTime[sort]!, 0);
  expect(missing).toBeCloseTo(back - at(11), 3);
});

it('after a sleep a judge is called once, late, and gets the messages that the sockets held only after that', () => {
  const sleep = { from: at(11), to: at(11, 2), buffered: 30 * second };
  const { judge, calls } = scripted([[at(11) + second, { scope: 'feed' }]]);
  played({ ...normal, sleeps: [sleep] }, judge);
  const woken = calls.filter(({ now }) => now > sleep.from && now < sleep.to + 1);
  for (const { now } of woken) expect(now).toBeCloseTo(sleep.to, 3);
  expect(woken[0]).toMatchObject({ what: 'advance' });
  expect(woken.filter(({ what }) => what === 'seen').length).toBeGreaterThan(10);
});

it('a change of a market during a sleep reaches the judge when it wakes', () => {
  const sleep = { from: at(12, 29), to: at(12, 31), buffered: 0 };
  const { judge, calls } = scripted();
  played({ ...normal, sleeps: [sleep] }, judge);
  const lunch = calls.filter(({ what, detail }) => what === 'market' && detail === `${topicOf(busy)} closed`);
  expect(lunch.some(({ now }) => Math.abs(now - sleep.to) < 1)).toBe(true);
  expect(calls.filter(({ now }) => now > sleep.from + 1 && now < sleep.to - 1)).toEqual([]);
});

it('after a lost link the calendar gives the state of a market until a status comes again', () => {
  const holiday = planOf(kinds.find(({ name }) => name === 'holiday by status')!, all, seeded('plan'));
  const { judge, calls } = scripted();
  played({ ...holiday, flaps: [{ from: at(11), to: at(11) + second }] }, judge);
  const told = calls.filter(({ what, detail }) => what === 'market' && detail!.startsWith(`${topicOf(busy)} `));
  const after = told.filter(({ now }) => now > at(11) - 1 && now < at(12));
  expect(after.map(({ detail }) => detail!.split(' ')[1])).toEqual(['open', 'closed']);
});

it('a wrong clock makes the calendar wrong, but neither the statuses nor the times', () => {
  const { judge, calls } = scripted();
  played({ ...normal, clockSteps: [{ from: at(9), to: at(12), by: 90 * second }] }, judge);
  const calendar = calls.filter(({ what, detail }) => what === 'calendar' && detail === 'SET open');
  expect(calendar[0]!.now).toBe(at(10) - 90 * second);
  const status = calls.filter(({ what, detail }) => what === 'market' && detail === `${topicOf(busy)} open`);
  expect(status[0]!.now).toBeGreaterThanOrEqual(at(10));
  expect(status[0]!.now).toBeLessThan(at(10) + minute);
});

it('a judge whose deadline does not advance ends the run with an error', () => {
  const { judge } = scripted();
  expect(() => played(normal, { ...judge, deadline: () => begin + at(11) })).toThrow('scripted asks for');
});
