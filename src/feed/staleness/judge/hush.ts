import type { MarketPool } from './marketPool.js';
import { mostOdds, PartDead } from './partDead.js';
import type { Group } from './pooledSilence.js';
import { logSurvival } from './survival.js';
import type { Track } from './track.js';

/** A part of this size is looked for, or of this. */
const tenth = new PartDead(0.1);
const third = new PartDead(0.3);

/** A topic tells something within a span in which so many of its messages are due. */
const dueWithin = 0.6;

/** How silent topics are that fell silent in a span, if they did so together. */
export interface Together {
  /** How many tell something within it. */
  readonly members: number;
  /** How much likelier their silences are if a tenth of all fell silent when it began, or three, as a logarithm. */
  readonly byTenth: number;
  readonly byThird: number;
}

/** The silences of all topics at one moment, those that are heard most often first. */
export class Hush {
  /** Whether a topic's silence tells something. */
  private readonly tells: (track: Track, now: number) => boolean;
  /** The shortest span, in ms, that is asked for. */
  private readonly shortest: number;
  private now = NaN;
  private pools: readonly MarketPool[] = [];
  private fastest: readonly Track[] = [];
  /** The places of their markets; messages due in a ms. */
  private places = new Uint16Array(0);
  private rates = new Float64Array(0);
  /** When they were last heard, `NaN` where that tells nothing. */
  private heardAt = new Float64Array(0);
  /** Their scale, 0 until it is asked for; in parts of it, their silence and how fast it grows; ln of the chance of it. */
  private scales = new Float64Array(0);
  private silences = new Float64Array(0);
  private speeds = new Float64Array(0);
  private logs = new Float64Array(0);
  private survivals: (Float32Array | undefined)[] = [];
  /** So many of them are measured at this moment; up to each, how many tell something, and who is silent for the shortest span. */
  private measured = 0;
  private telling = new Uint32Array(1);
  private readonly silent: number[] = [];
  /** The span that is asked for, and how long it is by each market's time. */
  private span = NaN;
  private passed = new Float64Array(0);

  constructor(shortest: number, tells: (track: Track, now: number) => boolean) {
    this.shortest = shortest;
    this.tells = tells;
  }

  /** Takes the topics of these markets, by how often they are heard at present; those alone who tell something in `longest` ms. */
  sort(groups: readonly Group[], longest: number): void {
    this.pools = groups.map(({ pool }) => pool);
    const ranked: { readonly track: Track; readonly place: number; readonly rate: number }[] = [];
    for (const [place, { pool, tracks }] of groups.entries()) {
      const { speedNow } = pool;
      for (const track of tracks) {
        const rate = track.usual * speedNow;
        if (track.byTime.learned !== undefined && rate * longest >= dueWithin) ranked.push({ track, place, rate });
      }
    }
    ranked.sort((a, b) => b.rate - a.rate);
    const { length } = ranked;
    this.fastest = ranked.map(({ track }) => track);
    this.places = Uint16Array.from(ranked, ({ place }) => place);
    this.rates = Float64Array.from(ranked, ({ rate }) => rate);
    this.heardAt = new Float64Array(length);
    this.scales = new Float64Array(length);
    this.silences = new Float64Array(length);
    this.speeds = new Float64Array(length);
    this.logs = new Float64Array(length);
    this.survivals = new Array<Float32Array | undefined>(length);
    this.telling = new Uint32Array(length + 1);
    this.passed = new Float64Array(this.pools.length);
  }

  /** It is another moment. */
  begin(now: number): void {
    this.now = now;
    this.measured = 0;
    this.silent.length = 0;
    for (const { time } of this.pools) time.remember(now);
  }

  /** How silent those are who tell something within the span. */
  over(span: number): Together {
    const end = this.reach(span);
    for (let at = this.measured; at < end; at += 1) this.measure(at);
    this.pass(span);
    const { heardAt, now } = this;
    let count = 0;
    let byTenth = 0;
    let byThird = 0;
    for (const at of this.silent) {
      if (at >= end) break;
      if ((heardAt[at] ?? NaN) >= now - span) continue;
      count += 1;
      const odds = this.oddsOf(at);
      byTenth += tenth.silent(odds);
      byThird += third.silent(odds);
    }
    const members = this.telling[end] ?? 0;
    const living = members - count;
    return { members, byTenth: byTenth + living * tenth.heard, byThird: byThird + living * third.heard };
  }

  /** Topics whose own silence in the span is likelier if they are dead, by more than these odds as a logarithm. */
  dead(span: number, odds: number): readonly Track[] {
    this.pass(span);
    return this.silent.flatMap((at) =>
      (this.heardAt[at] ?? NaN) < this.now - span && this.oddsOf(at) > odds ? (this.fastest[at] ?? []) : [],
    );
  }

  /** Measures the span by each market's time. */
  private pass(span: number): void {
    this.span = span;
    for (const [place, { time }] of this.pools.entries()) this.passed[place] = time.now - time.at(this.now - span);
  }

  /** How many topics tell something within the span, at most. */
  private reach(span: number): number {
    let [low, high] = [0, this.rates.length];
    while (low < high) {
      const between = (low + high) >> 1;
      if ((this.rates[between] ?? 0) * span >= dueWithin) low = between + 1;
      else high = between;
    }
    return low;
  }

  private measure(at: number): void {
    const track = this.fastest[at];
    const tells = track !== undefined && this.tells(track, this.now);
    const lastAt = tells ? track.lastAt : NaN;
    this.heardAt[at] = lastAt;
    this.scales[at] = 0;
    this.measured = at + 1;
    this.telling[at + 1] = (this.telling[at] ?? 0) + Number(tells);
    if (lastAt < this.now - this.shortest) this.silent.push(at);
  }

  /** How much likelier the silence in the span of one who is silent is, given that before, if it is dead, as a logarithm. */
  private oddsOf(at: number): number {
    // Of those alone who are silent in a span it is asked for, and once for all spans.
    if (this.scales[at] === 0) {
      const track = this.fastest[at];
      const survival = track?.byTime.learned?.survival;
      if (track === undefined || survival === undefined) return 0;
      const { byTime, pool, last, speedNow } = track;
      const { value } = byTime.level.scale;
      const silence = (pool.time.now - last) / value;
      this.scales[at] = value;
      this.silences[at] = silence;
      this.speeds[at] = speedNow / value;
      this.survivals[at] = survival;
      this.logs[at] = logSurvival(survival, silence);
    }
    const survival = this.survivals[at];
    if (survival === undefined) return 0;
    const passed = (this.passed[this.places[at] ?? 0] ?? NaN) / (this.scales[at] ?? 1);
    // No longer than it takes at present: in a burst of few, the market's time goes fast.
    const before = (this.silences[at] ?? NaN) - Math.min(passed, this.span * (this.speeds[at] ?? NaN));
    return Math.min(mostOdds, logSurvival(survival, before) - (this.logs[at] ?? 0));
  }
}
