import type { MarketState } from '../../events.js';
import { marketRules } from '../marketTransitions.js';
import { Habit } from './habit.js';
import { GapScale } from './gapScale.js';
import { type Learned, read } from './learned.js';
import { Level, settled, spans } from './level.js';
import type { MarketPool } from './marketPool.js';

/** So many gaps before a topic's own tell anything. */
const minSamples = 20;

/** So many looks at how far its scale is off, and a topic's own outweigh those of its market. */
const believedLooks = 4;

/** The square of how far the short scale changes over so many gaps, times this, is the variance of one gap's word. */
const perDifference = (2 * spans[2] - 1) / 2 / (1 - Math.exp(-1));

/** Messages enough to compare a day with those before. */
const enoughOfDay = 12;

/** No market is taken to be more even than so, from one day to the next. */
const leastRestless = 0.1;

/** Messages enough to say how slow a part of the day was. */
const enoughOfPart = 3;

/** What is known of one topic's silence: some 2 kB. */
export class Track {
  readonly topic: string;
  readonly pool: MarketPool;
  readonly levels: readonly Level[] = spans.map((span) => new Level(span));
  market: MarketState = 'unknown';
  /** What was last known of its market. */
  known: MarketState = 'unknown';
  /** Its last message, or the opening since, in the market's time; `NaN` while its silence does not count. */
  last: number = NaN;
  /** The same in monotonic ms; `NaN` before its first message on this connection. */
  lastAt: number = NaN;
  /** How long it was silent when its market closed, in the market's time. */
  age: number = 0;
  /** When its market closed, or it was last heard before a link was lost, in monotonic ms. */
  closedAt: number = NaN;
  /** Silence after which it is stale, in the market's time, and in parts of its scale, by how well that is known. */
  learned: Learned | undefined;
  /** What it said of how common laws are. */
  said: { readonly level: number; readonly likely: Float64Array } | undefined;
  /** Silence after which it is stale by a word of the user's, in ms. */
  after: number | undefined;
  told: 'nothing' | 'quiet' | 'stale' = 'nothing';
  /** So many gaps, and its law is fitted anew. */
  nextFit: number = minSamples;
  /** What its gaps were over days: what is expected of another one. */
  private readonly usually = new GapScale(4_096);
  /** Gaps since its first. */
  seen = 0;
  /** The longest that its gaps were, on average of a part of a day; a part that is long gone counts less. */
  private slowest = 0;
  /** The same of the day as it was so far, and how many gaps that is. */
  private today = new GapScale(4_096);
  /** Days that it saw begin, after its first. */
  private days = 0;
  /** Where the part of the day began, in the market's time, and gaps since. */
  private partFrom = NaN;
  private inPart = 0;
  /** What a few gaps said of the scale, as a logarithm; how far that changed, as a variance a gap; how often that was seen. */
  private compared = NaN;
  private wander = 0;
  private looks = 0;
  /** Its part in the market's time: messages in a ms of it, and what each of them counts. */
  rate = 0;
  weight = 1;
  readonly habit: Habit = new Habit();
  /** What `rate` is while it is open; 0 before that is known. */
  usual = 0;
  /** Gaps counted for `mean`, and their sum; old ones count less. */
  private counted = 0;
  private sum = 0;
  private stale = NaN;

  constructor(topic: string, pool: MarketPool) {
    this.topic = topic;
    this.pool = pool;
  }

  /** Whether silence would be said of it now. */
  get judged(): boolean {
    return this.last === this.last;
  }

  /** Whether it was heard often enough since its market opened to say that its pace is what it was. */
  get settled(): boolean {
    return this.inPart >= settled;
  }

  /** How far its messages tell the market's time. */
  get follows(): number {
    return this.habit.follows;
  }

  /** Its mean gap, in ms of the market's time. */
  get mean(): number {
    return this.sum / this.counted;
  }

  add(gap: number): void {
    const octaves = Math.log2(Math.max(1e-3, gap));
    const root = Math.sqrt(gap);
    for (const level of this.levels) level.add(root, octaves);
    this.usually.add(root);
    this.today.add(root);
    this.seen += 1;
    this.inPart += 1;
    this.sum += gap;
    this.counted += 1;
    if (this.counted >= 8_192) {
      this.counted /= 2;
      this.sum /= 2;
    }
    if (this.seen % spans[2] === 0 && this.seen > 2 * spans[2]) this.compare();
    this.stale = NaN;
  }

  /** How badly one gap tells the scale: the variance of its logarithm. Gaps that come in bursts tell less. */
  get noise(): number {
    const known = this.pool.noise.value;
    const own = (believedLooks * known + this.wander * this.looks) / (believedLooks + this.looks);
    // What is more than its like have is a habit of its own, and no noise.
    return Math.min(own, 2 * known);
  }

  get level(): Level {
    const level = this.levels[this.learned?.level ?? 0];
    if (level === undefined) throw new RangeError('level');
    return level;
  }

  /** Silence after which it is stale, in ms of the market's time; `Infinity` before it is learned. */
  get threshold(): number {
    if (!(this.stale === this.stale)) this.stale = this.at(this.learned?.stale);
    return this.stale;
  }

  /** … and quiet. */
  get quietAfter(): number {
    const { learned, threshold } = this;
    return learned === undefined ? Infinity : (threshold * learned.quiet) / (learned.stale[0] ?? Infinity);
  }

  /** A part of the day begins: something may have changed, the more on another day. */
  reopen(newDay: boolean): void {
    this.partFrom = this.pool.time.now;
    this.habit.begin(this.partFrom, this.seen);
    this.inPart = 0;
    if (newDay) this.endDay();
    this.compared = NaN;
    for (const { scale } of this.levels) {
      if (newDay && this.days > 1) scale.expect(this.usually.value);
      const range = this.slowest > 0 ? Math.max(0, Math.log(this.slowest / scale.value)) / 2 : 0;
      const variance = range * range + (newDay ? Math.max(leastRestless, this.pool.restless.value) : 0);
      if (variance > 0) scale.doubt(this.noise / variance);
    }
    this.stale = NaN;
  }

  private endDay(): void {
    if (this.seen > 0) this.days += 1;
    const { value, weight } = this.today;
    if (this.days > 1 && weight >= enoughOfDay)
      this.pool.restless.add(Math.log(value / this.usually.value) ** 2 - this.noise / weight);
    this.today = new GapScale(4_096);
  }

  /** A part of the day ends; how slow it was counts to its last message, for who knows what came between. */
  close(): void {
    const passed = this.last - this.partFrom;
    const longest = this.levels[0]?.scale;
    if (this.inPart < enoughOfPart || !(passed > 0) || longest === undefined) return;
    const slow = (passed / this.inPart) * (longest.value / this.mean);
    this.slowest = Math.max(slow, 0.8 * this.slowest);
  }

  learn(learned: Learned): void {
    this.learned = learned;
    this.stale = NaN;
  }

  /** Compares what some gaps say of the scale with what those before said. */
  private compare(): void {
    const [, middle, short] = this.levels.map(({ scale }) => scale);
    if (middle === undefined || short === undefined) return;
    const before = this.compared;
    this.compared = Math.log(short.value);
    if (middle.weight === spans[1]) this.slowest = Math.max(this.slowest, middle.value);
    if (!(before === before)) return;
    const noise = perDifference * (this.compared - before) ** 2;
    this.looks += 1;
    this.wander += (noise - this.wander) / Math.min(200, this.looks);
    this.pool.noise.add(noise);
  }

  /** How many times as long its gaps have become as they were on average; what may be chance is none of it. */
  private get slowing(): number {
    const lately = this.levels[1]?.scale;
    // Who is heard so often is followed closely enough.
    if (lately === undefined || spans[1] * this.mean < 60_000 * this.pool.speed) return 1;
    const chance = Math.exp(Math.sqrt(this.noise / Math.max(1, lately.weight)));
    return Math.max(1, lately.value / this.level.scale.value / chance);
  }

  private at(table: readonly number[] | undefined): number {
    if (table === undefined) return Infinity;
    const { scale, doubt } = this.level;
    const value = scale.value * this.slowing;
    // Who was not seen a whole day may have habits that nobody knows of.
    const unseen = this.days > 0 ? 0 : 0.6 * Math.min(1, (spans[1] * this.mean) / (this.pool.speed * 1_800_000));
    const variance = this.noise * doubt + unseen;
    const certain = value * read(table, variance);
    // What a clock tells of a market's time is no more than a guess at it.
    const guessed = 1 + 2 * this.pool.time.byClock ** 2;
    return (
      guessed *
      (this.slowest > 0
        ? Math.min(certain, Math.max(this.slowest, value) * read(table, Math.min(variance, 0.5)))
        : certain)
    );
  }
}

/** Whether silence is a fault in such a market: a quiet lunch is none, and where nothing is known, silence is doubted. */
export function isJudged(market: MarketState): boolean {
  return marketRules[market].silenceCounts;
}
