import { describe, expect, it } from 'vitest';
import { isTradable } from '../../src/index.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import type { MarketState } from '../../src/model/state.js';
import { readingTransport } from '../support/readingTransport.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

const HOUR = 3_600_000;

/** A live feed of two symbols with an image each, and nothing under way. */
function live(config: SceneConfig = {}): Scene & { readonly said: string[] } {
  const it = scene({ ...config, fake: { latency: 10, ...config.fake } });
  const { said } = it.listen(['A', 'B']);
  it.scheduler.advance(100);
  it.price('A', 1);
  it.price('B', 1);
  it.scheduler.advance(5_000);
  said.length = 0;
  return Object.assign(it, { said });
}

const allSuspect = ['gap wake open 0→', 'A 1 suspect unknown e0 state', 'B 1 suspect unknown e0 state'];

describe('a machine that slept while its monotonic clock stood still', () => {
  it.each([600, 2_000, 8_000, 8 * HOUR])('%i ms makes every live symbol suspect before the next message', (ms) => {
    const it = live();
    it.sleep(ms);
    it.price('A', 2);
    expect(it.said).toEqual([...allSuspect, 'A 2 suspect unknown e0 image']);
    it.scheduler.advance(20);
    it.price('A', 3);
    expect(it.said.slice(4)).toEqual(['gap wake closed 0→0', 'A 3 live unknown e0 image']);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, gaps: 1, attempts: 1, longestStall: ms });
    expect(isConserved(it.feed.stats())).toBe(true);
  });

  it('makes every live symbol suspect within 16 messages when it slept in the middle of a read', () => {
    const { transport, read } = readingTransport(() => it.fake.transport);
    const it: Scene = scene({ fake: { latency: 10 }, feed: { transport } });
    const { said } = it.listen(['A', 'B'], (update) => {
      if (update.kind === 'quote' && update.price === 50) it.sleep(HOUR);
    });
    it.scheduler.advance(100);
    read();
    for (let price = 1; price <= 100; price += 1) it.price('A', price);
    const slept = said.indexOf('A 50 live unknown e0 image');
    const noticed = said.indexOf('gap wake open 0→');
    expect([slept >= 0, noticed - slept <= 17, noticed > slept]).toEqual([true, true, true]);
    expect(said.slice(noticed).filter((line) => / live .* image/.test(line))).toEqual([]);
    expect(isConserved(it.feed.stats())).toBe(true);
  });

  it('makes every live symbol suspect when the clock reports it, though no message comes', () => {
    const it = live();
    it.sleep(8_000);
    it.wake();
    expect(it.said).toEqual(allSuspect);
    it.scheduler.advance(20);
    expect(it.said.slice(3)).toEqual(['gap wake closed 0→0']);
  });

  it('loses a link that is dead 5 s after it woke, and is live again after the next', () => {
    const it = live({ fake: { ping: false } });
    it.sleep(8 * HOUR);
    it.wake();
    it.scheduler.advance(4_999);
    expect(it.said).toEqual(allSuspect);
    it.scheduler.advance(1);
    expect(it.said.slice(3)).toEqual(['gap wake closed 0→0', 'gap link open 0→']);
    it.scheduler.advance(5_000);
    it.price('A', 2);
    expect(it.said.slice(5)).toEqual(['gap link closed 0→1', 'A 2 live unknown e1 image']);
  });

  it('emits no image as live that waited in the queue during the sleep', () => {
    const it = live({ feed: { maxBatch: 1 } });
    it.price('A', 2);
    it.price('B', 2);
    it.price('A', 3);
    expect(it.said).toEqual(['A 2 live unknown e0 image']);
    it.sleep(HOUR);
    it.scheduler.advance(20);
    expect(it.said.slice(1)).toEqual([
      'gap wake open 0→',
      'A 2 suspect unknown e0 state',
      'B 1 suspect unknown e0 state',
      'B 2 suspect unknown e0 image',
      'A 3 suspect unknown e0 image',
      'gap wake closed 0→0',
    ]);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, gaps: 1 });
  });

  it('is detected by last(), symbols() and a new subscriber, although messages wait in the queue', () => {
    const slept = (): Scene => {
      const it = live({ feed: { maxBatch: 1 } });
      it.price('A', 2);
      it.price('B', 2);
      it.sleep(HOUR);
      return it;
    };
    const asked = slept().feed;
    expect(asked.last('A')).toMatchObject({ price: 2, state: 'suspect' });
    expect(slept().feed.symbols()).toMatchObject([{ state: 'suspect' }, { state: 'suspect' }]);
    expect(slept().feed.explain('A')).toMatchObject([{ state: 'suspect' }]);
    const it = slept();
    expect(it.listen(['A']).said).toEqual(['gap wake open 0→', 'A 2 suspect unknown e0 state cache']);
    it.scheduler.advance(20);
    expect(isConserved(it.feed.stats())).toBe(true);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, gaps: 1 });
  });

  it('completes a new subscriber when another one that receives the sleep closes the feed', () => {
    const it = scene();
    it.listen(['A'], ({ kind }) => {
      if (kind === 'gap') void it.feed.close();
    });
    it.price('A', 1);
    it.sleep(HOUR);
    expect(it.listen(['A']).said).toEqual(['complete']);
    expect(it.feed.stats().subscribers).toBe(0);
  });

  it('re-emits no image as live for a market status that waited during the sleep', () => {
    const it = live({ feed: { maxBatch: 1 } });
    it.price('A', 2);
    it.fake.publish('market', 'open');
    it.sleep(HOUR);
    it.wake();
    it.said.length = 0;
    it.scheduler.advance(5);
    expect(it.said).toEqual(['gap wake open 0→', 'A 2 suspect unknown e0 state', 'B 1 suspect unknown e0 state']);
  });

  it('emits no image as live that waited for its connection during the sleep', () => {
    const it = scene({ fake: { latency: 10 } });
    const { said } = it.listen(['A']);
    it.scheduler.advance(15);
    it.fake.current.send('px/A', '1');
    it.sleep(HOUR);
    it.wake();
    it.scheduler.advance(5);
    expect(said).toEqual(['A awaiting', 'gap wake open 0→', 'A 1 suspect unknown e0 image']);
    it.scheduler.advance(20);
    it.price('A', 2);
    expect(said.slice(3)).toEqual(['gap wake closed 0→0', 'A 2 live unknown e0 image']);
  });

  it('replays no image as live to a subscriber that is first after the wake', () => {
    const it = live();
    it.sleep(HOUR);
    expect(it.listen(['A']).said).toEqual(['gap wake open 0→', 'A 1 suspect unknown e0 state cache']);
  });

  it('lists no symbol as live to an application that calls symbols() first after the wake', () => {
    const asked = live();
    asked.sleep(HOUR);
    expect(asked.feed.symbols().map(({ state }) => state)).toEqual(['suspect', 'suspect']);
    const explained = live();
    explained.sleep(HOUR);
    expect(explained.feed.explain('A')).toMatchObject([{ state: 'suspect' }]);
  });

  it('re-emits no image as live for a timer that fires first after the wake', () => {
    const opens = 60_000;
    const at = (time: number): { market: MarketState; until?: number } =>
      time < opens ? { market: 'auction', until: opens } : { market: 'open' };
    const it = live({ venue: { calendar: { at } }, feed: { staleAfter: Infinity } });
    it.scheduler.advance(54_000);
    it.sleep(HOUR);
    it.scheduler.advance(1_000);
    expect(it.said).toContain('A 1 suspect open e0 state');
    expect(it.said.filter((line) => line.includes(' live '))).toEqual([]);
  });

  it('is detected for any stallThreshold, also on a platform that slows timers down', () => {
    const it = live({ feed: { stallThreshold: Infinity }, clock: (clock) => ({ ...clock, throttled: () => true }) });
    it.sleep(2_000);
    it.price('A', 2);
    expect(it.said[0]).toBe('gap wake open 0→');
  });

  it('is detected again when it sleeps before it has caught up', () => {
    const it = live();
    it.sleep(HOUR);
    it.wake();
    it.scheduler.advance(15);
    it.sleep(HOUR);
    it.wake();
    it.scheduler.advance(10);
    it.price('A', 2);
    expect(it.said.slice(3)).toEqual(['A 2 suspect unknown e0 image']);
    it.scheduler.advance(10);
    it.price('A', 3);
    expect(it.said.slice(4)).toEqual(['gap wake closed 0→0', 'A 3 live unknown e0 image']);
  });
});

describe('a wall clock that is set', () => {
  const closes = 100_000;
  const calendar = {
    at: (time: number): { market: MarketState; until: number } =>
      time < closes ? { market: 'open', until: closes } : { market: 'closed', until: closes + 8 * HOUR },
  };

  it('forward past the close makes the market of a silent symbol closed at once, not when the old timer fires', () => {
    const it = scene({ venue: { calendar }, feed: { staleAfter: Infinity } });
    let tradable: boolean | undefined;
    it.feed.quotes(['A']).subscribe((quote) => {
      tradable = isTradable(quote);
    });
    it.price('A', 1);
    expect(tradable).toBe(true);
    it.sleep(HOUR);
    it.wake();
    expect(tradable).toBe(false);
    expect(it.feed.symbols()).toMatchObject([{ market: 'closed' }]);
  });

  it('back to before the close makes the market open again, and opens no gap', () => {
    const it = scene({ venue: { calendar }, feed: { staleAfter: Infinity } });
    const { said } = it.listen(['A']);
    it.sleep(closes);
    it.wake();
    it.scheduler.advance(10_000);
    it.price('A', 1);
    expect(said.at(-1)).toBe('A 1 live closed e0 image');
    said.length = 0;
    it.sleep(-50_000);
    it.wake();
    expect(said).toEqual(['A 1 live open e0 state']);
    // The timer is armed again: the market closes by the clock that was set.
    it.scheduler.advance(40_000);
    expect(said.slice(1)).toEqual(['A 1 live closed e0 state']);
  });

  it('by less than half a second, as NTP does, is no jump', () => {
    const it = live();
    for (let step = 0; step < 10; step += 1) {
      it.sleep(400);
      it.wake();
    }
    expect([it.said, it.feed.stats().stalls]).toEqual([[], 0]);
  });
});

describe('the clock’s report of jumps', () => {
  it('has a subscriber while the feed has consumers, and none afterwards', () => {
    const it = scene({ feed: { linger: 0 } });
    expect(it.jumpListeners).toBe(0);
    const { subscription } = it.listen(['A']);
    expect(it.jumpListeners).toBe(1);
    subscription.unsubscribe();
    expect(it.jumpListeners).toBe(0);
    it.listen(['A']);
    void it.feed.close();
    expect(it.jumpListeners).toBe(0);
  });

  it('is optional: without it a sleep is noticed with the next message', () => {
    const it = live({ clock: ({ jumps: _none, ...clock }) => clock });
    it.sleep(HOUR);
    expect(it.said).toEqual([]);
    it.price('A', 2);
    expect(it.said).toEqual([...allSuspect, 'A 2 suspect unknown e0 image']);
  });
});
