/** Highest values are taken of spans of so many ms. */
const span = 600_000;

/** … of which it is known beforehand what they are like: their mean and standard deviation, worth so many spans. */
const before = { mean: 6, deviation: 1.5, weight: 12 } as const;

/** Spans that are remembered: six days of trading. */
const memory = 200;

/** A higher one than is seen by chance in so many spans is taken for that: something was behind it, and was not told. */
const plausible = 100;

/** Euler's constant; a Gumbel distribution's mean lies so many scales above its mode. */
const euler = 0.577_215_664_9;

/**
 * How high a value climbs by chance: its highest in ten minutes, over days.
 *
 * Source: the highest of many follow Gumbel's distribution (Statistics of Extremes, 1958), fitted by its moments.
 */
export class Peaks {
  private mean: number = before.mean;
  private square: number = before.mean ** 2 + before.deviation ** 2;
  private weight: number = before.weight;
  private highest = -Infinity;
  private from = NaN;

  /** A value that chance alone may have brought; `-Infinity` where there is none to look at. */
  see(value: number, now: number): void {
    if (now < this.from) return;
    if (!(now - this.from < span)) {
      if (this.highest > 0) this.learn(Math.min(this.highest, this.exceededIn(plausible)));
      this.from = now;
      this.highest = 0;
    }
    this.highest = Math.max(this.highest, value);
  }

  /** Something is behind what was seen of late, and what will be seen next: it tells nothing of chance. */
  skip(now: number): void {
    this.from = now + span;
    this.highest = 0;
  }

  /** The value that is exceeded by chance in one of so many spans. */
  exceededIn(spans: number): number {
    const scale = (Math.sqrt(Math.max(1, this.square - this.mean ** 2)) * Math.sqrt(6)) / Math.PI;
    return this.mean - euler * scale + scale * Math.log(spans);
  }

  private learn(value: number): void {
    this.weight = Math.min(memory, this.weight + 1);
    this.mean += (value - this.mean) / this.weight;
    this.square += (value * value - this.square) / this.weight;
  }
}
