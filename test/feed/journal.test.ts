import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ConnectionState, FeedUpdate, FeedJournal, Gap, QuoteFeed } from '../../src/index.js';
import { fakeFeed } from '../../src/testing/index.js';
import type { TextEvent } from '../support/textVenue.js';
import { scene } from './scene.js';
import { tradingScene } from './tradingScene.js';

/** An entry in one line. */
function entryLine(entry: FeedJournal['entries'][number]): string {
  const at = String(entry.at);
  switch (entry.type) {
    case 'connection':
      return `${at} ${entry.state.status}`;
    case 'gap':
      return `${at} gap ${entry.gap.cause} ${entry.gap.phase} of ${String(entry.count)}: ${entry.topics.join()}`;
    case 'topics':
      return `${at}-${String(entry.until)} ${entry.state} by ${entry.evidence} e${String(entry.epoch)} ${String(entry.count)}: ${entry.topics.join()}`;
    case 'markets':
      return `${at}-${String(entry.until)} ${entry.market} ${String(entry.count)}: ${entry.topics.join()}`;
  }
}

function linesOf(feed: Pick<QuoteFeed<TextEvent>, 'journal'>): string[] {
  return feed.journal().entries.map(entryLine);
}

describe('the journal of a feed', () => {
  test('has the connection’s states, gaps, and changes of topics and markets in their order, also after close', () => {
    const { feed, fake, listen, price, scheduler } = scene();
    expect(feed.journal()).toEqual({ entries: [], lost: 0 });
    listen(['A', 'B']);
    fake.publish('market', 'open');
    price('A', 1);
    scheduler.advance(300);
    price('B', 1);
    scheduler.advance(700);
    fake.drop();
    scheduler.advance(3_000);
    price('A', 2);
    void feed.close();
    expect(linesOf(feed)).toEqual([
      '0 connecting',
      '0 live',
      '0-0 open 3: px/A,px/B,market',
      '0-300 live by image e0 3: market,px/A,px/B',
      '1000-1000 suspect by missed e0 3: px/A,px/B,market',
      '1000-1000 unknown 3: px/A,px/B,market',
      '1000 gap link open of 3: px/A,px/B,market',
      '1000 waiting',
      '1750 connecting',
      '1750 live',
      '1750 gap link closed of 3: px/A,px/B,market',
      '4000-4000 live by image e1 1: px/A',
      '4000 closed',
    ]);
    expect(fake.connections).toHaveLength(2);
  });

  test('has the reason of a wait, as data that JSON can store', () => {
    const { feed, fake, listen } = scene();
    listen(['A']);
    fake.drop();
    const waiting = JSON.parse(JSON.stringify(feed.journal().entries.at(-1))) as unknown;
    expect(waiting).toEqual({
      type: 'connection',
      at: 0,
      state: expect.objectContaining({
        status: 'waiting',
        delay: 750,
        attempt: 1,
        epoch: 0,
        reason: expect.objectContaining({ code: 'RXQ_NETWORK' }) as unknown,
      }) as unknown,
    });
  });

  test('has one entry for an event of 800 symbols at once, with their number and 8 names', () => {
    const { feed, fake, listen, price, scheduler } = scene();
    const symbols = Array.from({ length: 800 }, (_, index) => `S${String(index)}`);
    listen(symbols);
    for (const symbol of symbols) price(symbol, 1);
    fake.drop();
    scheduler.advance(2_000);
    for (const symbol of symbols) {
      price(symbol, 2);
      scheduler.advance(10);
    }
    const eight = symbols.slice(0, 8).map((symbol) => `px/${symbol}`);
    expect(linesOf(feed).filter((line) => !/connecting|waiting|\d live$/.test(line))).toEqual([
      `0-0 live by image e0 800: ${eight.join()}`,
      `0-0 suspect by missed e0 800: ${eight.join()}`,
      `0 gap link open of 801: ${eight.join()}`,
      `750 gap link closed of 801: ${eight.join()}`,
      `2000-9990 live by image e1 800: ${eight.join()}`,
    ]);
  });

  test('has no entry for a message, nor for a symbol that is quiet and live again, which is no fault', () => {
    const it = tradingScene();
    it.trade(10 * 60_000);
    const before = linesOf(it.feed);
    it.senders.delete('S0');
    const isQuiet = (): boolean => it.feed.symbols().some(({ symbol, state }) => symbol === 'S0' && state === 'quiet');
    for (let more = 0; more < 600 && !isQuiet(); more += 1) it.trade(100);
    expect(isQuiet()).toBe(true);
    it.price('S0', 5);
    expect(isQuiet()).toBe(false);
    expect(linesOf(it.feed)).toEqual(before);
  });

  test('has one entry for a state of the connection, even if it is emitted again with other counts of topics', () => {
    const { feed, listen, states, scheduler } = scene({ fake: { suback: (topic) => (topic === 'px/BAD' ? 0x80 : 0) } });
    for (const symbol of ['A', 'B', 'BAD', 'C']) {
      listen([symbol]);
      scheduler.advance(100);
    }
    expect(states.filter(({ status }) => status === 'live').length).toBeGreaterThan(2);
    expect(linesOf(feed)).toEqual(['0 connecting', '0 live', '200-200 refused by refused e0 1: px/BAD']);
  });

  test('has two entries for changes of one kind that are more than a minute apart, or have a gap in between', () => {
    const { feed, listen, price, scheduler, sleep, wake } = scene({ feed: { staleAfter: 1_000 } });
    listen(['A', 'B', 'C']);
    for (const symbol of ['A', 'B', 'C']) {
      price(symbol, 1);
      scheduler.advance(40_000);
    }
    expect(linesOf(feed).filter((line) => line.includes('stale'))).toEqual([
      '1000-41000 stale by silent e0 2: px/A,px/B',
      '81000-81000 stale by silent e0 1: px/C',
    ]);
    price('A', 2);
    sleep(60_000);
    wake();
    price('A', 3);
    sleep(60_000);
    wake();
    expect(linesOf(feed).filter((line) => /suspect|gap/.test(line))).toEqual([
      '180000-180000 suspect by missed e0 3: px/A,px/B,px/C',
      expect.stringContaining('180000 gap wake open'),
      expect.stringContaining('180000 gap wake closed'),
      '240000-240000 suspect by missed e0 1: px/A',
      expect.stringContaining('240000 gap wake open'),
      expect.stringContaining('240000 gap wake closed'),
    ]);
  });

  test('has the turn of a calendar as one entry for all symbols', () => {
    const calendar = {
      at: (time: number) => ({ market: time < 5_000 ? ('closed' as const) : ('open' as const), until: 5_000 }),
    };
    const { feed, listen, scheduler } = scene({ venue: { calendar } });
    listen(Array.from({ length: 20 }, (_, index) => `S${String(index)}`));
    scheduler.advance(10_000);
    expect(linesOf(feed).filter((line) => line.includes(' open '))).toEqual([
      expect.stringMatching(/^5000-5000 open 20: px\/S0,px\/S1,/),
    ]);
  });

  test('has each event before any subscriber gets it', () => {
    const { feed, fake, listen } = scene();
    let received: string[] = [];
    listen(['A'], (update) => {
      if (update.kind === 'gap') received = linesOf(feed);
    });
    fake.drop();
    expect(received.at(-1)).toMatch(/^0 gap link open/);
  });

  test('keeps the newest 500 entries, in order, and counts the lost ones', () => {
    const { feed, fake, listen, price, scheduler } = scene();
    listen(['A']);
    let all: string[] = [];
    for (let round = 0; round < 150; round += 1) {
      price('A', round);
      fake.drop();
      scheduler.advance(40_000);
      const { entries, lost } = feed.journal();
      expect(entries.length).toBe(Math.min(500, entries.length + lost));
      all = [...all.slice(0, lost), ...entries.map(entryLine)];
    }
    const { entries, lost } = feed.journal();
    expect(all.length).toBeGreaterThan(700);
    expect([entries.length, lost]).toEqual([500, all.length - 500]);
    expect(entries.map(entryLine)).toEqual(all.slice(-500));
    const times = entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
  });

  test('is returned as a copy that does not change any more', () => {
    const { feed, listen, price } = scene();
    listen(['A', 'B']);
    price('A', 1);
    const read = feed.journal();
    const before = read.entries.map(entryLine);
    price('B', 1);
    expect(read.entries.map(entryLine)).toEqual(before);
    expect(linesOf(feed).at(-1)).toBe('0-0 live by image e0 2: px/A,px/B');
  });

  test('of a fake feed has its gaps and the states of its connection', () => {
    const gap: Gap = { kind: 'gap', phase: 'open', cause: 'stall', fromEpoch: 0, lostAt: 7, topics: ['a', 'b'] };
    const quotes = new Subject<FeedUpdate>();
    const state$ = new BehaviorSubject<ConnectionState>({ status: 'idle', since: 3 });
    const feed = fakeFeed({ quotes, state$ });
    feed.state$.subscribe();
    feed.updates().subscribe();
    quotes.next(gap);
    expect(feed.journal().entries.map(entryLine)).toEqual(['3 idle', '7 gap stall open of 2: a,b']);
  });
});
