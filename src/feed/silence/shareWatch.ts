import { logSurvival } from './survival.js';
import type { Track } from './track.js';

/** Spans, in ms at a market's usual speed, in which a part of it may have fallen silent: 1 s to a minute and a half. */
const spans = Array.from({ length: 15 }, (_, index) => 1_000 * 1.4 ** index);

/** A part of this size is looked for. */
const parts = [0.1, 0.3] as const;

/** A topic tells something within a span in which so many of its messages are due. */
const dueWithin = 0.25;

/** Fewer topics than this have no share worth the name: each is judged alone. */
const leastMembers = 20;
const leastSilent = 3;

/** How many times likelier a part's being dead must make the silences, as a logarithm. */
const beyondChance = 21;

/** … and how far that must be from the usual, in standard deviations: topics may be calm together. */
const unusual = 6;

/** Between two looks, and two orders of topics by how often they are heard, in ms at the market's usual speed. */
const lookEvery = 500;
const sortEvery = 60_000;

/** Looks before it is known what is usual, and how many are remembered. */
const enough = 40;
const memory = 1_000;

/** How likely a part's being dead usually is made, by one span. */
interface Usual {
  lookedAt: number;
  looks: number;
  mean: number;
  variance: number;
}

/**
 * Finds a part of a market's topics that fell silent together while the rest goes on: whose silences are far likelier if a part
 * of all is dead than if none is.
 *
 * Source: likelihood ratio of a mixture, as in the sparse change-point tests of Tartakovsky and Veeravalli (2008) and Xie and
 * Siegmund (Ann. Statist. 41, 2013); what is usual by Shewhart's chart with an estimated variance.
 */
export class ShareWatch {
  private readonly usual: Usual[] = spans.map(() => ({ lookedAt: -Infinity, looks: 0, mean: 0, variance: 0 }));

  /** Topics, those that are heard most often first. */
  private fastest: readonly Track[] = [];
  private rates = new Float64Array(0);
  /** How long they are silent, in parts of their scale, `NaN` where that tells nothing; ln of the chance of it; their scale. */
  private ages = new Float64Array(0);
  private logs = new Float64Array(0);
  private scales = new Float64Array(0);
  /** So many of them are measured at present. */
  private measured = 0;
  /** Of those who are silent in a span, how much likelier that is of the dead. */
  private odds = new Float64Array(0);
  private sortedAt = -Infinity;
  private lookedAt = -Infinity;

  /** The topics that fell silent together; empty for none. `time` is the market's, and `speed` how fast it usually goes. */
  look(all: ReadonlySet<Track>, time: number, speed: number): readonly Track[] {
    // A look comes a little late: the next one need not wait for the end of the span.
    if (time - this.lookedAt < 0.9 * speed * lookEvery) return [];
    this.lookedAt = time;
    this.measured = 0;
    if (time - this.sortedAt > sortEvery * speed || this.fastest.length > all.size) this.sort(all, time);
    for (const [index, usual] of this.usual.entries()) {
      const span = speed * (spans[index] ?? Infinity);
      if (time - usual.lookedAt < span / 4) continue;
      usual.lookedAt = time;
      const { members, silent } = this.hush(span, time);
      if (members < leastMembers) continue;
      for (const part of parts) {
        const likelier = this.weigh(members, silent, part);
        if (part === parts[0] && this.isUsual(usual, likelier)) break;
        if (likelier < beyondChance || this.strange(silent) < leastSilent) continue;
        // Who is likelier dead than not.
        const named = this.fastest.filter((_, at) => at < this.measured && part * this.oddsOf(at, span) > 1);
        if (named.length >= leastSilent) return named;
      }
    }
    return [];
  }

  private sort(all: ReadonlySet<Track>, time: number): void {
    this.sortedAt = time;
    this.fastest = [...all].filter(({ learned }) => learned !== undefined).sort((a, b) => b.usual - a.usual);
    const { length } = this.fastest;
    this.rates = Float64Array.from(this.fastest, ({ usual }) => usual);
    [this.ages, this.logs] = [new Float64Array(length), new Float64Array(length)];
    [this.scales, this.odds] = [new Float64Array(length), new Float64Array(length)];
  }

  private measure(at: number, time: number): void {
    const track = this.fastest[at];
    this.measured = at + 1;
    this.ages[at] = NaN;
    if (track?.learned === undefined || !tells(track)) return;
    const scale = track.level.scale.value;
    const age = (time - track.last) / scale;
    this.scales[at] = scale;
    this.ages[at] = age;
    this.logs[at] = logSurvival(track.learned.survival, age);
  }

  /** How many tell something within the span, and how many of them are silent in it. */
  private hush(span: number, time: number): { members: number; silent: number } {
    const { rates, ages, scales, odds } = this;
    let [members, silent] = [0, 0];
    for (let at = 0; at < rates.length && (rates[at] ?? 0) * span >= dueWithin; at += 1) {
      if (at >= this.measured) this.measure(at, time);
      const age = ages[at] ?? NaN;
      if (!(age === age)) continue;
      members += 1;
      if (age * (scales[at] ?? 1) < span) continue;
      odds[silent] = this.oddsOf(at, span);
      silent += 1;
    }
    return { members, silent };
  }

  /** How much likelier the silences are if a part is dead, as a logarithm. */
  private weigh(members: number, silent: number, part: number): number {
    let likelier = (members - silent) * Math.log(1 - part);
    let product = 1;
    for (let at = 0; at < silent; at += 1) {
      product *= 1 - part + part * (this.odds[at] ?? 1);
      // Logarithms are dear.
      if (product < 1e100) continue;
      likelier += Math.log(product);
      product = 1;
    }
    return likelier + Math.log(product);
  }

  private strange(silent: number): number {
    return this.odds.subarray(0, silent).filter((odds) => odds > 1.01).length;
  }

  /** How much likelier a topic's silence in the span is, given that before, if it is dead; 1 when it was heard. */
  private oddsOf(at: number, span: number): number {
    const survival = this.fastest[at]?.learned?.survival;
    const before = (this.ages[at] ?? NaN) - span / (this.scales[at] ?? 1);
    if (survival === undefined || !(before >= 0)) return 1;
    return Math.exp(logSurvival(survival, before) - (this.logs[at] ?? 0));
  }

  private isUsual(usual: Usual, likelier: number): boolean {
    const over = likelier - usual.mean;
    if (likelier >= 0) return usual.looks < enough || over < unusual * Math.sqrt(usual.variance);
    const gain = 1 / Math.min(memory, usual.looks + 1);
    usual.looks += 1;
    usual.mean += gain * over;
    usual.variance += gain * (over * over * (1 - gain) - usual.variance);
    return true;
  }
}

/** Whether a topic's silence tells something. */
function tells({ told, judged, settled }: Track): boolean {
  return settled && told !== 'stale' && judged;
}
