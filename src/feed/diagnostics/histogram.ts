/** Upper bounds of the buckets, in ms: three for each power of ten, from a tenth of a ms to ten seconds. */
const bounds: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** The distribution of measured times. All times in ms. */
export interface DelayHistogram {
  /** How many values were measured. */
  readonly count: number;
  /** Their sum, in ms. */
  readonly sum: number;
  /** The longest time; 0 before the first measurement. */
  readonly max: number;
  /** At least half of the times were no longer than this. It is the upper bound of a bucket, at most `max`. */
  readonly p50: number;
  /** The same for 90 % of the times. */
  readonly p90: number;
  /** The same for 99 % of the times. */
  readonly p99: number;
  /** The number of times that were no longer than each bound; the last bound is `Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** Measured times in a fixed number of buckets. */
export class Histogram {
  private readonly counts = new Float64Array(bounds.length + 1);
  private count = 0;
  private sum = 0;
  private max = 0;

  observe(ms: number): void {
    let bucket = 0;
    while (bucket < bounds.length && ms > (bounds[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.count += 1;
    this.sum += ms;
    if (ms > this.max) this.max = ms;
  }

  snapshot(): DelayHistogram {
    const { count, sum, max } = this;
    let below = 0;
    const buckets = Array.from(this.counts, (here, index) => {
      below += here;
      return { le: bounds[index] ?? Infinity, count: below };
    });
    const percentile = (fraction: number): number =>
      Math.min(max, buckets.find((bucket) => bucket.count >= fraction * count)?.le ?? 0);
    return { count, sum, max, p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), buckets };
  }
}
