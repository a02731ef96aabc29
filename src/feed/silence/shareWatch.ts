import type { MarketPool } from './marketPool.js';
import { mostOdds, PartDead } from './partDead.js';
import { Peaks } from './peaks.js';
import type { Group } from './pooledSilence.js';
import { logSurvival } from './survival.js';
import type { Track } from './track.js';

/** Spans, in ms, in which a part of all topics may have fallen silent: 1.6 s to nearly two minutes. */
const spans = Array.from({ length: 10 }, (_, index) => 1_600 * 1.6 ** index);

/** Where the silences of one of them are strange, it is looked for when they began: at these multiples of it. */
const beginnings = Array.from({ length: 22 }, (_, index) => 0.65 * 1.06 ** index);

/** A part of this size is looked for, or of this. */
const tenth = new PartDead(0.1);
const third = new PartDead(0.3);

/** A topic tells something within a span in which so many of its messages are due. */
const dueWithin = 0.6;

/** Fewer topics than this have no share worth the name: each is judged alone. */
const leastMembers = 20;
const leastSilent = 3;

/**
 * How many times likelier a part's being dead must make the silences, as a logarithm: as it is by chance once in so many
 * spans of ten minutes, of which a day has 33; and no less than this.
 */
const spansByChance = 33_000;
const beyondChance = 13;

/** Who is stale by itself for longer than this, in ms, fell silent alone. */
const recently = 60_000;

/** From so many on, and from so likely on, it is looked at closely. */
const strange = 2.5;
const conceivable = -3;

/** So much likelier must its own silence be if it is dead, as a logarithm, and a topic is named: one in ten is, by what is looked for. */
const named = Math.log(60);

/** For so long after a share was told each must prove more: that some are dead is no news. */
const lately = 600_000;
const namedLately = Math.log(300);

/** Between two looks, and two orders of topics by how often they are heard, in ms. */
const lookEvery = 450;
const sortEvery = 60_000;

/** Looks before it is known what is usual, and how many are remembered. */
const enough = 40;
const memory = 500;

/** Sets of open markets of which it is known. */
const mostSets = 64;

/** How likely a part's being dead usually is made, by one span. */
interface Usual {
  lookedAt: number;
  looks: number;
  mean: number;
  variance: number;
}

/**
 * Finds a part of all topics that fell silent together while the rest goes on: whose silences are far likelier if a part
 * of all is dead than if none is.
 *
 * Source: likelihood ratio of a mixture, as in the sparse change-point tests of Tartakovsky and Veeravalli (2008) and Xie and
 * Siegmund (Ann. Statist. 41, 2013); what is usual by Shewhart's chart with an estimated variance.
 */
export class ShareWatch {
  /** What is usual, by which markets are open. */
  private readonly usual = new Map<string, readonly Usual[]>();
  private markets = '';
  private pools: readonly MarketPool[] = [];
  /** Topics, those that are heard most often first, and the places of their markets. */
  private fastest: readonly Track[] = [];
  private places = new Uint16Array(0);
  private rates = new Float64Array(0);
  /** When they were last heard, in their market's time, `NaN` where that tells nothing; ln of the chance of it; their scale. */
  private heard = new Float64Array(0);
  private logs = new Float64Array(0);
  private scales = new Float64Array(0);
  /** So many of them are measured at present. */
  private measured = 0;
  /** When the span began, by each market's time. */
  private since = new Float64Array(0);
  private survivals: (Float32Array | undefined)[] = [];
  private readonly peaks = new Peaks();
  /** Who was named, and when it was last heard by then: its silence tells nothing more. */
  private readonly named = new WeakMap<Track, number>();
  private sortedAt = -Infinity;
  private lookedAt = -Infinity;
  private toldAt = -Infinity;

  /** The topics that fell silent together; empty for none. */
  look(groups: readonly Group[], now: number): readonly Track[] {
    if (now - this.lookedAt < lookEvery) return [];
    this.lookedAt = now;
    this.measured = 0;
    const markets = groups.map(({ pool }) => pool.name).join('\n');
    if (markets !== this.markets || now - this.sortedAt > sortEvery) this.sort(groups, markets, now);
    for (const { time } of this.pools) time.remember(now);
    for (const [index, usual] of this.known().entries()) {
      const span = spans[index] ?? Infinity;
      if (now - usual.lookedAt < span / 3) continue;
      usual.lookedAt = now;
      const { members, byTenth } = this.hush(span, now);
      if (members < leastMembers || !isStrange(usual, byTenth)) continue;
      const together = this.closely(span, now);
      if (together.length < leastSilent) continue;
      for (const track of together) this.named.set(track, track.lastAt);
      this.toldAt = now;
      this.peaks.skip(now);
      return together.filter(({ told }) => told !== 'stale');
    }
    return [];
  }

  private known(): readonly Usual[] {
    const before = this.usual.get(this.markets);
    if (before !== undefined) return before;
    const known = spans.map(() => ({ lookedAt: -Infinity, looks: 0, mean: 0, variance: 0 }));
    if (this.usual.size >= mostSets) this.usual.clear();
    this.usual.set(this.markets, known);
    return known;
  }

  /** Who fell silent together at the time that explains the silences best; nobody, where chance explains them as well. */
  private closely(about: number, now: number): readonly Track[] {
    let [likeliest, from] = [-Infinity, NaN];
    for (const multiple of beginnings) {
      const span = multiple * about;
      const { byTenth, byThird } = this.hush(span, now);
      const likelier = Math.max(byTenth, byThird);
      if (likelier > likeliest) [likeliest, from] = [likelier, span];
    }
    if (likeliest > Math.max(beyondChance, this.peaks.exceededIn(spansByChance))) {
      this.begin(from, now);
      const proven = now - this.toldAt < lately ? namedLately : named;
      return this.fastest.filter((_, at) => at < this.measured && this.oddsOf(at) > proven);
    }
    this.peaks.see(likeliest, now);
    return [];
  }

  private sort(groups: readonly Group[], markets: string, now: number): void {
    this.markets = markets;
    this.sortedAt = now;
    this.pools = groups.map(({ pool }) => pool);
    const rateOf = ({ usual, pool }: Track): number => usual * pool.speedNow;
    this.fastest = groups
      .flatMap(({ tracks }) => [...tracks].filter(({ byTime }) => byTime.learned !== undefined))
      .sort((a, b) => rateOf(b) - rateOf(a));
    const { length } = this.fastest;
    this.places = Uint16Array.from(this.fastest, ({ pool }) => this.pools.indexOf(pool));
    this.rates = Float64Array.from(this.fastest, rateOf);
    [this.heard, this.logs] = [new Float64Array(length), new Float64Array(length)];
    this.scales = new Float64Array(length);
    this.survivals = new Array<Float32Array | undefined>(length);
    this.since = new Float64Array(this.pools.length);
  }

  private measure(at: number, now: number): void {
    const track = this.fastest[at];
    this.measured = at + 1;
    this.scales[at] = 0;
    this.heard[at] = track !== undefined && this.tells(track, now) ? track.last : NaN;
  }

  /** Whether a topic's silence tells something. */
  private tells(track: Track, now: number): boolean {
    const { told, judged, lastAt } = track;
    if (!track.byTime.settled || !judged) return false;
    return told !== 'stale' || (now - lastAt < recently && this.named.get(track) !== lastAt);
  }

  private begin(span: number, now: number): void {
    for (const [place, { time }] of this.pools.entries()) this.since[place] = time.at(now - span);
  }

  /**
   * How many tell something within the span, and how much likelier their silences are if a part of all fell silent when it
   * began, as a logarithm: a tenth, or three of them.
   */
  private hush(span: number, now: number): { members: number; byTenth: number; byThird: number } {
    this.begin(span, now);
    const { rates, heard, places, since } = this;
    let [members, silent, byTenth, byThird] = [0, 0, 0, 0];
    for (let at = 0; at < rates.length && (rates[at] ?? 0) * span >= dueWithin; at += 1) {
      if (at >= this.measured) this.measure(at, now);
      const last = heard[at] ?? NaN;
      if (!(last === last)) continue;
      members += 1;
      if (last >= (since[places[at] ?? 0] ?? 0)) continue;
      silent += 1;
      const odds = this.oddsOf(at);
      byTenth += tenth.silent(odds);
      byThird += third.silent(odds);
    }
    const living = members - silent;
    return {
      members,
      byTenth: byTenth + living * tenth.heard,
      byThird: byThird + living * third.heard,
    };
  }

  /** How much likelier a topic's silence in the span is, given that before, if it is dead, as a logarithm; 0 when it was heard. */
  private oddsOf(at: number): number {
    const last = this.heard[at] ?? NaN;
    const before = (this.since[this.places[at] ?? 0] ?? NaN) - last;
    if (!(before >= 0)) return 0;
    // Of those alone who are silent in a span it is asked for, and once for all spans.
    if (this.scales[at] === 0) {
      const { byTime, pool } = this.fastest[at] ?? {};
      if (byTime?.learned === undefined || pool === undefined) return 0;
      const { value } = byTime.level.scale;
      this.scales[at] = value;
      this.survivals[at] = byTime.learned.survival;
      this.logs[at] = logSurvival(byTime.learned.survival, (pool.time.now - last) / value);
    }
    const survival = this.survivals[at];
    if (survival === undefined) return 0;
    return Math.min(mostOdds, logSurvival(survival, before / (this.scales[at] ?? 1)) - (this.logs[at] ?? 0));
  }
}

/** Whether silences are other than usual; what is unlikely in any case tells what is. */
function isStrange(usual: Usual, likelier: number): boolean {
  const over = likelier - usual.mean;
  if (usual.looks >= enough && likelier > conceivable && over > strange * Math.sqrt(usual.variance)) return true;
  if (likelier >= 0) return false;
  const gain = 1 / Math.min(memory, usual.looks + 1);
  usual.looks += 1;
  usual.mean += gain * over;
  usual.variance += gain * (over * over * (1 - gain) - usual.variance);
  return false;
}
