import type { MarketState } from '../../../model/state.js';
import { marketRules } from '../../trust/marketTransitions.js';
import { Habit, toldWithin } from './habit.js';
import type { MarketPool } from './marketPool.js';
import { Pace } from './pace.js';

/** So many gaps before a topic's own tell anything. */
const minSamples = 20;

/** A lull of the market is none of a topic's: by its time it must be silent as well, but for so many standard deviations of that. */
const deviations = 2;

/** … and for no more than this. */
const mostDeviation = 0.6;

/** Who takes longer, in ms at its market's usual pace, to say how it goes, has habits that are not seen: it is no livelier than this. */
const seldom = 1_800_000;
const liveliestUnknown = 1.5;

/** What is known of one topic's silence. */
export class Track {
  readonly topic: string;
  readonly pool: MarketPool;
  // The fields that every message needs come first, so that they are near to each other in memory.
  /** The user's span for it, in ms: it is stale after so long a silence. `undefined` when its span is learned. */
  after: number | undefined;
  told: 'nothing' | 'quiet' | 'stale' = 'nothing';
  market: MarketState = 'unknown';
  /** Whether a message may have been missed since its last one: then its silence is no gap between two messages. */
  missed = false;
  /** Its last message, or the opening since, in the market's time; `NaN` while its silence does not count. */
  last: number = NaN;
  /** The same in monotonic ms; `NaN` before its first message on this connection. */
  lastAt: number = NaN;
  /** Its gaps by its market's time; and by the clock, where that time is too rough for seconds. */
  readonly byTime: Pace;
  byClock: Pace | undefined;
  /** The one that it is judged by. */
  pace: Pace;
  /** What was last known of its market. */
  known: MarketState = 'unknown';
  /** Whether a message came since the day began: what is before the first is the end of a gap. */
  begun = true;
  /** Whether its market, for all that is known, has not been shut since it was open. */
  opened = false;
  /** How long it was silent when its market closed, in the market's time; and by the clock. */
  private age: number = 0;
  private ageAt: number = 0;
  /** When its market closed, or it was last heard before a link was lost, in monotonic ms. */
  closedAt: number = NaN;
  /** So many gaps, and its law is fitted anew. */
  nextFit: number = minSamples;
  /** Its part in the market's time: messages in a ms of it, and what each of them counts. */
  rate = 0;
  weight = 1;
  readonly habit: Habit = new Habit();
  /** What `rate` is while it is open; 0 before that is known. */
  usual = 0;

  constructor(topic: string, pool: MarketPool) {
    this.topic = topic;
    this.pool = pool;
    this.byTime = this.pace = new Pace(pool.byTime);
  }

  /** Whether silence would be said of it now. */
  get judged(): boolean {
    return this.last === this.last;
  }

  /** Whether a message of a topic with this span of the user's changes nothing but the time of its last message. */
  goesOn(after: number): boolean {
    const { pool, market } = this;
    if (after !== this.after || !this.judged || this.missed || this.told !== 'nothing') return false;
    return !pool.idle && (market !== 'open' || pool.awake);
  }

  /** How far its messages tell the market's time. */
  get follows(): number {
    return this.habit.follows;
  }

  /** How many times as lively as usual it may be because its market is. */
  private get liveliest(): number {
    const { habit, usual, pool } = this;
    if (habit.ownWay) return 1;
    return toldWithin(usual, pool.byTime.noise.value) > seldom * pool.speed ? liveliestUnknown : Infinity;
  }

  /** How fast its silence grows at present, against the clock. */
  get speedNow(): number {
    const { pool, liveliest } = this;
    return liveliest < Infinity ? Math.min(pool.speedNow, pool.speed * liveliest) : pool.speedNow;
  }

  /** Gaps since its first. */
  get seen(): number {
    return this.byTime.seen;
  }

  /** How long it has been silent, in ms of the time that it is judged by. */
  silence(now: number): number {
    const { pool, byClock, pace, liveliest } = this;
    let silent = pool.time.now - this.last;
    // Who goes its own way is not livelier when the market is; and who is heard too seldom to tell, may go it.
    if (liveliest < Infinity) silent = Math.min(silent, (now - this.lastAt + this.ageAt) * pool.speed * liveliest);
    if (byClock === undefined || pace !== byClock || silent <= 0) return silent;
    const scale = this.byTime.levels[byClock.learned?.level ?? 0]?.scale.value ?? 1;
    const rough = Math.sqrt((pool.byClock.noise.value * pool.grain) / Math.max(pool.grain, silent));
    const byTime = (silent / scale) * byClock.level.scale.value;
    return Math.min(now - this.lastAt + this.ageAt, (1 + Math.min(mostDeviation, deviations * rough)) * byTime);
  }

  /** It is heard after a silence. */
  add(now: number): void {
    this.learn(this.byTime, this.pool.time.now - this.last);
    if (this.byClock !== undefined) this.learn(this.byClock, now - this.lastAt + this.ageAt);
    this.age = this.ageAt = 0;
    this.begun = true;
  }

  /**
   * Its silence ends while it does not count, for it is heard or another day begins.
   *
   * @param whole - whether all that comes until its next message is of its time
   */
  begin(whole: boolean): void {
    // A lull that was cut off tells of lulls all the same.
    if (this.told !== 'stale' && this.age > this.byTime.quietAfter) this.byTime.add(this.age, this.begun);
    this.age = this.ageAt = 0;
    this.begun = whole;
  }

  /** Its silence counts no more; how long it was so far is kept. */
  pause(now: number): void {
    this.opened = false;
    if (this.judged) {
      // The judge learns no silence of a topic with a span of the user's.
      this.age = this.after === undefined ? this.pool.time.now - this.last : 0;
      this.ageAt += now - this.lastAt;
    }
    this.last = NaN;
  }

  /** Its silence counts again, where it stopped. */
  resume(now: number): void {
    this.last = this.pool.time.now - this.age;
    this.lastAt = now;
  }

  /** The link is lost: nothing is known of its silence. */
  lose(): void {
    // What came in an auction is no part of the day.
    if (this.judged) this.closedAt = this.lastAt;
    this.opened = false;
    this.last = this.lastAt = NaN;
    this.ageAt = 0;
    // An outage is no lull.
    if (this.told === 'stale') this.age = 0;
    this.told = 'nothing';
    this.byClock?.skip(NaN);
  }

  /** Nobody could listen for so long. */
  excuse(span: number): void {
    this.missed = true;
    this.lastAt += span;
    this.byClock?.skip(span);
  }

  /** A part of the day begins: something may have changed, the more on another day. */
  reopen(now: number, newDay: boolean): void {
    const { time } = this.pool;
    this.habit.begin(time.now, this.seen);
    this.byTime.reopen(time.now, newDay);
    this.byClock?.reopen(now, newDay);
  }

  /** A part of the day ends; how slow it was counts to its last message, for who knows what came between. */
  close(): void {
    this.byTime.close(this.last);
    this.byClock?.close(this.lastAt);
  }

  /** Of an outage only so much is learned: it is no habit. */
  private learn(pace: Pace, gap: number): void {
    pace.add(this.told === 'stale' ? Math.min(gap, 1.5 * pace.threshold) : gap, this.begun);
  }
}

/** Whether silence is a fault in such a market: a quiet lunch is none, and where nothing is known, silence is doubted. */
export function isJudged(market: MarketState): boolean {
  return marketRules[market].silenceCounts;
}
