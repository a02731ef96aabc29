/** Bins of half an octave from 1 ms to 52 h; shorter gaps count in the first. */
const length = 56;

/** So many gaps, then all count half: what was long ago is forgotten. */
const memory = 8_192;

/** Gaps by length on a logarithmic scale: 224 bytes, however many. */
export class GapHistogram {
  /** Gaps counted; old ones count less. */
  total = 0;
  /** Sum of them, in ms. */
  sum = 0;
  private readonly counts = new Float32Array(length);

  add(gap: number): void {
    const bin = this.bin(gap);
    this.counts[bin] = (this.counts[bin] ?? 0) + 1;
    this.total += 1;
    this.sum += gap;
    if (this.total >= memory) this.forget();
  }

  /** The bin of a gap. */
  bin(gap: number): number {
    return gap <= 1 ? 0 : Math.min(length - 1, Math.floor(2 * Math.log2(gap)));
  }

  get mean(): number {
    return this.sum / this.total;
  }

  count(bin: number): number {
    return this.counts[bin] ?? 0;
  }

  /** The lowest bin with as much as this part of the gaps in it and above. */
  from(part: number): number {
    let left = part * this.total;
    let bin = length;
    while (bin > 0 && left > 0) left -= this.counts[(bin -= 1)] ?? 0;
    return bin;
  }

  static readonly length: number = length;

  private forget(): void {
    for (let bin = 0; bin < length; bin += 1) this.counts[bin] = (this.counts[bin] ?? 0) / 2;
    this.total /= 2;
    this.sum /= 2;
  }
}
