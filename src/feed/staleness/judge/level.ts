import { GapHistogram, unit } from './gapHistogram.js';
import { GapScale } from './gapScale.js';

/** A scale is told by so many gaps before anything is measured with it. */
export const settled = 8;

/** Gaps that speak for a topic's scale: a habit of its own is followed the faster, the fewer, and the worse is it known. */
export const spans = [1_024, 128, 24] as const;

/** The first gaps are measured with the scale that they tell together: what one tells after the other is too rough. */
const first = 64;

/** A doubt is lessened from this part of it on. */
const worthwhile = 0.8;

/** How a topic's gaps look, measured with a scale that so many of them tell. */
export class Level {
  readonly scale: GapScale;
  private readonly histogram = new GapHistogram();
  /** log2 of its first gaps, as long as there are no more. */
  private early: number[] | undefined;
  /** Sum of 1 / weight over gaps: how roughly they were measured. */
  private roughness = 0;
  private measured = 0;
  /** log2 of what a gap is multiplied with, to be in parts of `unit`; gaps before that is set anew. */
  private zero = 0;
  private left = 0;
  /** Variances by which the scale was doubted. */
  private range = 0;
  private feared = 0;

  constructor(span: number) {
    this.scale = new GapScale(span);
    this.early = span > first ? [] : undefined;
  }

  /** Its gaps, in parts of its scale. */
  get gaps(): GapHistogram {
    return this.early === undefined ? this.histogram : this.measure(this.early, new GapHistogram());
  }

  /**
   * @param root - of the gap
   * @param octaves - log2 of it
   */
  add(root: number, octaves: number): void {
    const { scale, early } = this;
    if (early !== undefined) {
      scale.add(root);
      early.push(octaves);
      if (early.length < first) return;
      this.measure(early, this.histogram);
      this.measured = first;
      this.early = undefined;
      return;
    }
    if (scale.weight >= settled) {
      if (this.left === 0) this.set();
      this.left -= 1;
      this.histogram.add(octaves + this.zero);
    }
    scale.add(root);
  }

  /**
   * Its scale may be another, by so much as variances of its logarithm: by how it changes within a day, and by how days differ.
   *
   * @param noise - how badly one gap tells it
   */
  unsettle(noise: number, range: number, feared: number): void {
    const weight = noise / (range + feared);
    // A part of a day that is like the one before leaves it as doubtful as it was.
    if (!(feared > 0 || weight < this.scale.weight)) return;
    this.scale.doubt(weight);
    [this.range, this.feared] = [range, feared];
    this.left = 0;
  }

  /** The day turns out to differ from others by so much; by less than was feared, and it is doubted less. */
  settle(noise: number, restless: number): void {
    if (!(restless < worthwhile * this.feared)) return;
    this.scale.believe(noise / (this.range + restless) - noise / (this.range + this.feared));
    this.feared = restless;
  }

  /** How much worse the scale is known than it was when gaps were measured with it, in gaps. */
  get doubt(): number {
    return Math.max(0, 1 / Math.max(1e-3, this.scale.weight) - this.roughness);
  }

  /** Sets what gaps are measured with. A scale that many gaps tell changes little from one to the next: it is left for some. */
  private set(): void {
    const { weight, value } = this.scale;
    const gaps = Math.max(1, Math.floor(weight / 16));
    this.zero = Math.log2(unit / value);
    this.left = gaps;
    this.measured = Math.min(1_000, this.measured + gaps);
    this.roughness += ((1 / weight - this.roughness) * gaps) / this.measured;
  }

  private measure(octaves: readonly number[], gaps: GapHistogram): GapHistogram {
    const zero = Math.log2(unit / this.scale.value);
    for (const one of octaves) gaps.add(one + zero);
    return gaps;
  }
}
