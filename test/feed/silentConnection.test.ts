import { describe, expect, it } from 'vitest';
import type { MarketState } from '../../src/index.js';
import type { SceneConfig } from './scene.js';
import { tradingScene, type TradingScene } from './tradingScene.js';

const minute = 60_000;
const hour = 60 * minute;

const open = { at: (): { market: MarketState } => ({ market: 'open' }) };

/** A feed whose twenty symbols have just fallen silent all together, so that its connection is called silent. */
function silenced(feed: SceneConfig['feed'] = {}, calendar: NonNullable<SceneConfig['venue']>['calendar'] = open) {
  const set = tradingScene({ feed, venue: { calendar } }, 200);
  set.trade(minute);
  untilSilent(set);
  return set;
}

function untilSilent({ states, scheduler }: TradingScene): void {
  for (let more = 0; more < 600 && words(states).at(-1) !== 'silent no-data'; more += 1) scheduler.advance(100);
}

/** The same of the second connection, soon after the first was replaced. */
function silentAgain(feed: SceneConfig['feed'] = {}) {
  const set = silenced(feed);
  set.scheduler.advance(10_000);
  set.trade(20_000);
  untilSilent(set);
  return set;
}

const words = (states: TradingScene['states']): string[] =>
  states.map((state) => (state.status === 'silent' ? `silent ${state.why}` : state.status));

/** The times at which connections were called silent, and at which new ones were begun, in ms. */
const silences = ({ states }: TradingScene): number[] =>
  states.filter((state) => state.status === 'silent').map(({ since }) => since);
const connects = ({ states }: TradingScene): number[] =>
  states.filter((state) => state.status === 'connecting' && state.step === 'network').map(({ since }) => since);

describe('the connection of a silent feed', () => {
  it('is replaced 10 s after the silence is reported', () => {
    const set = silenced();
    set.scheduler.advance(minute);
    expect(connects(set).slice(1)).toEqual([Number(silences(set)[0]) + 10_000]);
  });

  it('is replaced 10 s after the second report, if messages came after the first', () => {
    const set = silenced();
    set.scheduler.advance(9_000);
    set.trade(20_000);
    untilSilent(set);
    set.scheduler.advance(minute);
    expect(connects(set).slice(1)).toEqual([Number(silences(set)[1]) + 10_000]);
  });

  it('is replaced a minute after the last replacement, and not sooner', () => {
    const set = silentAgain();
    set.scheduler.advance(minute);
    const [first = 0, second] = connects(set).slice(1);
    expect(second).toBe(first + minute);
    expect(silences(set)[1]).toBeLessThan(first + 40_000);
  });

  it('is replaced at most 4 times in any hour, without end', () => {
    const set = silenced();
    set.scheduler.advance(6 * hour);
    const replaced = connects(set).slice(1);
    expect(replaced.length).toBeGreaterThanOrEqual(24);
    for (const [at, time] of replaced.entries()) {
      expect(time - (replaced[at - 4] ?? -Infinity)).toBeGreaterThanOrEqual(hour - 1e-6);
      expect(time - (replaced[at - 1] ?? -Infinity)).toBeGreaterThanOrEqual(minute);
    }
  });

  it('is replaced as often as the present muteReconnects allows, lowered or raised by tune()', () => {
    const lowered = silenced();
    lowered.scheduler.advance(5_000);
    lowered.feed.tune({ muteReconnects: 0 });
    lowered.scheduler.advance(hour);
    expect(connects(lowered)).toHaveLength(1);
    const raised = silenced({ muteReconnects: 1 });
    raised.scheduler.advance(10 * minute);
    expect(connects(raised)).toHaveLength(2);
    raised.feed.tune({ muteReconnects: 2 });
    raised.scheduler.advance(0);
    expect(connects(raised).slice(2)).toEqual([raised.scheduler.now()]);
    const allowed = silenced({ muteReconnects: 0 });
    allowed.scheduler.advance(4_000);
    allowed.feed.tune({ muteReconnects: 4 });
    allowed.scheduler.advance(20_000);
    expect(connects(allowed).slice(1)).toEqual([Number(silences(allowed)[0]) + 10_000]);
  });

  it('is not replaced while no market is open by the calendar, and is replaced 10 s after one opens', () => {
    const [from, until] = [72_000, 2 * hour];
    const set = silenced(undefined, {
      at: (time) =>
        time < from ? { market: 'open', until: from } : time < until ? { market: 'closed', until } : { market: 'open' },
    });
    expect(Number(silences(set)[0])).toBeGreaterThan(from - 10_000);
    expect(Number(silences(set)[0])).toBeLessThan(from);
    set.scheduler.advance(until - set.scheduler.now());
    expect(connects(set)).toHaveLength(1);
    set.scheduler.advance(minute);
    expect(connects(set).slice(1)).toEqual([until + 10_000]);
  });

  it('is not replaced once the calendar has closed the market, although it gave no end before', () => {
    const set = silenced(undefined, { at: (time) => ({ market: time < 72_000 ? 'open' : 'closed' }) });
    set.scheduler.advance(hour);
    expect(connects(set)).toHaveLength(1);
  });

  it('is not replaced for its silence if it is lost before, and neither is the next one', () => {
    const set = silenced();
    set.scheduler.advance(5_000);
    set.fake.drop();
    set.trade(minute);
    expect(connects(set)).toHaveLength(2);
    expect(words(set.states).at(-1)).toBe('live');
  });

  it.each([
    ['waits for its 10 s', () => silenced()],
    ['waits for its minute', () => silentAgain()],
    ['waits for its hour', () => silentAgain({ muteReconnects: 1 })],
    ['is never to be replaced', () => silenced({ muteReconnects: 0 })],
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

  it('ends with the connection, when the user reconnects or the last subscriber leaves', () => {
    const replaced = silenced();
    replaced.feed.reconnect();
    replaced.scheduler.advance(0);
    expect(replaced.states.at(-1)).toMatchObject({ status: 'live', epoch: 1 });
    const left = silenced();
    left.subscription.unsubscribe();
    left.scheduler.advance(5_000);
    left.listen(['S0']);
    expect(words(left.states).slice(-6)).toEqual(['idle', ...Array.from({ length: 4 }, () => 'connecting'), 'live']);
  });

  it('has the present flap, and loses it when the flap ends', () => {
    const set = tradingScene({ feed: { muteReconnects: 0 }, venue: { calendar: open } }, 200);
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
