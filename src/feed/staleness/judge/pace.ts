import type { Common } from './common.js';
import { GapScale } from './gapScale.js';
import { type Learned, read } from './learned.js';
import { Level, settled, spans } from './level.js';

/** So many looks at how far its scale is off, and a topic's own outweigh those of its market. */
const believedLooks = 4;

/** The square of how far the short scale changes over so many gaps, times this, is the variance of one gap's word. */
const perDifference = (2 * spans[2] - 1) / 2 / (1 - Math.exp(-1));

/**
 * Where gaps are more regular than chance, their law is narrower than how well the market's time and the pace are known, and
 * that rules: so much is added to what is waited, and so much before the part of the day has told how it goes.
 */
const perRegular = 0.15;
const perRegularAtFirst = 1.2;

/** No gap is shorter, in ms of the time: that may stand still. */
const shortest = 1e-3;

/** Messages enough to compare a day with those before. */
const enoughOfDay = 12;

/** Messages enough to say how slow a part of the day was. */
const enoughOfPart = 3;

/** How a topic's gaps go, measured by one time: some 2 kB. */
export class Pace {
  readonly common: Common;
  readonly levels: readonly Level[] = spans.map((span) => new Level(span));
  /** Silence after which it is stale, in ms of the time, and in parts of its scale, by how well that is known. */
  learned: Learned | undefined;
  /** What it said of how common laws are. */
  said: { readonly level: number; readonly likely: Float64Array } | undefined;
  /** Gaps since its first. */
  seen = 0;
  /** What its gaps were over days: what is expected of another one. */
  private readonly usually = new GapScale(4_096);
  /** The roots of the gaps of the day as it was so far, added up, and how many they are. */
  private roots = 0;
  private inDay = 0;
  /** The longest that its gaps were, on average of a part of a day; a part that is long gone counts less. */
  private slowest = 0;
  /** Days that it saw begin, after its first. */
  private days = 0;
  /** Where the part of the day began, and gaps since. */
  private partFrom = NaN;
  private inPart = 0;
  /** What a few gaps said of the scale, as a logarithm; how far that changed, as a variance a gap; how often that was seen. */
  private compared = NaN;
  private wander = 0;
  private looks = 0;
  /** Gaps counted for `mean`, and their sum; old ones count less. */
  private counted = 0;
  private sum = 0;
  private stale = NaN;

  constructor(common: Common) {
    this.common = common;
  }

  /** Whether it was heard often enough since its market opened to say that its pace is what it was. */
  get settled(): boolean {
    return this.inPart >= settled;
  }

  /** Its mean gap, in ms of the time. */
  get mean(): number {
    return this.sum / this.counted;
  }

  /** @param whole - whether it is a gap as a whole, or its end, so much as is in a day */
  add(span: number, whole: boolean): void {
    const gap = Math.max(shortest, span);
    if (!whole && gap < this.level.scale.value) return;
    const octaves = Math.log2(gap);
    const root = Math.sqrt(gap);
    for (const level of this.levels) level.add(root, octaves);
    this.roots += root;
    this.inDay += 1;
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
    const known = this.common.noise.value;
    const own = (believedLooks * known + this.wander * this.looks) / (believedLooks + this.looks);
    // What is more than its like have is a habit of its own, and no noise.
    return Math.min(own, 2 * known);
  }

  get level(): Level {
    const level = this.levels[this.learned?.level ?? 0];
    if (level === undefined) throw new RangeError('level');
    return level;
  }

  /** Silence after which it is stale, in ms of the time; `Infinity` before it is learned. */
  get threshold(): number {
    if (!(this.stale === this.stale)) this.stale = this.at(this.learned?.stale);
    return this.stale;
  }

  /** … and quiet. */
  get quietAfter(): number {
    const { learned, threshold } = this;
    return learned === undefined
      ? Infinity
      : (threshold * learned.quiet) / (this.unsteadiness * (learned.stale[0] ?? Infinity));
  }

  /** A part of the day begins, at a time: something may have changed, the more on another day. */
  reopen(time: number, newDay: boolean): void {
    this.partFrom = time;
    this.inPart = 0;
    if (newDay) this.endDay();
    this.compared = NaN;
    const { noise } = this;
    for (const level of this.levels) {
      const { scale } = level;
      if (newDay && this.days > 1) scale.expect(this.usually.value);
      const range = this.slowest > 0 ? Math.max(0, Math.log(this.slowest / scale.value)) / 2 : 0;
      level.unsettle(noise, range * range, newDay ? this.common.feared : 0);
    }
    this.stale = NaN;
  }

  /** How far its pace of this day is from what it usually is, as a variance of its logarithm; `undefined` before it says so. */
  get off(): number | undefined {
    return this.days > 1 ? this.offBy(enoughOfDay * Math.max(1, this.noise)) : undefined;
  }

  /** Paces of its market turn out to be so far from what they usually are, this day. */
  settle(restless: number): void {
    for (const level of this.levels) level.settle(this.noise, restless);
    this.stale = NaN;
  }

  private offBy(enough: number): number | undefined {
    const { inDay, roots, usually, noise } = this;
    if (inDay < enough || !(roots > 0 && usually.value > 0)) return undefined;
    return (2 * Math.log(roots / inDay) - Math.log(usually.value)) ** 2 - noise / inDay;
  }

  private endDay(): void {
    if (this.seen > 0) this.days += 1;
    const { inDay, roots } = this;
    if (inDay === 0) return;
    const off = this.days > 1 ? this.offBy(enoughOfDay) : undefined;
    if (off !== undefined) this.common.restless.add(off);
    this.usually.add(roots / inDay, inDay);
    this.roots = this.inDay = 0;
  }

  /** A part of the day ends; how slow it was counts to its last message, for who knows what came between. */
  close(last: number): void {
    const passed = last - this.partFrom;
    const longest = this.levels[0]?.scale;
    if (this.inPart < enoughOfPart || !(passed > 0) || longest === undefined) return;
    const chance = Math.exp(Math.sqrt(this.noise / this.inPart));
    const slow = ((passed / this.inPart) * (longest.value / this.mean)) / chance;
    this.slowest = Math.max(slow, 0.8 * this.slowest);
  }

  /** So much of the part of the day is none of it; not known how much: of that part nothing is said. */
  skip(span: number): void {
    this.partFrom += span;
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
    this.common.noise.add(noise);
  }

  /** How many times as long its gaps have become as they were on average; what may be chance is none of it. */
  private get slowing(): number {
    const { soonest, speed } = this.common.time;
    const lately = this.levels[soonest]?.scale;
    // Who is heard so often is followed closely enough.
    if (lately === undefined || (soonest === 1 && spans[1] * this.mean < 60_000 * speed)) return 1;
    const chance = Math.exp(Math.sqrt(this.noise / Math.max(1, lately.weight)));
    return Math.max(1, lately.value / this.level.scale.value / chance);
  }

  /** How many times as long is waited as the law of gaps asks for, for the pace that they are measured by. */
  private get unsteadiness(): number {
    const regular = Math.max(0, 1 - this.common.noise.value);
    return 1 + (this.inPart >= enoughOfPart ? perRegular : perRegularAtFirst) * regular;
  }

  private at(table: readonly number[] | undefined): number {
    if (table === undefined) return Infinity;
    const { scale, doubt } = this.level;
    const value = scale.value * this.slowing;
    // Who was not seen a whole day may have habits that nobody knows of.
    const unseen = this.days > 0 ? 0 : 0.6 * Math.min(1, (spans[1] * this.mean) / (this.common.time.speed * 1_800_000));
    const variance = this.noise * doubt + unseen;
    const certain = value * read(table, variance);
    const atSlowest = Math.max(this.slowest, value) * read(table, Math.min(variance, 0.5));
    const margin = this.common.time.margin * this.unsteadiness;
    return margin * (this.slowest > 0 ? Math.min(certain, atSlowest) : certain);
  }
}
