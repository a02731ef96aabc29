/** Bins of half an octave; gaps that are too short or too long for them count in the first and the last. */
const length = 56;

/** What counts as 1: the middle of the bins. */
export const unit = 16_384;

/** So many gaps, then all count half: what was long ago is forgotten. */
const memory = 8_192;

/** Gaps by length on a logarithmic scale, in parts of the scale they had: 224 bytes, however many. */
export class GapHistogram {
  /** Gaps counted; old ones count less. */
  total = 0;
  private readonly counts = new Float32Array(length);

  /** @param octaves - log2 of the gap, in parts of `unit` */
  add(octaves: number): void {
    const bin = octaves <= 0 ? 0 : Math.min(length - 1, Math.floor(2 * octaves));
    this.counts[bin] = (this.counts[bin] ?? 0) + 1;
    this.total += 1;
    if (this.total >= memory) this.forget();
  }

  /** The bin of a gap, in parts of `unit`. */
  static bin(gap: number): number {
    return gap <= 1 ? 0 : Math.min(length - 1, Math.floor(2 * Math.log2(gap)));
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

  /** What the scale ought to have been, in parts of what it was. */
  get scale(): number {
    let sum = 0;
    this.counts.forEach((count, bin) => {
      sum += count * 2 ** ((bin + 0.5) / 4);
    });
    return (sum / this.total) ** 2 / unit;
  }

  /** How little a gap's bin is known beforehand, in nats: the less, the better what they are measured with foresees them. */
  get entropy(): number {
    let sum = 0;
    for (const count of this.counts) if (count > 0) sum += count * Math.log(count);
    return Math.log(this.total) - sum / this.total;
  }

  static readonly length: number = length;

  private forget(): void {
    for (let bin = 0; bin < length; bin += 1) this.counts[bin] = (this.counts[bin] ?? 0) / 2;
    this.total /= 2;
  }
}
