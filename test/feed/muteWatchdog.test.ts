import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../src/index.js';
import { FeedState } from '../../src/feed/feedState.js';
import { MuteWatchdog } from '../../src/feed/staleness/muteWatchdog.js';
import { FlapFailure } from '../../src/model/errors.js';
import type { Live } from '../../src/mqtt/session/connectionState.js';
import { virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';

const minute = 60_000;
const ledger: Live['ledger'] = { wanted: 1, granted: 1, refused: [], mute: [] };

/** A watchdog over a connection that is live, in time that the test moves on. */
function guarded(perHour = 4) {
  const scheduler = new FastScheduler();
  const clock = virtualClock(scheduler);
  const said: ConnectionState[] = [];
  const state = new FeedState(clock, () => undefined);
  state.state$.subscribe((next) => said.push(next));
  const set = { perHour, isOpen: true, replaced: [] as number[], epoch: 0 };
  const watchdog = new MuteWatchdog({
    clock,
    state,
    perHour: () => set.perHour,
    isOpen: () => set.isOpen,
    reconnect: () => {
      set.replaced.push(scheduler.now());
      state.set({ status: 'connecting', step: 'network', attempt: set.replaced.length });
      set.epoch += 1;
      state.set({ status: 'live', ledger }, set.epoch);
    },
  });
  state.set({ status: 'live', ledger }, 0);
  said.length = 0;
  return { scheduler, state, said, set, watchdog };
}

const words = (said: readonly ConnectionState[]): string[] =>
  said.map((state) => (state.status === 'silent' ? `silent ${state.why}` : state.status));

describe('a mute connection', () => {
  it('is told at once, and replaced 10 s later', () => {
    const { scheduler, said, set, watchdog } = guarded();
    watchdog.mute();
    expect(words(said)).toEqual(['silent mute']);
    scheduler.advance(9_999);
    expect(set.replaced).toEqual([]);
    scheduler.advance(1);
    expect(set.replaced).toEqual([10_000]);
    expect(words(said)).toEqual(['silent mute', 'connecting', 'live']);
    expect(scheduler.pending).toBe(0);
  });

  it('that is heard before stays, and is live again', () => {
    const { scheduler, said, set, watchdog } = guarded();
    watchdog.mute();
    scheduler.advance(9_999);
    watchdog.onData();
    expect(scheduler.pending).toBe(0);
    scheduler.advance(minute);
    expect([set.replaced, words(said)]).toEqual([[], ['silent mute', 'live']]);
  });

  it('is replaced a minute after the one before it, not sooner', () => {
    const { scheduler, set, watchdog } = guarded();
    watchdog.mute();
    scheduler.advance(10_000);
    watchdog.mute();
    scheduler.advance(minute - 1);
    expect(set.replaced).toHaveLength(1);
    scheduler.advance(1);
    expect(set.replaced).toEqual([10_000, 70_000]);
  });

  it('is replaced 4 times in any hour, and goes on for ever', () => {
    const { scheduler, set, watchdog } = guarded();
    for (let round = 0; round < 12; round += 1) {
      watchdog.mute();
      while (set.replaced.length === round && scheduler.runNext());
    }
    expect(set.replaced).toHaveLength(12);
    for (const [at, time] of set.replaced.entries()) {
      expect(time - (set.replaced[at - 4] ?? -Infinity)).toBeGreaterThanOrEqual(60 * minute);
      expect(time - (set.replaced[at - 1] ?? -Infinity)).toBeGreaterThanOrEqual(minute);
    }
    expect(set.replaced.at(-1)).toBeLessThan(125 * minute);
  });

  it('is not replaced at all with 0, and is told all the same', () => {
    const { scheduler, said, set, watchdog } = guarded(0);
    watchdog.mute();
    expect(scheduler.pending).toBe(0);
    scheduler.advance(24 * 60 * minute);
    expect([set.replaced, words(said)]).toEqual([[], ['silent mute']]);
  });

  it('goes by the limit there is when its time comes', () => {
    const lowered = guarded();
    lowered.watchdog.mute();
    lowered.scheduler.advance(5_000);
    lowered.set.perHour = 0;
    lowered.scheduler.advance(60 * minute);
    expect([lowered.set.replaced, lowered.scheduler.pending]).toEqual([[], 0]);
    const raised = guarded(1);
    raised.watchdog.mute();
    raised.scheduler.advance(10_000);
    raised.watchdog.mute();
    raised.scheduler.advance(10 * minute);
    expect(raised.set.replaced).toHaveLength(1);
    raised.set.perHour = 2;
    raised.watchdog.review();
    raised.scheduler.advance(0);
    expect(raised.set.replaced).toEqual([10_000, 10_000 + 10 * minute]);
    const allowed = guarded(0);
    allowed.watchdog.mute();
    allowed.scheduler.advance(4_000);
    allowed.set.perHour = 4;
    allowed.watchdog.review();
    allowed.scheduler.advance(5_999);
    expect(allowed.set.replaced).toEqual([]);
    allowed.scheduler.advance(1);
    expect(allowed.set.replaced).toEqual([10_000]);
  });

  it('is never replaced while no market is open, and 10 s after one has opened', () => {
    const { scheduler, set, watchdog } = guarded();
    watchdog.mute();
    scheduler.advance(9_000);
    set.isOpen = false;
    scheduler.advance(60 * minute);
    expect([set.replaced, scheduler.pending]).toEqual([[], 0]);
    watchdog.review();
    expect(scheduler.pending).toBe(0);
    set.isOpen = true;
    watchdog.review();
    watchdog.review();
    const opened = scheduler.now();
    scheduler.advance(9_999);
    expect(set.replaced).toEqual([]);
    scheduler.advance(1);
    expect(set.replaced).toEqual([opened + 10_000]);
  });

  it('that is lost by itself is not replaced, nor is the next for its sake', () => {
    const { scheduler, state, said, set, watchdog } = guarded();
    watchdog.mute();
    scheduler.advance(5_000);
    state.set({ status: 'connecting', step: 'network', attempt: 1 });
    state.set({ status: 'live', ledger }, 1);
    scheduler.advance(minute);
    expect([set.replaced, words(said), scheduler.pending]).toEqual([[], ['silent mute', 'connecting', 'live'], 0]);
    watchdog.onData();
    expect(words(said)).toHaveLength(3);
  });

  it('leaves no timer when it is stopped, whatever it waits for', () => {
    const patient = guarded();
    patient.watchdog.mute();
    const cooling = guarded();
    cooling.watchdog.mute();
    cooling.scheduler.advance(10_000);
    cooling.watchdog.mute();
    const capped = guarded(1);
    capped.watchdog.mute();
    capped.scheduler.advance(10_000);
    capped.watchdog.mute();
    for (const { scheduler, watchdog } of [guarded(), patient, cooling, capped]) {
      watchdog.stop();
      expect(scheduler.pending).toBe(0);
    }
  });

  it('that is closed before it is told of is nothing to wait for', () => {
    const { scheduler, state, watchdog } = guarded();
    state.set({ status: 'closed' });
    watchdog.mute();
    expect([scheduler.pending, state.isMute]).toEqual([0, false]);
  });
});

describe('the state of a mute connection', () => {
  it('stands while its topics change, and is what they are when it is heard', () => {
    const { state, said } = guarded();
    state.fallSilent();
    state.fallSilent();
    state.set({ status: 'live', ledger: { ...ledger, wanted: 2 } });
    expect([words(said), state.isLive]).toEqual([['silent mute'], false]);
    state.endSilence();
    state.endSilence();
    expect(words(said)).toEqual(['silent mute', 'live']);
    expect(said[1]).toMatchObject({ ledger: { wanted: 2 }, epoch: 0 });
  });

  it('gives way to a peer that does not answer, comes back with its answer, and is heard at any time', () => {
    const { state, said } = guarded();
    state.fallSilent();
    state.set({ status: 'silent', why: 'unresponsive' });
    state.set({ status: 'live', ledger });
    expect(words(said)).toEqual(['silent mute', 'silent unresponsive', 'silent mute']);
    state.set({ status: 'silent', why: 'unresponsive' });
    state.endSilence();
    state.set({ status: 'live', ledger });
    expect(words(said).slice(3)).toEqual(['silent unresponsive', 'live']);
  });

  it('ends with the connection, also where another takes its place without a wait', () => {
    const { state, said } = guarded();
    state.fallSilent();
    state.set({ status: 'live', ledger }, 1);
    expect([words(said), state.isMute]).toEqual([['silent mute', 'live'], false]);
    state.fallSilent();
    state.set({ status: 'idle' });
    expect(state.isMute).toBe(false);
  });

  it('keeps word of a flap that stands, and of its end', () => {
    const { state, said } = guarded();
    const flap = new FlapFailure('again and again', { likely: ['takeover'] });
    state.set({ status: 'live', ledger, flap });
    state.fallSilent();
    state.set({ status: 'live', ledger, flap });
    state.set({ status: 'live', ledger });
    expect(said.map((one) => one.flap !== undefined)).toEqual([true, true, false]);
    expect(words(said)).toEqual(['live', 'silent mute', 'silent mute']);
  });
});
