import { describe, expect, it } from 'vitest';
import type { MarketState } from '../../src/index.js';
import { feedHealth } from '../../src/metrics/http/feedHealth.js';
import { WatchedFeed } from '../../src/metrics/http/watchedFeed.js';
import { samples } from '../../src/metrics/index.js';
import type { SceneConfig } from './scene.js';
import { tradingScene, type TradingScene } from './tradingScene.js';

const minute = 60_000;
const hour = 60 * minute;

const open = { at: (): { market: MarketState } => ({ market: 'open' }) };

/** A feed whose twenty symbols have just fallen silent all together, so that its connection is called silent. */
function silenced(
  feed: SceneConfig['feed'] = {},
  calendar: NonNullable<SceneConfig['venue']>['calendar'] = open,
  venue: SceneConfig['venue'] = {},
) {
  const set = tradingScene({ feed, venue: { calendar, ...venue } }, 200);
  set.trade(minute);
  untilSilent(set);
  return set;
}

function untilSilent({ states, scheduler }: TradingScene): void {
  for (let more = 0; more < 600 && words(states).at(-1) !== 'silent no-data'; more += 1) scheduler.advance(100);
}

const words = (states: TradingScene['states']): string[] =>
  states.map((state) => (state.status === 'silent' ? `silent ${state.why}` : state.status));

/** The times at which connections were called silent, and at which new ones were begun, in ms. */
const silences = ({ states }: TradingScene): number[] =>
  states.filter((state) => state.status === 'silent').map(({ since }) => since);
const connects = ({ states }: TradingScene): number[] =>
  states.filter((state) => state.status === 'connecting' && state.step === 'network').map(({ since }) => since);

describe('the connection of a silent feed', () => {
  it('is replaced after 10 s, then after spans that double up to 10 min, without end', () => {
    const set = silenced();
    set.scheduler.advance(2 * hour);
    const replaced = [Number(silences(set)[0]), ...connects(set).slice(1)];
    const spans = replaced.slice(1).map((time, at) => Math.round((time - (replaced[at] ?? 0)) / 1_000));
    expect(spans).toEqual([10, 20, 40, 80, 160, 320, ...Array.from({ length: 10 }, () => 600)]);
  });

  it('is replaced 10 s after the second report, if messages came after the first', () => {
    const set = silenced();
    set.scheduler.advance(9_000);
    set.trade(20_000);
    untilSilent(set);
    set.scheduler.advance(10_000);
    expect(connects(set).slice(1)).toEqual([Number(silences(set)[1]) + 10_000]);
  });

  it('is replaced after the doubled span, if a replacement within the last 10 min brought only a few messages', () => {
    const set = silenced();
    set.scheduler.advance(10_000);
    set.trade(20_000);
    const before = silences(set).length;
    untilSilent(set);
    set.scheduler.advance(20_000);
    expect(connects(set).slice(2)).toEqual([Number(silences(set)[before]) + 20_000]);
  });

  it('is replaced after 10 s again, if the last replacement was more than 10 min ago', () => {
    const set = silenced();
    set.scheduler.advance(10_000);
    set.trade(10 * minute);
    const before = silences(set).length;
    untilSilent(set);
    set.scheduler.advance(10_000);
    expect(connects(set).slice(2)).toEqual([Number(silences(set)[before]) + 10_000]);
  });

  it('is not replaced while no market is open by the calendar, and the silence is reported anew a minute after one opens', () => {
    const [from, until] = [72_000, 2 * hour];
    const set = silenced(undefined, {
      at: (time) =>
        time < from ? { market: 'open', until: from } : time < until ? { market: 'closed', until } : { market: 'open' },
    });
    expect(Number(silences(set)[0])).toBeGreaterThan(from - 10_000);
    expect(Number(silences(set)[0])).toBeLessThan(from);
    set.scheduler.advance(from - set.scheduler.now());
    expect([words(set.states).at(-1), set.feed.stats().silent]).toEqual(['live', false]);
    set.scheduler.advance(until - set.scheduler.now());
    expect([connects(set).length, words(set.states).at(-1)]).toEqual([1, 'live']);
    set.scheduler.advance(2 * minute);
    const [, again = 0] = silences(set);
    expect(again - until).toBeGreaterThanOrEqual(minute);
    expect(again - until).toBeLessThan(minute + 2_000);
    expect(connects(set)[1]).toBe(again + 10_000);
  });

  it('is not replaced once the calendar has closed the market, although it gave no end before', () => {
    const set = silenced(undefined, { at: (time) => ({ market: time < 72_000 ? 'open' : 'closed' }) });
    set.scheduler.advance(hour);
    expect(connects(set)).toHaveLength(1);
  });

  it('is kept for its whole span, if the network lost the one before', () => {
    const set = silenced();
    set.scheduler.advance(5_000);
    set.fake.drop();
    set.scheduler.advance(5_000);
    const [, second = 0] = connects(set);
    set.scheduler.advance(20_000);
    expect(connects(set).slice(2)).toEqual([second + 10_000]);
    expect(set.feed.stats().reconnects).toEqual({ network: 1, silence: 1 });
  });

  it('is not replaced if a message comes over the next one, which the network made necessary', () => {
    const set = silenced();
    set.scheduler.advance(5_000);
    set.fake.drop();
    set.trade(minute);
    expect(connects(set)).toHaveLength(2);
    expect(words(set.states).at(-1)).toBe('live');
  });

  it.each([
    ['waits for its 10 s', () => silenced()],
    [
      'waits for its 20 s',
      () => {
        const set = silenced();
        set.scheduler.advance(15_000);
        return set;
      },
    ],
  ])('leaves no timer when the feed is closed while it %s', (_, make) => {
    const set = make();
    expect(words(set.states).at(-1)).toBe('silent no-data');
    void set.feed.close();
    set.scheduler.advance(2_000);
    expect(set.scheduler.pending).toBe(0);
  });
});

describe('the state of a silent feed', () => {
  it('stays silent while topics are subscribed to, and counts them once a message comes', () => {
    const set = silenced();
    const before = set.states.length;
    set.listen(['NEW']);
    expect(set.states).toHaveLength(before);
    set.price('S0', 5);
    expect(set.states.at(-1)).toMatchObject({ status: 'live', epoch: 0, ledger: { wanted: 22, granted: 22 } });
    expect(set.states).toHaveLength(before + 1);
  });

  it('is unresponsive while the broker does not answer, silent again with the answer, and live with a message', () => {
    const set = silenced();
    const { fake, price, states } = set;
    fake.current.responsive(false);
    fake.current.responsive(true);
    expect(words(states).slice(-3)).toEqual(['silent no-data', 'silent unresponsive', 'silent no-data']);
    fake.current.responsive(false);
    price('S0', 5);
    fake.current.responsive(true);
    expect(words(states).slice(-2)).toEqual(['silent unresponsive', 'live']);
  });

  it('goes on over every replacement, and over a loss of the network, until a quote comes', () => {
    const set = silenced();
    const [since] = silences(set);
    const from = set.states.length - 1;
    set.scheduler.advance(5 * minute);
    set.fake.drop();
    set.scheduler.advance(minute);
    set.feed.reconnect();
    set.scheduler.advance(minute);
    const states = set.states.slice(from);
    expect(states.length).toBeGreaterThan(20);
    expect(new Set(states.map(({ silentSince }) => silentSince))).toEqual(new Set([since]));
    expect(new Set(words(states))).toEqual(new Set(['silent no-data', 'waiting', 'connecting']));
    expect(set.feed.stats()).toMatchObject({ silent: true, connected: false, silences: { feed: 1 } });
    set.price('S0', 5);
    expect(words(set.states).at(-1)).toBe('live');
    expect(set.states.at(-1)).not.toHaveProperty('silentSince');
    expect(set.feed.stats()).toMatchObject({ silent: false, connected: true });
  });

  it('does not end with a status of the market, a retained message, or a snapshot that the venue sends for a SUBSCRIBE', () => {
    const set = silenced({}, open, { onSubscribe: 'snapshot' });
    set.scheduler.advance(10_000);
    expect(connects(set)).toHaveLength(2);
    set.fake.publish('market', 'open');
    set.price('S1', 5, { retain: true });
    for (let at = 0; at < 20; at += 1) if (at !== 1) set.price(`S${String(at)}`, 5);
    expect(words(set.states).at(-1)).toBe('silent no-data');
    set.price('S2', 6);
    expect(words(set.states).at(-1)).toBe('live');
  });

  it.each(['closed', 'halted', 'auction'])(
    'ends when the market is %s by its status, and no connection is replaced',
    (market) => {
      const set = silenced();
      expect(words(set.states).at(-1)).toBe('silent no-data');
      set.fake.publish('market', market);
      set.scheduler.advance(0);
      expect(words(set.states).at(-1)).toBe('live');
      set.scheduler.advance(hour);
      expect([connects(set).length, words(set.states).at(-1)]).toEqual([1, 'live']);
    },
  );

  it('ends when the last subscriber leaves', () => {
    const left = silenced();
    left.subscription.unsubscribe();
    left.scheduler.advance(5_000);
    left.listen(['S0']);
    expect(words(left.states).slice(-6)).toEqual(['idle', ...Array.from({ length: 4 }, () => 'connecting'), 'live']);
    expect(left.feed.stats().silent).toBe(false);
  });

  it('has the present flap, and loses it when the flap ends', () => {
    const set = tradingScene({ venue: { calendar: open } }, 200);
    set.trade(minute);
    const last = (): (typeof set.states)[number] | undefined => set.states.at(-1);
    for (let step = 0; step < 100 && last()?.flap === undefined; step += 1) {
      if (last()?.status === 'live') set.fake.drop();
      set.scheduler.advance(2_000);
    }
    for (let step = 0; step < 600 && last()?.status !== 'live'; step += 1) set.scheduler.advance(100);
    set.trade(1_000);
    untilSilent(set);
    expect(last()).toMatchObject({ status: 'silent', why: 'no-data', flap: { code: 'RXQ_FLAP' } });
    set.scheduler.advance(10_000);
    expect(last()).toMatchObject({ status: 'silent', why: 'no-data' });
    expect(last()).not.toHaveProperty('flap');
  });
});

describe('the report of a silent feed', () => {
  it('stands without a break in findings, health and metrics while the connection is replaced, and ends with a quote', () => {
    const set = tradingScene({ fake: { latency: 200 }, venue: { calendar: open } }, 200);
    const { feed, scheduler } = set;
    scheduler.advance(1_000);
    set.fake.publish('market', 'open');
    set.trade(minute);
    untilSilent(set);
    const watched = new WatchedFeed(feed, { now: () => scheduler.now() });
    const report = (): string => {
      const { ok, findings: found } = feedHealth(watched);
      const codes = found.map(({ code }) => code);
      const gauge = samples(feed.stats()).find(({ name }) => name === 'rx_quotes_silent')?.value;
      return [ok, gauge, codes.filter((code) => /SILENT|CONNECTED/.test(code))].join(' ');
    };
    const reports = new Set<string>();
    const seen = new Set<string>();
    for (let step = 0; step < 1_000; step += 1) {
      scheduler.advance(100);
      reports.add(report());
      seen.add(words(set.states).at(-1) ?? '');
    }
    expect(seen).toEqual(new Set(['silent no-data', 'connecting']));
    expect(reports).toEqual(new Set(['false 1 RXP_FEED_SILENT']));
    set.fake.drop();
    expect(report()).toBe('false 1 RXP_NOT_CONNECTED');
    scheduler.advance(5_000);
    expect(report()).toBe('false 1 RXP_FEED_SILENT');
    set.price('S0', 5);
    scheduler.advance(0);
    expect(report()).toBe('true 0 ');
  });
});

describe('the market before a reconnect', () => {
  /** Without a calendar, and with a status that comes only when it changes. */
  function lost(): TradingScene {
    const set = tradingScene({}, 200);
    set.trade(minute);
    set.fake.drop();
    set.scheduler.advance(2_000);
    return set;
  }

  it('still shows that a feed is silent after the reconnect, while its quotes have market unknown', () => {
    const set = lost();
    expect(words(set.states).at(-1)).toBe('live');
    expect(new Set(set.feed.symbols().map(({ market }) => market))).toEqual(new Set(['unknown']));
    set.scheduler.advance(minute);
    expect(words(set.states).at(-1)).toBe('silent no-data');
    expect(new Set(set.feed.symbols().map(({ market }) => market))).toEqual(new Set(['unknown']));
    set.scheduler.advance(10 * minute);
    expect(words(set.states).at(-1)).toBe('silent no-data');
    expect(set.fake.connections.length).toBeGreaterThan(5);
    set.price('S0', 5);
    expect(words(set.states).at(-1)).toBe('live');
  });

  it('shows no silence after a later status of closed, or of unknown', () => {
    for (const status of ['closed', 'unknown']) {
      const set = lost();
      set.fake.publish('market', status);
      set.scheduler.advance(hour);
      expect([status, words(set.states).at(-1), set.fake.connections.length]).toEqual([status, 'live', 2]);
    }
  });

  it('shows no silence where the last status before the loss was not open', () => {
    const set = tradingScene({}, 200);
    set.trade(minute);
    set.fake.publish('market', 'halted');
    set.fake.drop();
    set.scheduler.advance(hour);
    expect([words(set.states).at(-1), set.fake.connections.length]).toEqual(['live', 2]);
  });

  it('is forgotten after a trading day without a status: the feed is silent no longer, and its connection stays', () => {
    const set = lost();
    set.scheduler.advance(6 * hour - minute);
    expect(words(set.states).at(-1)).toBe('silent no-data');
    set.scheduler.advance(20 * minute);
    expect(words(set.states).at(-1)).toBe('live');
    const { length } = set.fake.connections;
    set.scheduler.advance(6 * hour);
    expect([words(set.states).at(-1), set.fake.connections.length]).toEqual(['live', length]);
  });
});
