import { Deadlines } from '../../../../operators/support/deadlines.js';
import type { MarketState } from '../../../model/state.js';
import {
  type Limits,
  type SilenceExplanation,
  type SilenceJudge,
  usualLimits,
  type Verdict,
  type Watched,
} from './silenceJudge.js';
import { explainTopic } from './explainTopic.js';
import { guideOf, MarketPool } from './marketPool.js';
import { type Group, PooledSilence } from './pooledSilence.js';
import { ShareWatch } from './shareWatch.js';
import { isJudged, Track } from './track.js';
import { TopicLooks } from './topicLooks.js';
import { tellShares } from './tellShares.js';
import { shortest } from './topicSilence.js';
import { weighTopics } from './weighTopics.js';

/** A call so late, in ms, means that the process slept, or was kept busy: its silence is its own. */
const late = 2_000;

/** For so long after that, in ms, what sockets held is read: it says nothing of now. */
const held = 1_000;

/** Between two looks for shares of a market that fell silent, in ms. */
const sharesEvery = 500;

/** Closed for so long, in ms, and it is another day. */
const night = 4 * 3_600_000;

type Market = Group & { readonly tracks: Set<Track> };

class Judge implements SilenceJudge {
  private readonly limits: () => Limits;
  private readonly tracks = new Map<string, Track>();
  private readonly groups = new Map<string, Market>();
  /** Of topics with a span of the user's. */
  private readonly fixed = new Deadlines<Track, undefined>();
  private readonly looks: TopicLooks;
  private live = true;
  /** The market whose messages tell the time best, for those whose own don't. */
  private guide: MarketPool | undefined;
  private next = Infinity;
  private wokeAt = -Infinity;
  private readonly feed = new PooledSilence();
  private readonly shares = new ShareWatch();

  constructor(limits: () => Limits) {
    this.limits = limits;
    this.looks = new TopicLooks(limits);
  }

  watch(topic: string, { market }: { readonly symbol: string; readonly market: string }, now: number): Watched {
    const known = this.tracks.get(topic);
    if (known !== undefined) return known;
    let group = this.groups.get(market);
    if (group === undefined) {
      group = { pool: new MarketPool(market), tracks: new Set() };
      group.pool.wake(now);
      this.groups.set(market, group);
    }
    const track = new Track(topic, group.pool);
    this.tracks.set(topic, track);
    group.tracks.add(track);
    return track;
  }

  forget(topic: string): void {
    const track = this.tracks.get(topic);
    if (track === undefined) return;
    const { pool } = track;
    this.tracks.delete(topic);
    track.last = NaN;
    pool.time.remove(track);
    const group = this.groups.get(pool.name);
    group?.tracks.delete(track);
    this.fixed.touch(track, undefined, 0, Infinity);
    this.looks.drop(track);
    if (track.market === 'open') pool.open -= 1;
    if (group?.tracks.size === 0) this.groups.delete(pool.name);
  }

  goesOn(track: Watched, now: number, after: number): boolean {
    if (!(track instanceof Track)) return false;
    if (!this.live || now > this.next + late || !track.goesOn(after)) return false;
    track.lastAt = now;
    if (track.market === 'open') {
      track.pool.touch(now);
      this.feed.heard();
    }
    return true;
  }

  seen(topic: string, now: number, after?: number): void {
    const track = this.tracks.get(topic);
    if (track === undefined || !this.live) return;
    if (now > this.next + late) this.excuse(now);
    const { pool, market } = track;
    const learns = after === undefined && track.after !== undefined;
    pool.pass(now, this.guide);
    if (learns) this.learnAgain(track, now);
    else if (after !== undefined && track.after === undefined) this.learnNothing(track);
    track.after = after;
    if (pool.idle) {
      pool.idle = false;
      if (pool.rested) this.hurry(pool, now);
    }
    if (after === undefined && track.judged && !learns) track.add(now);
    else if (after === undefined || !track.judged) track.begin(isJudged(market));
    if (!track.judged || track.told !== 'nothing' || learns) this.lookSoon(track, now);
    if (market === 'open') {
      if (!pool.awake) this.awake(pool, now);
      // Whose user gave a span of his own is none of those whose silence together is told.
      if (after === undefined) pool.hear(now);
      else pool.touch(now);
      this.feed.heard();
    }
    if (track.rate === 0 && market === 'open' && track.usual > 0 && after === undefined)
      pool.time.add(track, track.usual);
    pool.time.hear(track);
    track.last = isJudged(market) ? pool.time.now : NaN;
    track.lastAt = now;
    if (now - this.wokeAt > held) track.missed = false;
    track.told = 'nothing';
    if (after !== undefined && track.judged)
      this.next = Math.min(this.next, this.fixed.touch(track, undefined, now, after));
  }

  market(topic: string, state: MarketState, now: number): void {
    const track = this.tracks.get(topic);
    if (track === undefined || state === track.market) return;
    const { pool, market: before, known } = track;
    track.market = state;
    if (state !== 'unknown') track.known = state;
    pool.pass(now, this.guide);
    if (before === 'open') pool.open -= 1;
    if (state === 'open') {
      if (pool.open === 0) pool.wake(now);
      pool.open += 1;
    }
    if (!isJudged(state)) {
      if (known === 'open') {
        // Since a link that was lost it was not heard: who knows how long it was open.
        if (track.lastAt === track.lastAt) track.closedAt = now;
        if (track.after === undefined) track.close();
      }
      track.pause(now);
      pool.time.remove(track);
      this.fixed.touch(track, undefined, now, Infinity);
      this.looks.drop(track);
    } else if ((state === 'open' && !track.opened) || !isJudged(before)) {
      this.restart(track, now, known === 'open');
      track.opened = state === 'open';
    }
  }

  calendar(market: string, state: MarketState | undefined, now: number, until: number = Infinity): void {
    const pool = this.groups.get(market)?.pool;
    if (pool === undefined) return;
    // A market that opened early, and is heard, goes on.
    if (state === 'open' && pool.planned !== 'open' && !(pool.open > 0 && pool.awake)) pool.wake(now);
    pool.planned = state;
    pool.plannedUntil = until;
    if (pool.judged && this.live) this.next = Math.min(this.next, now + shortest);
  }

  review(now: number): void {
    for (const track of this.tracks.values()) if (track.judged) this.lookSoon(track, now);
  }

  linkLost(): void {
    this.live = false;
    for (const track of this.tracks.values()) {
      track.lose();
      this.fixed.touch(track, undefined, 0, Infinity);
      this.looks.drop(track);
    }
    this.next = Infinity;
  }

  linkLive(now: number): void {
    this.live = true;
    this.feed.heard();
    for (const { pool } of this.groups.values()) pool.wake(now, pool.told);
    if ([...this.groups.values()].some(({ pool }) => pool.judged)) this.next = Math.min(this.next, now + shortest);
  }

  deadline(): number {
    return this.next;
  }

  advance(now: number): readonly Verdict[] {
    if (now < this.next || !this.live) return [];
    if (now > this.next + late) this.excuse(now);
    const verdicts: Verdict[] = [];
    const groups = [...this.groups.values()];
    this.guide = guideOf(groups.map(({ pool }) => pool));
    for (let due = this.fixed.expire(now); due; due = this.fixed.expire(now)) {
      const { key: track } = due;
      const left = track.lastAt + (track.after ?? 0) - now;
      // The judge noted only the time of its later messages.
      if (left > 0) this.fixed.touch(track, undefined, now, left);
      else {
        track.told = 'stale';
        verdicts.push({ scope: 'topic', topic: track.topic });
      }
    }
    for (const { pool, tracks } of groups) {
      pool.pass(now, this.guide);
      pool.check(now);
      weighTopics(pool, tracks);
    }
    tellShares(this.shares, groups, now, verdicts);
    this.looks.look(now, verdicts, this.guide !== undefined);
    const busy = groups.some(({ pool }) => pool.judged && !pool.idle) ? sharesEvery : Infinity;
    for (const { pool } of groups) pool.idle = true;
    const next = Math.min(this.looks.nearest(), now + Math.min(busy, this.feed.look(groups, now, verdicts)));
    this.next = Math.min(Math.max(now + shortest, next), this.fixed.nearest());
    return verdicts;
  }

  explain(topic: string): SilenceExplanation | undefined {
    const track = this.tracks.get(topic);
    return track && explainTopic(track, this.limits());
  }

  private lookSoon(track: Track, now: number): void {
    this.next = Math.min(this.next, this.looks.soon(track, now));
  }

  /** A market that rested is heard again: its time goes faster than was foreseen. */
  private hurry(pool: MarketPool, now: number): void {
    pool.rested = false;
    for (const track of this.groups.get(pool.name)?.tracks ?? []) this.lookSoon(track, now);
  }

  /** Silence counts from now on: anew on another day, or else where it stopped. */
  private restart(track: Track, now: number, wasOpen: boolean): void {
    const newDay = !(now - track.closedAt <= night);
    if (newDay) track.begin(false);
    if (track.market === 'open' && (newDay || !wasOpen)) track.reopen(now, newDay);
    if (!(track.lastAt === track.lastAt)) return;
    track.resume(now);
    if (newDay) track.told = 'nothing';
    this.lookSoon(track, now);
    if (track.after !== undefined)
      this.next = Math.min(this.next, this.fixed.touch(track, undefined, now, track.after));
    else if (track.usual > 0 && track.rate === 0 && track.told !== 'stale') track.pool.time.add(track, track.usual);
  }

  /** The topic has a span of the user's from now on: the judge learns nothing from its messages, neither gaps nor market time. */
  private learnNothing(track: Track): void {
    if (track.judged && track.market === 'open') track.close();
    track.pool.time.remove(track);
  }

  /** The topic's span is learned from now on. The time until now is no gap, and the topic's pace may have changed. */
  private learnAgain(track: Track, now: number): void {
    this.fixed.touch(track, undefined, now, Infinity);
    track.reopen(now, false);
  }

  /** The first message since the open: until now nobody could have sent anything. */
  private awake(pool: MarketPool, now: number): void {
    pool.awake = true;
    for (const track of this.groups.get(pool.name)?.tracks ?? []) {
      this.lookSoon(track, now);
      // A span of the user's counts from the open.
      if (track.market === 'open' && track.judged && track.after === undefined) track.resume(now);
    }
  }

  private excuse(now: number): void {
    const slept = now - this.next;
    for (const { pool } of this.groups.values()) pool.excuse(now);
    for (const track of this.tracks.values()) track.excuse(slept);
    this.next = now + shortest;
    this.wokeAt = now;
  }
}

/** Makes a judge of silence. */
export function createSilenceJudge(limits: () => Limits = () => usualLimits): SilenceJudge {
  return new Judge(limits);
}
