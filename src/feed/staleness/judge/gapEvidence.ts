import { GapHistogram } from './gapHistogram.js';
import { binAt, indexOf, type Shape, stepsPerBin, tailAt } from './shapes.js';

/** From so many gaps on only the longer ones tell the shape: the tail is asked for, and the body has laws of its own. */
const enoughForTail = 64;

/** More gaps than this don't make surer: gaps of one burst or lull are not independent. */
const believed = 2_000;

/** From this noise on gaps are taken to follow each other, and count less: one burst tells of no lull. */
const independent = 7;

/** ln of the probability beyond which a law's tail is not fitted to the body of the gaps. */
const farthest = -6;

/** The part of the gaps that is the tail: most of few, a third of many. */
function tailPart(total: number): number {
  return Math.min(0.8, 0.3 + 600 / total);
}

/** What gaps say of a law: how likely it makes them, moved to a scale. */
export class GapEvidence {
  /** Where the tail begins, in steps; all are tail where there are few. */
  readonly threshold: number;
  /** The part of the gaps beyond it. */
  readonly share: number;
  private readonly bins: number[] = [];
  private readonly counts: number[] = [];
  private readonly above: number = 0;
  private readonly weight: number;
  private readonly middle: number;

  /**
   * @param grain - shorter gaps, in ms, can't be told apart
   * @param noise - how badly one gap tells the pace: 1 for what comes by chance, more where gaps come in bursts
   */
  constructor(gaps: GapHistogram, grain: number, noise: number) {
    const { total } = gaps;
    const rough = Math.min(gaps.from(enoughForTail / total), GapHistogram.bin(grain));
    const lowest = total < enoughForTail ? 0 : Math.max(gaps.from(tailPart(total)), rough);
    for (let bin = lowest; bin < GapHistogram.length; bin += 1) {
      const count = gaps.count(bin);
      if (count === 0) continue;
      this.bins.push(bin * stepsPerBin);
      this.counts.push(count);
      this.above += count;
    }
    this.threshold = lowest * stepsPerBin;
    this.share = lowest === 0 ? 1 : (this.above + 0.5) / (total + 1);
    this.weight = Math.min(1, believed / this.above) * Math.min(1, independent / noise);
    this.middle = gaps.from(0.5) * stepsPerBin + stepsPerBin / 2;
  }

  /** About where a law must be moved, to explain them best. */
  start(shape: Shape): number {
    return this.threshold === 0
      ? this.middle - indexOf(shape, -Math.LN2)
      : this.threshold - indexOf(shape, Math.log(this.share));
  }

  /** ln of the law's probability to be beyond the threshold. */
  over(shape: Shape, shift: number): number {
    return this.threshold === 0 ? 0 : tailAt(shape, this.threshold - shift);
  }

  likelihood(shape: Shape, shift: number): number {
    const { bins, counts } = this;
    const over = this.over(shape, shift);
    // Of a law's far tail nothing is asked: beyond it lies what no gap can tell.
    if (over < farthest) return -Infinity;
    let log = -this.above * over;
    for (let i = 0; i < bins.length; i += 1) {
      const from = bins[i] ?? 0;
      log += (counts[i] ?? 0) * (from === 0 ? first(shape, shift) : binAt(shape, from - shift));
    }
    return this.weight * log;
  }
}

/** ln of the probability of the first bin, with all that is shorter. */
function first(shape: Shape, shift: number): number {
  return Math.log(Math.max(1e-18, -Math.expm1(tailAt(shape, stepsPerBin - shift))));
}
