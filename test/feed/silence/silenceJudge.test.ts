import { describe, expect, it } from 'vitest';
import { SilenceJudge } from '../../../src/feed/staleness/judge/silenceJudge.js';
import { Market, note, notes, type Sender } from './market.js';

const minute = 60_000;
const hour = 60 * minute;

/** A market that the judge has watched on five days of half an hour. */
function knownMarket(seed: number, count: number, rate: number): { readonly market: Market; readonly all: Sender[] } {
  const market = new Market(seed);
  const all = market.add(count, rate);
  market.days(5, 30 * minute);
  return { market, all };
}

/** The gap, in s, that a symbol with one message a second exceeds by chance once in 1,000 days of half an hour. */
const rareGap = Math.log(1_000 * 30 * 60);

/** The mean threshold of symbols over a minute, in ms; the present speed of a market varies by chance. */
function meanThreshold(market: Market, senders: readonly Sender[]): number {
  let sum = 0;
  for (let step = 0; step < 240; step += 1) {
    market.run(250);
    for (const sender of senders) sum += market.thresholdOf(sender);
  }
  return sum / 240 / senders.length;
}

describe('the silence of a symbol', () => {
  it.each([1, 2, 3])(
    'is reported after 1 to 2 times the gap that is exceeded once in 1,000 days, and no living symbol is stale (seed %d)',
    (seed) => {
      const { market, all } = knownMarket(seed, 20, 1);
      expect(market.found.filter(({ verdict }) => verdict.scope !== 'quiet')).toEqual([]);
      const found = market.silence(all.slice(0, 1), 2 * minute);
      expect(found).toMatchObject([{ scope: 'topic', topic: 'M/1/0' }]);
      expect(found[0]?.after).toBeGreaterThan(rareGap);
      expect(found[0]?.after).toBeLessThan(2 * rareGap);
    },
  );

  it('is not reported when all symbols of its market slow down to a thirtieth', () => {
    const { market } = knownMarket(4, 40, 1);
    market.pace = 1 / 30;
    expect(market.run(30 * minute)).toEqual([]);
  });

  it.each([11, 12, 13])('is not reported of a heartbeat when a surge of its small market ends (seed %d)', (seed) => {
    const market = new Market(seed);
    market.add(10, 1);
    market.add(4, 0.2, 'M', true);
    market.days(4, hour);
    for (let surge = 0; surge < 5; surge += 1) {
      market.pace = 4;
      expect(market.run(2 * minute)).toEqual([]);
      market.pace = 0.25;
      expect(market.run(5 * minute)).toEqual([]);
    }
  });

  it('is neither quiet nor stale while its market is closed', () => {
    const { market, all } = knownMarket(5, 20, 1);
    market.silence(all, 1_000);
    market.become('closed');
    market.found.length = 0;
    market.rest(10 * hour);
    expect(market.found).toEqual([]);
  });

  it('continues after a lunch break where it stopped', () => {
    const { market, all } = knownMarket(6, 20, 1);
    expect(market.silence(all.slice(0, 1), 10_000)).toEqual([]);
    market.close(2 * hour);
    const [found] = market.silence([], minute);
    expect(found).toMatchObject({ scope: 'topic', topic: 'M/1/0' });
    expect(found?.after).toBeLessThan(rareGap);
  });

  it('starts again on another day', () => {
    const { market, all } = knownMarket(6, 20, 1);
    expect(market.silence(all.slice(0, 1), 10_000)).toEqual([]);
    market.close(16 * hour);
    const [found] = market.silence([], minute);
    expect(found).toMatchObject({ scope: 'topic', topic: 'M/1/0' });
    expect(found?.after).toBeGreaterThan(rareGap);
  });

  it('starts again on another day although a symbol is added while the market is closed', () => {
    const { market, all } = knownMarket(6, 20, 1);
    expect(market.silence(all.slice(0, 1), 10_000)).toEqual([]);
    market.become('closed');
    market.rest(14 * hour);
    const judged = notes();
    market.judge.watch('M/new', 'M', judged, market.now);
    market.judge.market('M/new', 'closed', market.now);
    market.rest(2 * hour);
    market.become('open');
    const [found] = market.silence([], minute);
    expect(found).toMatchObject({ scope: 'topic', topic: 'M/1/0' });
    expect(found?.after).toBeGreaterThan(rareGap);
  });

  it('is not reported when a day begins slower than the day before ended, and is seldom quiet', () => {
    const market = new Market(7);
    const late = market.add(5, 0.1);
    market.add(20, 1);
    for (let day = 1; day <= 5; day += 1) {
      for (const sender of late) sender.rate = 0.1;
      market.found.length = 0;
      expect(market.run(30 * minute)).toEqual([]);
      const quiet = market.found.filter(
        ({ verdict }) => 'topic' in verdict && late.some(({ topic }) => topic === verdict.topic),
      );
      expect(quiet.length).toBeLessThan(8);
      // These symbols are busiest late in the day.
      for (const sender of late) sender.rate = 3;
      expect(market.run(30 * minute)).toEqual([]);
      market.close(16 * hour);
    }
  });

  it('is quiet first and stale later, and is quiet again after its next message', () => {
    const { market, all } = knownMarket(8, 20, 1);
    const [one] = all as [Sender];
    market.found.length = 0;
    market.silence([one], 2 * minute);
    const scopes = (): string[] =>
      market.found
        .filter(({ verdict }) => 'topic' in verdict && verdict.topic === one.topic)
        .map(({ verdict: { scope } }) => scope);
    expect(scopes()).toEqual(['quiet', 'topic']);
    note(market.judge, one.judged, market.now);
    market.run(2 * minute);
    expect(scopes()).toEqual(['quiet', 'topic', 'quiet', 'topic']);
  });

  it('is reported after minStaleAfter at the earliest and after maxStaleAfter at the latest, also when these are tuned while it lasts', () => {
    const limits = { minStaleAfter: 40_000, maxStaleAfter: Infinity };
    const market = new Market(9, limits);
    const [fast] = market.add(40, 3) as [Sender];
    const [slow] = market.add(5, 0.01) as [Sender];
    market.run(90 * minute);
    expect(market.thresholdOf(fast)).toBe(40_000);
    const found = market.silence([fast, slow], 45_000);
    expect(found).toMatchObject([{ scope: 'topic', topic: fast.topic }]);
    expect(found[0]?.after).toBeGreaterThan(39);
    expect(found[0]?.after).toBeLessThan(41);
    limits.maxStaleAfter = 50_000;
    market.judge.review(market.now);
    expect(market.thresholdOf(slow)).toBe(50_000);
    expect(market.run(6_000)).toContainEqual({ scope: 'topic', topic: slow.topic });
  });

  it('is reported after a minute if neither its gaps nor the state of its market is known', () => {
    const judge = new SilenceJudge();
    const judged = notes();
    judge.watch('a', '', judged, 0);
    note(judge, judged, 0);
    while (judge.deadline < minute) expect(judge.advance(judge.deadline)).toEqual([]);
    expect(judge.deadline).toBe(minute);
    expect(judge.advance(minute)).toEqual([{ scope: 'topic', topic: 'a' }]);
  });

  it('is reported later if its gaps are learned but all symbols are silent and the state of the market is unknown', () => {
    const { market, all } = knownMarket(10, 20, 1);
    const thresholds = all.map((sender) => market.thresholdOf(sender));
    market.become('unknown');
    expect(market.rest(2 * Math.min(...thresholds))).toEqual([]);
    const found = market.rest(40 * Math.max(...thresholds));
    expect(new Set(found.map((verdict) => verdict.scope))).toEqual(new Set(['topic']));
    expect(found).toHaveLength(20);
  });

  it('is not reported if the calendar has closed the market, although its status says open', () => {
    const { market } = knownMarket(11, 20, 1);
    market.judge.calendar('M', 'closed', market.now);
    market.found.length = 0;
    expect(market.rest(10 * hour)).toEqual([]);
  });
});

describe('the silence of a symbol with a fixed span', () => {
  it('is reported to the ms after its last message, for any messages before', () => {
    const judge = new SilenceJudge();
    const judged = { ...notes(), span: 5_000 };
    judge.watch('a', '', judged, 0);
    judge.market('a', 'open', 0);
    for (const at of [100, 101, 3_000, 5_100]) {
      while (judge.deadline <= at) expect(judge.advance(judge.deadline)).toEqual([]);
      note(judge, judged, at);
    }
    while (judge.deadline < 10_100) expect(judge.advance(judge.deadline)).toEqual([]);
    expect(judge.deadline).toBe(10_100);
    expect(judge.advance(10_100)).toEqual([{ scope: 'topic', topic: 'a' }]);
  });

  it('is reported to the ms after the open, if its last message came before the close', () => {
    const judge = new SilenceJudge();
    const judged = { ...notes(), span: 5_000 };
    judge.watch('a', '', judged, 0);
    judge.market('a', 'open', 0);
    note(judge, judged, 3_000);
    judge.market('a', 'closed', 4_000);
    while (judge.deadline < hour) expect(judge.advance(judge.deadline)).toEqual([]);
    judge.market('a', 'open', hour);
    while (judge.deadline < hour + 5_000) expect(judge.advance(judge.deadline)).toEqual([]);
    expect(judge.deadline).toBe(hour + 5_000);
    expect(judge.advance(hour + 5_000)).toEqual([{ scope: 'topic', topic: 'a' }]);
  });
});

describe('the silence of a whole feed', () => {
  it('with 100 messages a second is reported within 5 s, once', () => {
    const { market, all } = knownMarket(12, 50, 2);
    const found = market.silence(all, 10_000);
    expect(found).toMatchObject([{ scope: 'feed' }]);
    expect(found[0]?.after).toBeGreaterThan(4);
    expect(found[0]?.after).toBeLessThanOrEqual(5);
  });

  it('is reported within 5 s of each new connection while it lasts, also when all symbols are stale', () => {
    const { market, all } = knownMarket(13, 50, 2);
    market.silence(all, 10_000);
    const isFeed = (found: { readonly scope: string }): boolean => found.scope === 'feed';
    for (const wait of [10_000, 10_000, 2 * hour, 10_000]) {
      market.judge.linkLost();
      market.rest(1_000);
      market.judge.linkLive(market.now);
      const feed = market.silence([], wait).filter(isFeed);
      expect(feed).toHaveLength(1);
      expect(feed[0]?.after).toBeLessThanOrEqual(5);
    }
    expect(new Set(market.found.flatMap(({ verdict }) => (verdict.scope === 'topic' ? verdict.topic : [])))).toEqual(
      new Set(all.map(({ topic }) => topic)),
    );
  });

  it('is not reported while its link is lost', () => {
    const { market } = knownMarket(14, 50, 2);
    market.judge.linkLost();
    expect(market.judge.deadline).toBe(Infinity);
    expect(market.rest(10 * hour)).toEqual([]);
  });

  it('is not reported if the calendar has closed the market, although the status comes late', () => {
    const market = new Market(15);
    const all = market.add(50, 2);
    market.judge.calendar('M', 'open', 0, 10 * minute);
    market.run(10 * minute);
    market.judge.calendar('M', 'closed', market.now);
    market.run(2_000);
    expect(market.silence(all, 10 * minute)).toEqual([]);
  });

  it('is reported if it begins just before the open by the calendar and the market was open before that', () => {
    const market = new Market(16);
    const all = market.add(50, 2);
    market.run(2 * minute);
    market.silence(all, 1_000);
    market.judge.calendar('M', 'open', market.now, market.now + 10 * minute);
    expect(market.run(4_500)).toEqual([{ scope: 'feed' }]);
  });

  it('is not reported after a lunch break that only the calendar has, although the first messages come late', () => {
    const { market } = knownMarket(16, 50, 2);
    market.judge.calendar('M', 'closed', market.now);
    expect(market.rest(2 * hour)).toEqual([]);
    market.judge.calendar('M', 'open', market.now);
    expect(market.rest(10_000)).toEqual([]);
    expect(market.run(10 * minute)).toEqual([]);
    expect(market.silence(market.senders, 10_000)).toMatchObject([{ scope: 'feed' }]);
  });
});

describe('the silence of one market', () => {
  it('is reported within 6 s with the name of the market, while another market continues', () => {
    const market = new Market(17);
    const all = market.add(50, 2, 'A');
    market.add(20, 1, 'B');
    market.run(10 * minute);
    const found = market.silence(all, 20_000);
    expect(found).toMatchObject([{ scope: 'market', market: 'A' }]);
    expect(found[0]?.after).toBeLessThan(6);
  });

  it('is reported as soon although a small market beside it is calm', () => {
    const market = new Market(18);
    const all = market.add(20, 0.5, 'A');
    market.add(60, 2, 'B');
    const calm = market.add(10, 0.5, 'C');
    market.run(20 * minute);
    for (const one of calm) one.rate /= 20;
    market.run(10_000);
    const found = market.silence(all, 10_000);
    expect(found).toMatchObject([{ scope: 'market', market: 'A' }]);
  });

  it('is not reported for a small market that slows down to a quarter beside a large one', () => {
    const market = new Market(19);
    const calm = market.add(10, 0.5, 'A');
    market.add(60, 2, 'B');
    market.run(20 * minute);
    for (const one of calm) one.rate /= 4;
    expect(market.run(20 * minute)).toEqual([]);
  });

  it('is not learned as a gap of its symbols', () => {
    const market = new Market(20);
    const all = market.add(50, 2);
    market.run(10 * minute);
    const gaps = (): (number | undefined)[] => all.map(({ topic }) => market.judge.explain(topic)?.samples);
    const found = market.silence(all, 8_000);
    expect(found).toMatchObject([{ scope: 'feed' }]);
    const before = gaps();
    for (const { judged } of all) note(market.judge, judged, market.now);
    market.run(1_000);
    expect(gaps()).toEqual(before);
  });
});

describe('the silence of a part of the feed', () => {
  /** A feed of two markets on its second day, and 15 of its 100 symbols. */
  function twoMarkets(seed: number): { readonly market: Market; readonly part: readonly Sender[] } {
    const market = new Market(seed);
    const [one, other] = [market.add(60, 1, 'A'), market.add(40, 1, 'B')];
    market.run(20 * minute);
    for (const name of ['A', 'B']) market.become('closed', name);
    market.rest(16 * hour);
    for (const name of ['A', 'B']) market.become('open', name);
    expect(market.run(20 * minute)).toEqual([]);
    return { market, part: [...one.slice(0, 9), ...other.slice(0, 6)] };
  }

  it.each([21, 22, 23])('is reported with its symbols, within 30 s and before any of them alone (seed %d)', (seed) => {
    const { market, part } = twoMarkets(seed);
    const found = market.silence(part, 30_000);
    expect(found[0]?.scope).toBe('partial');
    const named = found.flatMap((verdict) => (verdict.scope === 'partial' ? verdict.topics : []));
    const dead = new Set(part.map(({ topic }) => topic));
    expect(named.filter((topic) => dead.has(topic)).length).toBeGreaterThan(10);
    expect(named.filter((topic) => !dead.has(topic)).length).toBeLessThanOrEqual(2);
    expect(new Set(named).size).toBe(named.length);
  });

  it('is not reported on the first day', () => {
    const market = new Market(24);
    const all = market.add(100, 2);
    market.run(40 * minute);
    expect(new Set(market.silence(all.slice(0, 20), 10 * minute).map(({ scope }) => scope))).toEqual(
      new Set(['topic']),
    );
  });

  it('is not reported for symbols that were forgotten', () => {
    const { market, part } = twoMarkets(25);
    market.silence(part, 1_000);
    for (const { topic } of part) market.judge.forget(topic);
    expect(market.run(2 * minute)).toEqual([]);
  });
});

describe('a process that slept', () => {
  it('causes no verdict, although its timers run before its sockets are read', () => {
    const market = new Market(26);
    market.add(100, 2);
    market.run(10 * minute);
    for (const ms of [2_500, 10_000, 30_000, 2 * hour, 10_000]) {
      expect(market.sleep(ms, 5_000)).toEqual([]);
      expect(market.run(minute)).toEqual([]);
    }
  });

  it('is not learned as a gap', () => {
    const { market, all } = knownMarket(27, 20, 1);
    const before = meanThreshold(market, all);
    for (let sleeps = 0; sleeps < 5; sleeps += 1) {
      market.sleep(before);
      market.run(30_000);
    }
    expect(meanThreshold(market, all)).toBeLessThan(1.15 * before);
  });
});

describe('explain() of the silence of a symbol', () => {
  it('has its thresholds in words once they are learned', () => {
    const { market, all } = knownMarket(28, 20, 1);
    const explanation = market.judge.explain(all[0]?.topic ?? '');
    expect(explanation).toMatchObject({ undetectable: false, samples: expect.any(Number) });
    expect(explanation?.text).toMatch(
      /^quiet after \d+\.\d s without a message and stale after \d+\.\d s without a message at the present speed of its market; learned from \d+ gaps$/,
    );
    expect(explanation?.text).toContain(`stale after ${((explanation?.thresholdMs ?? NaN) / 1_000).toFixed(1)} s`);
  });

  it('has the number of missing gaps, that its death would not be noticed, and maxStaleAfter if it is set', () => {
    const limits = { minStaleAfter: 2_000, maxStaleAfter: Infinity };
    const market = new Market(29, limits);
    const [one] = market.add(20, 0.01) as [Sender];
    market.run(2 * minute);
    expect(market.judge.explain(one.topic)).toMatchObject({ thresholdMs: Infinity, undetectable: true });
    expect(market.judge.explain(one.topic)?.text).toMatch(
      /^stale never; too few gaps to learn from, \d of 64; its silence alone would not be noticed today$/,
    );
    limits.maxStaleAfter = 600_000;
    expect(market.judge.explain(one.topic)?.text).toMatch(
      /^stale after 10\.0 min without a message; too few gaps to learn from, \d of 64$/,
    );
  });

  it('has the fixed span of the user', () => {
    const judge = new SilenceJudge();
    judge.watch('a', '', { ...notes(), span: 3_000 }, 0);
    expect(judge.explain('a')).toEqual({
      ...{ thresholdMs: 3_000, undetectable: false, samples: 0, fixed: true },
      text: 'stale after 3.0 s without a message, as set by staleAfter',
    });
  });

  it('has that its death would not be noticed if the session ends before its threshold', () => {
    const { market, all } = knownMarket(30, 20, 1);
    market.judge.calendar('M', 'open', market.now, market.now + 5_000);
    const explanation = market.judge.explain(all[0]?.topic ?? '');
    expect(explanation).toMatchObject({ undetectable: true });
    expect(explanation?.thresholdMs).toBeLessThan(minute);
    expect(explanation?.text).toMatch(/; its silence alone would not be noticed today$/);
  });

  it('is undefined for a topic that is not watched', () => {
    expect(new SilenceJudge().explain('a')).toBeUndefined();
  });
});
