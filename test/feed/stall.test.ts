import { describe, expect, it } from 'vitest';
import { type Finding, findings } from '../../src/playbook/index.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

/** A live feed of two symbols with an image each, to which messages come: so its heart beats. */
function live(config: SceneConfig = {}): Scene & { readonly said: string[] } {
  const it = scene({ ...config, fake: { latency: 10, ...config.fake } });
  const { said } = it.listen(['A', 'B']);
  it.scheduler.advance(100);
  it.fake.publish('market', 'open');
  it.price('A', 1);
  it.price('B', 1);
  it.scheduler.advance(0);
  said.length = 0;
  return { ...it, said };
}

const found = ({ feed, scheduler }: Scene): readonly Finding[] => findings(feed, { now: () => scheduler.now() });

/** Blocks the thread for `ms` ms; then timers fire before sockets are read. */
function block({ scheduler }: Scene, ms: number): void {
  scheduler.spend(ms);
  scheduler.advance(0);
}

describe('a thread that is blocked for longer than stallThreshold', () => {
  it('makes every topic suspect at once, in a gap that ends when all buffered messages are read', () => {
    const it = live();
    block(it, 3000);
    expect(it.said).toEqual(['gap stall open 0→', 'A 1 suspect unknown e0 state', 'B 1 suspect unknown e0 state']);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, gaps: 1, connected: true, topics: { suspect: 2, live: 0 } });
    expect(it.feed.stats().longestStall).toBeGreaterThan(2700);
    it.scheduler.advance(20);
    expect(it.said.slice(3)).toEqual(['gap stall closed 0→0']);
    it.price('A', 2);
    it.scheduler.advance(0);
    expect(it.said.slice(4)).toEqual(['A 2 live unknown e0 image']);
  });

  it('makes an image that waited in the queue suspect before it is emitted, although the timer that detects the block fires later', () => {
    const it = live({ feed: { maxBatch: 1 } });
    it.price('A', 2);
    it.price('B', 2);
    it.said.length = 0;
    it.scheduler.spend(3_000);
    it.scheduler.runNext();
    expect(it.said).toEqual([
      'gap stall open 0→',
      'A 2 suspect unknown e0 state',
      'B 1 suspect unknown e0 state',
      'B 2 suspect unknown e0 image',
    ]);
  });

  it('shows in last() before any timer has fired', () => {
    const it = live();
    it.scheduler.spend(600_000);
    expect(it.feed.last('A')).toMatchObject({ price: 1, state: 'suspect' });
  });

  it('makes no buffered image live: the broker may have dropped a newer one', () => {
    const it = live();
    block(it, 3000);
    it.said.length = 0;
    // Two pings are sent one after the other: bytes that are read before the second answer were buffered.
    it.price('A', 2);
    it.scheduler.advance(10);
    it.price('A', 3);
    it.price('B', 3);
    it.scheduler.advance(10);
    it.price('A', 4);
    it.scheduler.advance(0);
    expect(it.said).toEqual([
      'A 2 suspect unknown e0 image',
      'A 3 suspect unknown e0 image',
      'B 3 suspect unknown e0 image',
      'gap stall closed 0→0',
      'A 4 live unknown e0 image',
    ]);
    expect(it.fake.current.pings).toBe(2);
    expect(it.feed.symbols()).toMatchObject([{ state: 'live' }, { state: 'suspect' }]);
  });

  it('is detected by a read before any timer fires, as after a stop of the process', () => {
    const it = live();
    it.scheduler.spend(10_000);
    it.price('A', 2);
    it.scheduler.advance(0);
    expect(it.said).toEqual([
      'gap wake open 0→',
      'A 1 suspect unknown e0 state',
      'B 1 suspect unknown e0 state',
      'A 2 suspect unknown e0 image',
    ]);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, gaps: 1 });
    expect(isConserved(it.feed.stats())).toBe(true);
  });

  it('is detected by a message before those that a consumer causes when the gap opens', () => {
    const it = live();
    let provoked = false;
    it.listen(['A'], (update) => {
      if (update.kind === 'gap' && !provoked) it.price('A', 3);
      provoked ||= update.kind === 'gap';
    });
    it.scheduler.spend(10_000);
    it.price('A', 2);
    it.scheduler.advance(0);
    expect(it.said.filter((line) => line.endsWith('image'))).toEqual([
      'A 2 suspect unknown e0 image',
      'A 3 suspect unknown e0 image',
    ]);
  });

  it('does not count images that waited in the queue as read after it', () => {
    const it = live({ feed: { maxBatch: 1 } });
    it.price('A', 2);
    it.price('B', 2);
    it.price('A', 3);
    it.fake.current.late(1000);
    it.scheduler.advance(30);
    expect(it.said.filter((line) => / live /.test(line))).toEqual(['A 2 live open e0 image']);
    expect(isConserved(it.feed.stats())).toBe(true);
  });

  it('makes the market unknown, and buffered messages do not change that', () => {
    const it = live();
    block(it, 3000);
    it.fake.publish('market', 'halted');
    it.price('A', 2);
    it.scheduler.advance(20);
    it.price('A', 3);
    it.scheduler.advance(0);
    expect(it.said.at(-1)).toBe('A 3 live unknown e0 image');
    it.fake.publish('market', 'open');
    expect(it.said.slice(-2)).toEqual(['A 3 live open e0 state', 'B 1 suspect open e0 state']);
  });

  it('is reported once, for any number of late timers before it has caught up', () => {
    const it = live();
    block(it, 600);
    it.price('A', 2);
    block(it, 600);
    it.fake.current.late(700);
    expect(it.feed.stats()).toMatchObject({ stalls: 1, gaps: 1 });
  });

  it('that is blocked again before it has caught up makes no image live until it has caught up again', () => {
    const it = live();
    block(it, 3000);
    it.scheduler.advance(15);
    // The second ping is pending: its answer may be older than the messages that are lost now.
    it.fake.current.late(3000);
    it.scheduler.advance(10);
    it.price('A', 2);
    it.scheduler.advance(9);
    expect(it.said.slice(3)).toEqual(['A 2 suspect unknown e0 image']);
    it.scheduler.advance(1);
    it.price('A', 3);
    it.scheduler.advance(0);
    expect(it.said.slice(4)).toEqual(['gap stall closed 0→0', 'A 3 live unknown e0 image']);
    expect([it.feed.stats().stalls, it.fake.current.pings]).toEqual([1, 4]);
  });

  it('is no stall up to the threshold, nor ever with Infinity', () => {
    const it = live({ feed: { stallThreshold: 500 } });
    block(it, 500);
    expect([it.feed.stats().stalls, it.said]).toEqual([0, []]);
    it.feed.tune({ stallThreshold: Infinity });
    it.price('A', 2);
    block(it, 60_000);
    it.fake.current.late(60_000);
    expect(it.feed.stats().stalls).toBe(0);
    it.feed.tune({ stallThreshold: 100 });
    it.price('A', 3);
    block(it, 600);
    expect(it.feed.stats().stalls).toBe(1);
  });

  it('never ends a healthy link, for any time to catch up', () => {
    const it = live({ fake: { latency: 4000 } });
    it.scheduler.advance(20_000);
    it.fake.publish('px/A', '2');
    it.said.length = 0;
    block(it, 3000);
    it.scheduler.advance(8000);
    expect(it.said.at(-1)).toBe('gap stall closed 0→0');
    expect(it.feed.stats()).toMatchObject({ attempts: 1, connected: true });
  });

  it('ends its gap when the link is lost meanwhile, and the link’s gap begins', () => {
    const it = live({ fake: { ping: false } });
    block(it, 3000);
    it.said.length = 0;
    it.fake.drop();
    expect(it.said).toEqual(['gap stall closed 0→0', 'gap link open 0→']);
    it.scheduler.advance(2000);
    it.price('A', 5);
    it.scheduler.advance(0);
    expect(it.said.slice(2)).toEqual(['gap link closed 0→1', 'A 5 live unknown e1 image']);
  });

  it('is in explain(), and is a finding until the feed ends', () => {
    const it = live();
    block(it, 3000);
    const [topic] = it.feed.explain('A');
    expect(topic?.reason).toMatchObject({
      evidence: 'missed',
      detail: expect.stringMatching(/^the thread was blocked for \d+ ms$/) as string,
    });
    expect(found(it).map(({ code }) => code)).toEqual(['RXP_STALLED']);
    it.scheduler.advance(20);
    it.price('A', 2);
    it.price('B', 2);
    it.scheduler.advance(0);
    expect(found(it)).toMatchObject([{ code: 'RXP_STALLED', symptom: expect.stringContaining('1 time ') as string }]);
  });

  it('has no effect before promotion without a waiting image, because every first image is still to come', () => {
    const it = scene({ fake: { suback: () => undefined } });
    const { said } = it.listen(['A']);
    it.scheduler.advance(100);
    it.fake.current.late(3000);
    expect([it.feed.stats().stalls, said]).toEqual([0, ['A awaiting']]);
  });
});

describe('a machine that slept', () => {
  it('is a gap of its own, and the link lives when the peer answers', () => {
    const it = live();
    it.fake.current.late(3_600_000);
    expect(it.said[0]).toBe('gap wake open 0→');
    it.scheduler.advance(20);
    expect(it.said.at(-1)).toBe('gap wake closed 0→0');
    expect(it.feed.stats()).toMatchObject({ attempts: 1, longestStall: 3_600_000 });
  });

  it('makes a new connection when no byte comes within 5 s of a ping', () => {
    const it = live({ fake: { ping: false } });
    it.fake.current.late(60_000);
    it.scheduler.advance(4999);
    expect(it.states.at(-1)?.status).toBe('live');
    it.scheduler.advance(1);
    expect(it.states.at(-1)).toMatchObject({
      status: 'connecting',
      reason: { code: 'RXQ_RECONNECT', askedBy: 'wake' },
    });
    it.scheduler.advance(2000);
    expect(it.states.at(-1)).toMatchObject({ status: 'live', epoch: 1 });
  });

  it('keeps a link with new bytes although the answer is late', () => {
    const it = live({ fake: { ping: false } });
    it.fake.current.late(60_000);
    for (let second = 0; second < 20; second += 1) {
      it.price('A', second);
      it.scheduler.advance(1000);
    }
    expect(it.feed.stats()).toMatchObject({ attempts: 1, connected: true });
    it.scheduler.advance(10_000);
    expect(it.feed.stats().attempts).toBe(2);
  });
});

describe('a peer that does not answer', () => {
  it('makes the state silent, and live again when a byte comes', () => {
    const it = live();
    it.fake.current.responsive(false);
    expect(it.states.at(-1)).toMatchObject({ status: 'silent', why: 'unresponsive', epoch: 0 });
    expect(it.feed.stats().connected).toBe(false);
    expect(found(it).map(({ code }) => code)).toEqual(['RXP_UNRESPONSIVE']);
    it.fake.current.responsive(true);
    expect(it.states.at(-1)).toMatchObject({ status: 'live', epoch: 0, ledger: { granted: 3 } });
    expect(it.said).toEqual([]);
  });

  it('is a lost link in the end', () => {
    const it = live();
    it.fake.current.responsive(false);
    it.fake.drop();
    expect(it.states.slice(-2)).toMatchObject([{ status: 'silent' }, { status: 'waiting' }]);
  });
});
