import { describe, expect, it } from 'vitest';
import { isTradable, type MarketState } from '../../src/index.js';
import { scene } from './scene.js';
import { statesOf, tradingScene } from './tradingScene.js';

const minute = 60_000;
const hour = 60 * minute;
/** As often as a busy market's symbols send, in ms. */
const busy = 200;

/** Open for so long, then closed until a time, then open. */
const lunch = (from: number, until: number) => ({
  at: (time: number): { market: MarketState; until?: number } =>
    time < from ? { market: 'open', until: from } : time < until ? { market: 'closed', until } : { market: 'open' },
});

describe('silence of a symbol', () => {
  it('makes the symbol quiet first and stale later, until its next image makes it live', () => {
    const it = tradingScene({}, 1_000);
    it.trade(20 * minute);
    it.forget();
    it.senders.delete('S0');
    const from = it.scheduler.now();
    while (!it.said.some((line) => /^S0 .* stale /.test(line)) && it.scheduler.now() < from + hour) it.trade(1_000);
    expect(it.scheduler.now() - from).toBeGreaterThan(5_000);
    expect(it.scheduler.now() - from).toBeLessThan(10 * minute);
    it.price('S0', 5);
    expect(statesOf(it.said, 'S0')).toEqual(['quiet', 'stale', 'live']);
    expect(it.feed.stats().silences).toMatchObject({ topic: 1, partial: 0, market: 0, feed: 0 });
    expect([it.states.at(-1)?.status, it.feed.stats().attempts]).toEqual(['live', 1]);
  });

  it('is explained by explain() with its threshold and the number of gaps', () => {
    const it = tradingScene({}, 1_000);
    expect(it.feed.explain('S0')[0]?.silence).toMatchObject({ undetectable: true, samples: 0 });
    expect(it.feed.explain('S0')[0]?.why).toMatch(/; undetectable alone: the feed has learned too few of its gaps$/);
    it.trade(20 * minute);
    const [known] = it.feed.explain('S0');
    expect(known?.silence).toMatchObject({ undetectable: false });
    expect(known?.silence?.samples).toBeGreaterThan(300);
    expect(known?.silence?.thresholdMs).toBeGreaterThan(5_000);
    expect(known?.silence?.thresholdMs).toBeLessThan(10 * minute);
    expect(known?.why).not.toContain('undetectable');
    it.senders.delete('S0');
    it.trade(10 * minute);
    expect(it.feed.explain('S0')[0]?.why).toMatch(
      /^stale: no message came for too long: longer than is normal for it, at /,
    );
  });

  it('is undetectable by explain() if its threshold is longer than the rest of the session', () => {
    const it = tradingScene({ venue: { calendar: lunch(20 * minute + 5_000, hour) } }, 1_000);
    it.trade(20 * minute);
    const [{ silence, why } = {}] = it.feed.explain('S0');
    expect(silence).toMatchObject({ undetectable: true });
    expect(silence?.thresholdMs).toBeLessThan(10 * minute);
    expect(why).toMatch(/; undetectable alone: silence for the rest of the session is not unusual for it$/);
    it.fake.publish('market', 'closed');
    expect(it.feed.explain('S0')[0]?.why).not.toContain('undetectable');
  });

  it('makes its price not tradable from quiet on, until its next image', () => {
    const it = tradingScene();
    const tradable: boolean[] = [];
    it.feed.quotes(['S0']).subscribe((quote) => tradable.push(isTradable(quote)));
    it.trade(10 * minute);
    it.senders.delete('S0');
    tradable.length = 0;
    for (let more = 0; more < 600 && tradable.length === 0; more += 1) it.trade(100);
    expect(it.feed.symbols().find(({ symbol }) => symbol === 'S0')?.state).toBe('quiet');
    it.price('S0', 5);
    expect(tradable).toEqual([false, true]);
  });

  it('makes the symbol stale after its fixed staleAfter, to the ms, and never quiet', () => {
    const it = tradingScene({ feed: { staleAfter: (symbol) => (symbol === 'S0' ? 3_000 : 'learned') } });
    it.senders.delete('S0');
    it.trade(4 * minute);
    it.price('S0', 5);
    it.forget();
    const from = it.scheduler.now();
    it.scheduler.advance(2_999);
    expect(it.said).toEqual([]);
    it.scheduler.advance(1);
    expect(it.said).toEqual(['S0 5 stale open e0 state']);
    expect(it.feed.explain('S0')[0]?.why).toContain('staleAfter, 3000 ms');
    it.senders.add('S0');
    it.trade(5 * minute);
    expect(statesOf(it.said, 'S0')).not.toContain('quiet');
    expect(it.scheduler.now()).toBeGreaterThan(from);
  });

  it('makes the symbol stale after maxStaleAfter at the latest, also when maxStaleAfter is tuned while it lasts', () => {
    const it = tradingScene();
    it.trade(2 * minute);
    it.senders.delete('S0');
    it.price('S0', 5);
    it.forget();
    it.feed.tune({ minStaleAfter: 4_000, maxStaleAfter: 4_000 });
    it.trade(3_500);
    expect(statesOf(it.said, 'S0')).not.toContain('stale');
    it.trade(1_000);
    expect(statesOf(it.said, 'S0').at(-1)).toBe('stale');
    expect(it.feed.explain('S0')[0]?.silence).toMatchObject({ thresholdMs: 4_000 });
  });

  it('makes a symbol without learned gaps stale after a minute, if the state of its market is unknown', () => {
    const { listen, price, scheduler } = scene();
    const { said } = listen(['A']);
    price('A', 1);
    said.length = 0;
    scheduler.advance(minute - 1);
    expect(said).toEqual([]);
    scheduler.advance(1);
    expect(said).toEqual(['A 1 stale unknown e0 state']);
    scheduler.advance(24 * hour);
    expect([said.length, scheduler.pending]).toEqual([1, 0]);
  });

  it('is counted once until the next image of the symbol', () => {
    const { listen, price, feed, scheduler, fake } = scene({ feed: { staleAfter: 1_000 } });
    listen(['A']);
    price('A', 1);
    scheduler.advance(1_000);
    fake.drop();
    scheduler.advance(10_000);
    expect(feed.stats().silences.topic).toBe(1);
    price('A', 2);
    scheduler.advance(1_000);
    expect(feed.stats().silences.topic).toBe(2);
  });
});

describe('a feed that is closed', () => {
  it('has no timer left for a silence', () => {
    const it = scene({ feed: { staleAfter: minute } });
    it.listen(['A']);
    it.price('A', 1);
    void it.feed.close();
    it.scheduler.advance(2_000);
    expect(it.scheduler.pending).toBe(0);
  });
});

describe('silence of a market that is not open', () => {
  it.each(['closed', 'halted', 'auction'])(
    'makes no symbol quiet or stale and replaces no connection (market %s)',
    (market) => {
      const it = tradingScene();
      it.trade(4 * minute);
      it.fake.publish('market', market);
      it.forget();
      const { silences } = it.feed.stats();
      it.scheduler.advance(3 * hour);
      expect(it.said).toEqual([]);
      it.fake.publish('market', 'open');
      it.trade(4 * minute);
      expect(it.said.filter((line) => /stale|gap/.test(line))).toEqual([]);
      expect(it.feed.stats()).toMatchObject({ attempts: 1, silences: { ...silences, quiet: expect.any(Number) } });
      expect(it.states.map(({ status }) => status)).not.toContain('silent');
    },
  );

  it('makes no symbol stale if the calendar closes the market and its status comes seconds later', () => {
    const it = tradingScene({ venue: { calendar: lunch(minute, 2 * hour) } }, busy);
    it.trade(minute - 100);
    it.forget();
    // The status still says open for some seconds, as on the wire.
    it.scheduler.advance(8_000);
    it.fake.publish('market', 'closed');
    it.scheduler.advance(2 * hour - it.scheduler.now());
    it.fake.publish('market', 'open');
    it.trade(minute);
    expect(it.said.filter((line) => /stale|gap/.test(line))).toEqual([]);
    expect(it.feed.stats()).toMatchObject({ attempts: 1, silences: { topic: 0, partial: 0, market: 0, feed: 0 } });
  });
});

describe('silence of one market', () => {
  it('makes all its symbols stale, while another market continues and the connection stays', () => {
    const it = tradingScene({ marketOf: (symbol) => (symbol.length === 2 ? 'SET' : 'TFEX') }, busy);
    it.trade(2 * minute);
    it.forget();
    for (let at = 0; at < 10; at += 1) it.senders.delete(`S${String(at)}`);
    it.trade(minute);
    expect(it.feed.stats()).toMatchObject({ attempts: 1, silences: { market: 1, feed: 0 } });
    const stale = it.feed.symbols().filter(({ state }) => state === 'stale');
    expect(stale.map(({ symbol }) => symbol).sort()).toEqual(Array.from({ length: 10 }, (_, at) => `S${String(at)}`));
    expect(it.said.filter((line) => /^S1\d .* stale /.test(line))).toEqual([]);
    expect(it.states.map(({ status }) => status)).not.toContain('silent');
    expect(it.feed.explain('S3')[0]?.why).toMatch(
      /its whole market is silent|longer than is normal|together with others/,
    );
  });
});

describe('silence of the whole feed', () => {
  it('is reported a minute after the open, if the market sends no message after its lunch break', () => {
    const it = tradingScene({}, busy);
    it.trade(30 * minute);
    it.fake.publish('market', 'closed');
    it.scheduler.advance(hour);
    it.fake.publish('market', 'open');
    it.scheduler.advance(minute - 1);
    expect(it.states.at(-1)?.status).toBe('live');
    it.scheduler.advance(1_000);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'no-data' });
  });

  it('is reported within seconds, makes every symbol stale, and replaces the connection 10 s later', () => {
    const it = tradingScene({}, busy);
    it.trade(minute);
    it.forget();
    const from = it.scheduler.now();
    for (let more = 0; more < 300 && it.states.at(-1)?.status !== 'silent'; more += 1) it.scheduler.advance(100);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'no-data', epoch: 0 });
    expect(it.scheduler.now() - from).toBeLessThan(30_000);
    expect(it.feed.stats()).toMatchObject({ connected: false, silences: { feed: 1 } });
    expect(it.feed.symbols().filter(({ state }) => state === 'stale')).toHaveLength(20);
    expect(it.feed.explain('S3')[0]?.why).toContain('the whole feed is silent');
    it.scheduler.advance(9_800);
    expect(it.fake.connections).toHaveLength(1);
    it.scheduler.advance(200);
    expect(it.fake.connections).toHaveLength(2);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'no-data', epoch: 1 });
  });

  it('does not replace the connection if a message comes within 10 s, which makes the feed live at once', () => {
    const it = tradingScene({}, busy);
    it.trade(minute);
    for (let more = 0; more < 300 && it.states.at(-1)?.status !== 'silent'; more += 1) it.scheduler.advance(100);
    it.scheduler.advance(9_000);
    it.price('S4', 9);
    expect(it.states.at(-1)).toMatchObject({ status: 'live', epoch: 0 });
    it.trade(minute);
    expect([it.fake.connections.length, it.states.at(-1)?.status]).toEqual([1, 'live']);
  });

  it('is not reported while the state of the market is unknown', () => {
    const it = tradingScene({}, busy);
    it.fake.publish('market', 'unknown');
    it.trade(10 * minute);
    it.scheduler.advance(hour);
    expect(it.feed.stats()).toMatchObject({ attempts: 1, silences: { feed: 0, market: 0 } });
    expect(it.feed.symbols().filter(({ state }) => state === 'stale')).toHaveLength(20);
  });

  it('stays reported when another symbol is subscribed to meanwhile', () => {
    const it = tradingScene({}, busy);
    it.trade(minute);
    for (let more = 0; more < 300 && it.states.at(-1)?.status !== 'silent'; more += 1) it.scheduler.advance(100);
    it.listen(['NEW']);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'no-data' });
    it.scheduler.advance(10_000);
    expect(it.fake.connections).toHaveLength(2);
  });

  it('is reported just before a lunch break, ends with the break, and no connection is replaced in it', () => {
    const it = tradingScene({ venue: { calendar: lunch(minute + 12_000, 2 * hour) } }, busy);
    it.trade(minute);
    for (let more = 0; more < 110 && it.states.at(-1)?.status !== 'silent'; more += 1) it.scheduler.advance(100);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'no-data' });
    it.scheduler.advance(2 * hour - it.scheduler.now() - 1);
    expect([it.fake.connections.length, it.states.at(-1)?.status]).toEqual([1, 'live']);
    it.trade(2 * minute);
    expect([it.fake.connections.length, it.states.at(-1)?.status]).toEqual([1, 'live']);
  });

  it('makes no symbol with a fixed staleAfter stale', () => {
    const it = tradingScene({ feed: { staleAfter: (symbol) => (symbol === 'S0' ? Infinity : 'learned') } }, busy);
    it.trade(minute);
    for (let more = 0; more < 300 && it.states.at(-1)?.status !== 'silent'; more += 1) it.scheduler.advance(100);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'no-data' });
    const live = it.feed.symbols().filter(({ state }) => state === 'live');
    expect(live.map(({ symbol }) => symbol)).toEqual(['S0']);
  });

  it('is not reported while the link is lost', () => {
    let isDown = false;
    const calendar = { at: () => ({ market: 'open' as const }) };
    const fake = { suback: () => (isDown ? undefined : 0) };
    const it = tradingScene({ venue: { calendar }, fake }, busy);
    it.trade(minute);
    isDown = true;
    it.fake.drop();
    it.scheduler.advance(hour);
    expect(it.feed.stats().silences).toMatchObject({ topic: 0, partial: 0, market: 0, feed: 0 });
    expect(it.states.map(({ status }) => status)).not.toContain('silent');
  });

  it('leaves no timer when the feed is closed at any time', () => {
    for (const after of [0, 3_000, 12_000, 20_000]) {
      const it = tradingScene({}, busy);
      it.trade(minute);
      it.scheduler.advance(after);
      void it.feed.close();
      it.scheduler.advance(2_000);
      expect([after, it.scheduler.pending]).toEqual([after, 0]);
    }
  });

  it('leaves no timer when the last subscriber leaves', () => {
    const it = tradingScene({}, busy);
    it.trade(minute);
    for (let more = 0; more < 300 && it.states.at(-1)?.status !== 'silent'; more += 1) it.scheduler.advance(100);
    it.subscription.unsubscribe();
    it.scheduler.advance(5_000);
    expect([it.states.at(-1)?.status, it.scheduler.pending]).toEqual(['idle', 0]);
    expect(it.fake.connections).toHaveLength(1);
  });
});

describe('a thread that was blocked', () => {
  it('for 5 s makes no symbol quiet or stale, although its timers fire before its sockets are read', () => {
    const it = tradingScene();
    it.trade(4 * minute);
    const { silences } = it.feed.stats();
    it.forget();
    it.scheduler.spend(5_000);
    it.scheduler.advance(0);
    // Messages that were buffered meanwhile.
    for (const symbol of it.senders) it.price(symbol, 7);
    it.trade(2 * minute);
    expect(it.said.filter((line) => / stale | quiet /.test(line))).toEqual([]);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, attempts: 1, silences });
  });

  it('past the end of a fixed staleAfter reads the buffered messages before a symbol can be stale', () => {
    const it = tradingScene({ feed: { staleAfter: 4_000, stallThreshold: Infinity } }, 500);
    it.trade(minute);
    it.forget();
    it.scheduler.advance(2_400);
    it.scheduler.spend(1_700);
    it.scheduler.advance(0);
    for (const symbol of it.senders) it.price(symbol, 7);
    it.scheduler.advance(2_000);
    expect(it.said.filter((line) => / stale /.test(line))).toEqual([]);
    it.scheduler.advance(2_001);
    expect(it.said.filter((line) => / stale /.test(line))).toHaveLength(20);
  });

  it('repeatedly does not prevent the report of silence', () => {
    const it = tradingScene({ feed: { staleAfter: 4_000, stallThreshold: Infinity } });
    it.senders.clear();
    it.forget();
    for (let more = 0; more < 20; more += 1) {
      it.scheduler.spend(1_300);
      it.scheduler.advance(1);
    }
    expect(it.said.filter((line) => / stale /.test(line))).toHaveLength(20);
  });
});
