import { describe, expect, it } from 'vitest';
import { Market, type Sender, silence } from './market.js';

const minute = 60_000;
const hour = 60 * minute;

/** Lets a market trade for so many ms, its pace or that of some of it set anew every minute. */
function trade(market: Market, ms: number, every: (part: number) => void = () => {}): ReturnType<Market['run']> {
  const steps = ms / minute;
  return Array.from({ length: steps }, (_, step) => {
    every(step / steps);
    return market.run(minute);
  }).flat();
}

/** A market is shut for twelve hours, in which nobody sends. */
function night(market: Market): void {
  market.become('closed');
  market.rest(12 * hour);
}

/** What is said on three days on which some symbols are busy in the second half alone. */
function lateDays(overnight: (market: Market) => void, even = false): ReturnType<Market['run']> {
  const market = new Market(5);
  market.gaps = even ? 'even' : 'chance';
  market.add(60, 1);
  const late = market.add(6, 1.01, 'M');
  return Array.from({ length: 3 }, () => {
    market.become('open');
    const said = trade(market, hour, (part) => {
      for (const one of late) one.rate = part < 0.5 ? 0.1 : 2;
    });
    night(market);
    overnight(market);
    return said;
  }).flat();
}

/** How long some must be silent to be stale, added up, in ms. */
function thresholds(market: Market, of: readonly Sender[]): number {
  return of.reduce((sum, { topic }) => sum + (market.judge.explain(topic)?.thresholdMs ?? NaN), 0);
}

/** Six days go by; the `thresholds()` at the end of the last. */
function afterSixDays(market: Market, of: readonly Sender[]): number {
  let last = NaN;
  for (let day = 0; day < 6; day += 1) {
    market.become('open');
    trade(market, hour);
    last = thresholds(market, of);
    night(market);
  }
  return last;
}

/**
 * How much longer those who are heard seldom must be silent in the morning of a seventh day, on which others go slower or faster by
 * chance, and so many of them are shut.
 */
function seldomHeard(spread: number, shut = 0): number {
  const market = new Market(6);
  const others = market.add(80, 0.5);
  const seldom = market.add(10, 0.02);
  const before = afterSixDays(market, seldom);
  // All together as fast as ever.
  for (const [index, other] of others.entries())
    other.rate *= Math.exp(index % 2 === 0 ? spread : -spread) / Math.cosh(spread);
  silence(seldom);
  for (const other of others.slice(0, shut)) other.next = Infinity;
  for (const { topic } of market.senders.slice(shut)) market.judge.market(topic, 'open', market.now);
  trade(market, 7 * minute);
  return thresholds(market, seldom) / before;
}

describe('a day', () => {
  it('whose pace falls to a tenth calls nobody dead, for all go slower', () => {
    const market = new Market();
    market.add(60, 1);
    market.add(40, 0.1);
    const said = trade(market, hour, (part) => {
      market.pace = 10 ** (0.5 - part);
    });
    expect(said).toEqual([]);
  });

  it('that goes slower for one alone calls it dead no more than for all', () => {
    const market = new Market(3);
    market.add(60, 1);
    const own = market.add(6, 1.01, 'M');
    const said = trade(market, hour, (part) => {
      for (const one of own) one.rate = 10 ** -part;
    });
    expect(said).toEqual([]);
  });

  it('that begins slower than yesterday’s ended calls nobody dead', () => {
    expect(lateDays(() => {})).toEqual([]);
  });

  it('that begins slower than yesterday’s ended calls nobody dead, though all come at even times', () => {
    expect(lateDays(() => {}, true)).toEqual([]);
  });

  it('that begins with the end of a gap is measured by none of it', () => {
    const market = new Market(3);
    market.gaps = 'even';
    market.add(40, 1);
    const slow = market.add(8, 0.02);
    const said = Array.from({ length: 4 }, () => {
      market.become('open');
      for (const [index, one] of slow.entries()) one.next = market.now + 200 * (index + 1);
      const day = trade(market, hour);
      night(market);
      return day;
    });
    expect(said.flat()).toEqual([]);
  });

  it('goes on after an auction with the end of a gap, and is measured by none of it', () => {
    const market = new Market(3);
    market.gaps = 'even';
    market.add(40, 1);
    const slow = market.add(8, 0.02);
    // Their pace differs from one part of the day to the next.
    for (const rate of [0.06, 0.02, 0.06, 0.02, 0.06]) {
      market.become('open');
      for (const one of slow) one.rate = rate;
      trade(market, hour);
      market.become('auction');
      market.run(10 * minute);
    }
    market.become('open');
    for (const one of slow) one.next = market.now + 5_000;
    market.run(4_000);
    const before = thresholds(market, slow);
    market.run(4_000);
    expect(thresholds(market, slow) / before).toBeGreaterThan(0.9);
  });

  it('goes on after an auction in which a symbol was heard: what it was silent before is past', () => {
    const market = new Market(2);
    const [one] = market.add(40, 1);
    if (one === undefined) throw new Error('no symbol');
    trade(market, hour);
    const threshold = market.judge.explain(one.topic)?.thresholdMs ?? NaN;
    one.next = market.now + 0.8 * threshold;
    market.run(0.7 * threshold);
    market.become('auction');
    market.run(minute);
    one.next = market.now + 0.8 * threshold;
    market.become('open');
    expect(market.run(minute)).toEqual([]);
    silence([one]);
    expect(market.run(minute)).toEqual([{ scope: 'topic', topic: one.topic }]);
  });

  it('that begins after a link was lost in its auction is another day', () => {
    const market = new Market(6);
    market.add(80, 0.5);
    const seldom = market.add(10, 0.02);
    const before = afterSixDays(market, seldom);
    market.become('auction');
    for (const { topic } of market.senders) market.judge.seen(topic, market.now);
    market.judge.linkLost(market.now);
    market.judge.linkLive(market.now);
    market.become('open');
    silence(seldom);
    market.run(20_000);
    // Days may differ: it is doubted.
    expect(thresholds(market, seldom) / before).toBeGreaterThan(1.1);
  });

  it('that begins slower than yesterday’s ended calls nobody dead, though the link was lost overnight', () => {
    const said = lateDays((market) => {
      market.judge.linkLost(market.now);
      market.become('unknown');
      market.judge.linkLive(market.now);
      market.become('closed');
    });
    expect(said).toEqual([]);
  });

  it('goes on after a link that was lost for a moment: what is known of its topics is known as well as before', () => {
    const market = new Market(2);
    market.add(40, 1);
    const seldom = market.add(5, 0.01);
    for (let day = 0; day < 3; day += 1) {
      if (day > 0) night(market);
      market.become('open');
      trade(market, hour);
    }
    const before = thresholds(market, seldom);
    market.judge.linkLost(market.now);
    market.become('unknown');
    market.judge.linkLive(market.now);
    market.run(2_000);
    market.become('open');
    expect(thresholds(market, seldom)).toBeLessThan(1.08 * before);
  });

  it('goes on after a link that was lost in lunch: how long a symbol was dead before is no lull of it', () => {
    const market = new Market(2);
    const [one] = market.add(40, 1);
    if (one === undefined) throw new Error('no symbol');
    trade(market, hour);
    const before = market.judge.explain(one.topic)?.thresholdMs ?? NaN;
    silence([one]);
    expect(trade(market, hour)).toEqual([{ scope: 'topic', topic: one.topic }]);
    market.become('halted');
    market.judge.linkLost(market.now);
    market.judge.linkLive(market.now);
    market.become('open');
    one.next = market.now + 1_000;
    market.run(10_000);
    const after = market.judge.explain(one.topic)?.thresholdMs ?? NaN;
    expect(after / before).toBeLessThan(1.4);
  });

  it('goes on after lunch where it stopped: a silence that began before counts', () => {
    const market = new Market(2);
    const [one] = market.add(60, 0.5);
    trade(market, hour);
    silence(one === undefined ? [] : [one]);
    expect(market.run(40_000)).toEqual([]);
    market.become('closed');
    market.rest(hour);
    market.become('open');
    const from = market.now;
    expect(market.run(minute)).toEqual([{ scope: 'topic', topic: one?.topic }]);
    expect((market.said.at(-1)?.at ?? 0) - from).toBeLessThan(30_000);
  });

  it('goes on after a status that was missed for a moment: it is none that begins, and a silence goes on', () => {
    const market = new Market(2);
    const [one] = market.add(40, 0.1);
    trade(market, hour);
    silence(one === undefined ? [] : [one]);
    const threshold = market.judge.explain(one?.topic ?? '')?.thresholdMs ?? NaN;
    const from = market.now;
    market.run(0.8 * threshold);
    market.judge.market(one?.topic ?? '', 'unknown', market.now);
    market.judge.market(one?.topic ?? '', 'open', market.now);
    expect(market.run(0.5 * threshold)).toEqual([{ scope: 'topic', topic: one?.topic }]);
    expect((market.said.at(-1)?.at ?? 0) - from).toBeLessThan(1.2 * threshold);
  });

  it('that is like those before is known beforehand', () => {
    const market = new Market(6);
    market.add(30, 0.5);
    const slow = market.add(10, 0.02);
    const before = afterSixDays(market, slow);
    market.become('open');
    expect(thresholds(market, slow) / before).toBeLessThan(1.4);
  });

  it('that turns out to be like those before, by all others, is soon doubted as little for who is heard seldom', () => {
    expect(seldomHeard(0)).toBeLessThan(1.15);
  });

  it('that turns out to be unlike those before is doubted for who is heard seldom as long as it says nothing itself', () => {
    expect(seldomHeard(0.9)).toBeGreaterThan(1.4);
    // What those who are shut say is of yesterday.
    expect(seldomHeard(0.9, 60)).toBeGreaterThan(1.3);
  });

  it.each([false, true])(
    'whose end cuts off a long silence tells of long silences all the same, heard at the close or not: %s',
    (heard) => {
      const market = new Market(4);
      market.add(40, 1);
      const [steady, early] = [market.add(6, 1 / 60), market.add(6, 1.01 / 60)];
      let longer = NaN;
      for (let day = 0; day < 4; day += 1) {
        for (const one of early) one.next = market.now + market.chance() * minute;
        market.become('open');
        trade(market, 52 * minute);
        silence(early);
        trade(market, 8 * minute);
        longer = thresholds(market, early) / thresholds(market, steady);
        market.become('auction');
        if (heard) for (const { topic } of early) market.judge.seen(topic, market.now);
        night(market);
      }
      expect(longer).toBeGreaterThan(2.5);
    },
  );

  it('on which half die leaves the time of the rest as it was', () => {
    const market = new Market(4);
    const all = market.add(60, 1);
    trade(market, hour);
    const before = market.judge.explain('M/1/40')?.thresholdMs ?? NaN;
    silence(all.slice(0, 30));
    const dead = new Set(
      trade(market, 4 * minute).flatMap((verdict) =>
        'topics' in verdict ? verdict.topics : 'topic' in verdict ? [verdict.topic] : [],
      ),
    );
    expect(dead.size).toBe(30);
    // A time that went half as fast would take twice as long, until paces were learned anew.
    const after = market.judge.explain('M/1/40')?.thresholdMs ?? NaN;
    expect(after / before).toBeGreaterThan(0.7);
    expect(after / before).toBeLessThan(1.4);
  });
});

describe('a heartbeat', () => {
  /** Three days go by and a fourth begins, of 40 symbols that are each heard about every 5 s. */
  function fourthDay(seed: number): { readonly market: Market; readonly one: Sender } {
    const market = new Market(seed);
    market.gaps = 'even';
    const [one] = market.add(40, 0.2);
    if (one === undefined) throw new Error('no symbol');
    for (let day = 0; day < 3; day += 1) {
      market.become('open');
      trade(market, hour);
      night(market);
    }
    market.become('open');
    return { market, one };
  }

  it('that comes at half its pace is none of the dead', () => {
    const { market, one } = fourthDay(1);
    market.run(20 * minute);
    one.rate = 0.2 / 2.2;
    expect(market.run(2 * minute)).toEqual([]);
  });

  it('that comes at an eighth of its pace from the open on is none of the dead', () => {
    const { market, one } = fourthDay(2);
    // The first is the end of a gap.
    one.next = market.now + 11_500;
    one.rate = 0.2 / 8;
    expect(market.run(2 * minute)).toEqual([]);
  });

  it('that ends is missed after three of its gaps', () => {
    const { market, one } = fourthDay(1);
    market.run(20 * minute);
    silence([one]);
    expect(market.run(5_000 + 2.9 * 5_000)).toEqual([{ scope: 'topic', topic: one.topic }]);
  });
});

describe('a feed that was heard for 20 s', () => {
  it('with 70 messages a second is told to be mute within 10 s, though nothing is learned', () => {
    const market = new Market();
    const all = market.add(700, 0.1);
    market.run(20_000);
    silence(all);
    const from = market.now;
    expect(market.run(10_000)).toEqual([{ scope: 'feed' }]);
    expect((market.said[0]?.at ?? 0) - from).toBeGreaterThan(4_000);
  });
});

describe('what would not be noticed', () => {
  it('is said beforehand: a symbol that is heard twice an hour, and not one that is heard each second', () => {
    const market = new Market();
    market.add(60, 1);
    const slow = market.add(20, 2 / 3_600);
    market.judge.calendar('M', 'open', 0, 6 * hour);
    trade(market, 2 * hour);
    expect(market.judge.explain('M/1/0')).toMatchObject({ undetectable: false });
    const told = slow.map(({ topic }) => market.judge.explain(topic)?.undetectable);
    expect(told.filter((one) => one === true).length).toBeGreaterThanOrEqual(18);
  });
});
