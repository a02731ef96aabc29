import { describe, expect, it } from 'vitest';
import { createSilenceJudge } from '../../../src/feed/staleness/judge/createSilenceJudge.js';
import { Market, silence } from './market.js';

const minute = 60_000;

describe('a topic’s silence', () => {
  it('is told when it is longer than by chance once in 1,000 days, and on a first day not by as much again', () => {
    const market = new Market();
    const [one] = market.add(40, 1);
    expect(market.run(90 * minute)).toEqual([]);
    silence(one === undefined ? [] : [one]);
    const from = market.now;
    expect(market.run(minute)).toEqual([{ scope: 'topic', topic: 'M/1/0' }]);
    // Of 21,600 gaps a day one in 1,000 days is longer than 16.9 mean ones.
    expect((market.said[0]?.at ?? 0) - from).toBeGreaterThan(15_000);
    expect((market.said[0]?.at ?? 0) - from).toBeLessThan(2 * 16_900);
  });

  it('is no fault when all have a thirtieth to say', () => {
    const market = new Market();
    market.add(40, 2);
    market.run(30 * minute);
    market.pace = 0.03;
    expect(market.run(30 * minute)).toEqual([]);
  });

  it('does not count while its market is shut, and counts anew from the open', () => {
    const market = new Market();
    const all = market.add(20, 2);
    market.run(10 * minute);
    market.become('closed');
    silence(all);
    expect(market.run(600 * minute)).toEqual([]);
    expect(market.judge.deadline()).toBe(Infinity);
    market.become('open');
    expect(market.run(minute)).toEqual([]);
  });

  it('by a span of the user’s is told to the ms, whatever is learned', () => {
    const judge = createSilenceJudge();
    judge.watch('a', { symbol: 'a', market: '' }, 0);
    judge.market('a', 'open', 0);
    judge.seen('a', 100, 5_000);
    while (judge.deadline() < 5_100) expect(judge.advance(judge.deadline())).toEqual([]);
    expect(judge.deadline()).toBe(5_100);
    expect(judge.advance(5_100)).toEqual([{ scope: 'topic', topic: 'a' }]);
    expect(judge.deadline()).toBe(Infinity);
  });

  it('that is learned is told within the limits of the user’s, which may change', () => {
    const limits = { minAfter: 40_000, maxAfter: Infinity };
    const market = new Market(1, limits);
    const [fast] = market.add(40, 1);
    const [slow] = market.add(5, 0.01);
    if (fast === undefined || slow === undefined) throw new RangeError('no symbols');
    market.run(90 * minute);
    expect(market.judge.explain(fast.topic)?.thresholdMs).toBe(40_000);
    silence([fast, slow]);
    const from = market.now;
    market.run(2 * minute);
    expect((market.said[0]?.at ?? 0) - from).toBeGreaterThan(30_000);
    expect((market.said[0]?.at ?? 0) - from).toBeLessThan(41_000);
    limits.maxAfter = 50_000;
    market.judge.review(market.now);
    expect(market.judge.explain(slow.topic)?.thresholdMs).toBe(50_000);
    market.said.length = 0;
    market.run(1_000);
    expect(market.said.map(({ verdict }) => verdict)).toContainEqual({ scope: 'topic', topic: slow.topic });
  });

  it('is told after a minute where nothing is known of it nor of its market', () => {
    const judge = createSilenceJudge();
    judge.watch('a', { symbol: 'a', market: '' }, 0);
    judge.seen('a', 0);
    const said = [];
    while (judge.deadline() <= 60_000) said.push(...judge.advance(judge.deadline()));
    expect(said).toEqual([{ scope: 'topic', topic: 'a' }]);
  });

  it('counts for a tenth where nothing is known of its market and all are silent, by its pace since the brisk open', () => {
    const market = new Market(4);
    market.add(60, 0.5);
    market.pace = 10;
    market.run(10 * minute);
    market.pace = 1;
    market.run(120 * minute);
    const thresholds = market.senders.map(({ topic }) => market.judge.explain(topic)?.thresholdMs ?? NaN);
    market.become('unknown');
    market.rest(4 * Math.min(...thresholds));
    expect(market.said).toEqual([]);
    market.rest(8 * Math.max(...thresholds));
    expect(market.said).toHaveLength(60);
  });
});

describe('silence of many', () => {
  it('of a feed with a hundred messages a second is told within 5 s', () => {
    const market = new Market();
    const all = market.add(50, 2);
    market.run(10 * minute);
    silence(all);
    const from = market.now;
    expect(market.run(5_000)).toEqual([{ scope: 'feed' }]);
    expect((market.said[0]?.at ?? 0) - from).toBeGreaterThan(4_000);
  });

  it('of one market is told as its own while another goes on', () => {
    const market = new Market();
    const all = market.add(50, 2, 'A');
    market.add(20, 1, 'B');
    market.run(10 * minute);
    silence(all);
    expect(market.run(5_000)).toEqual([{ scope: 'market', market: 'A' }]);
  });

  it('of one market is told as soon though a small one beside the large one is calm', () => {
    const market = new Market();
    const all = market.add(20, 0.5, 'A');
    market.add(60, 2, 'B');
    const calm = market.add(10, 0.5, 'C');
    market.run(20 * minute);
    for (const one of calm) one.rate /= 20;
    market.run(10_000);
    silence(all);
    expect(market.run(6_500)).toEqual([{ scope: 'market', market: 'A' }]);
  });

  it('is no fault where the calendar says that the market is shut, though its own word comes late', () => {
    const market = new Market();
    const all = market.add(50, 2);
    market.judge.calendar('M', 'open', 0, 10 * minute);
    market.run(10 * minute);
    market.judge.calendar('M', 'closed', market.now);
    silence(all);
    expect(market.run(10 * minute)).toEqual([]);
  });

  it('that begins just before the calendar’s open is told where the market was open and heard before it', () => {
    const market = new Market();
    const all = market.add(50, 2);
    market.run(2 * minute);
    silence(all);
    market.run(1_000);
    market.judge.calendar('M', 'open', market.now, market.now + 10 * minute);
    expect(market.run(4_000)).toEqual([{ scope: 'feed' }]);
  });

  it('of a tenth of a market is told with the names, long before each would be told alone', () => {
    const market = new Market();
    const all = market.add(100, 2);
    market.run(20 * minute);
    silence(all.slice(0, 10));
    const [verdict] = market.run(8_000);
    const named = verdict?.scope === 'share' ? verdict.topics : [];
    const rightly = named.filter((topic) => /\/\d$/.test(topic));
    expect(rightly.length).toBeGreaterThanOrEqual(8);
    expect(named.length - rightly.length).toBeLessThanOrEqual(2);
  });

  it('of a tenth of all topics is told though they are of two markets', () => {
    const market = new Market();
    const [one, other] = [market.add(60, 2, 'A'), market.add(40, 2, 'B')];
    market.run(20 * minute);
    silence([...one.slice(0, 6), ...other.slice(0, 4)]);
    const named = market.run(8_000).flatMap((verdict) => (verdict.scope === 'share' ? verdict.topics : []));
    expect(new Set(named.map((topic) => topic.charAt(0)))).toEqual(new Set(['A', 'B']));
    // One in forty is silent for so long by chance.
    expect(named.filter((topic) => !/\/\d$/.test(topic)).length).toBeLessThan(named.length / 5);
  });

  it('names more of them only once each has proven more: that some are dead is no news', () => {
    const market = new Market(3);
    const [fast, slow] = [market.add(40, 5), market.add(200, 0.3)];
    market.run(30 * minute);
    const from = market.now;
    silence([...fast.slice(0, 6), ...slow.slice(0, 40)]);
    market.run(25_000);
    const shares = market.said.filter(({ at, verdict }) => at > from && verdict.scope === 'share');
    const [first, second] = shares.map(({ at }) => (at - from) / 1_000);
    expect(first).toBeLessThan(5);
    // 300 times likelier makes 5.7 messages that are due and don't come: 19 s; 60 times, as of the first, 14.
    expect(second).toBeGreaterThan(16);
  });

  it('is told once, and of those who went silent before nothing more', () => {
    const market = new Market();
    const all = market.add(100, 2);
    market.run(20 * minute);
    silence(all.slice(0, 2));
    const alone = market.run(20_000);
    silence(all.slice(2, 14));
    const said = [...alone, ...market.run(5 * minute)].flatMap((verdict) =>
      'topics' in verdict ? verdict.topics : 'topic' in verdict ? [verdict.topic] : [],
    );
    expect(new Set(said).size).toBe(said.length);
    expect(said.filter((topic) => Number(topic.split('/').at(-1)) < 14)).toHaveLength(14);
  });

  it('is none that passes in a burst of few, though by its time it is long', () => {
    const market = new Market();
    market.add(150, 1);
    const few = market.add(30, 1.5);
    market.run(20 * minute);
    for (const one of few) {
      one.rate *= 20;
      one.next = market.now;
    }
    expect(market.run(4_000)).toEqual([]);
  });

  it('is none after a sleep, though what sockets held was read at once', () => {
    const market = new Market();
    market.gaps = 'bursts';
    market.add(150, 3);
    market.run(10 * minute);
    for (let sleeps = 0; sleeps < 10; sleeps += 1) {
      expect(market.sleep(30_000, 5_000)).toEqual([]);
      expect(market.run(minute)).toEqual([]);
    }
  });

  it('is none of those that nobody asks for any more', () => {
    const market = new Market();
    const all = market.add(100, 2);
    market.run(20.4 * minute);
    const left = all.slice(0, 10);
    silence(left);
    for (const { topic } of left) market.judge.forget(topic);
    market.add(10, 1);
    expect(market.run(30_000)).toEqual([]);
  });

  it('is no evidence when the process slept', () => {
    const market = new Market();
    const all = market.add(50, 2);
    market.run(10 * minute);
    const { judge } = market;
    market.now += 3_600_000;
    expect(judge.advance(market.now)).toEqual([]);
    for (const one of all) one.next = market.now + 100;
    expect(market.run(10 * minute)).toEqual([]);
  });
});
