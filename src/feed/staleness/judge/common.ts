import { ShapePrior } from './shapePrior.js';
import { spans } from './level.js';

/** An average over what came last. */
class Average {
  value: number;
  private count = 0;

  constructor(value: number) {
    this.value = value;
  }

  add(value: number): void {
    this.count = Math.min(1_000, this.count + 1);
    this.value += (value - this.value) / (this.count + 4);
  }
}

/** No market is taken to be more even than so, from one day to the next: before the day has told anything, and after. */
const leastFeared = 0.1;
const leastRestless = 0.02;

/** What is usual of days is worth so many topics that tell of this one. */
const usuallyWorth = 8;

/** A time that gaps are measured by. */
export interface Clockwork {
  /** How fast it goes, in the long run, against the clock. */
  readonly speed: number;
  /** Shorter gaps, in ms of it, can't be told apart. */
  readonly grain: number;
  /** So many times as long is waited as gaps ask for: it is a guess at how lively the market is. */
  readonly margin: number;
  /** So many levels, those with the longest memories first, may be followed. */
  readonly levels: 2 | 3;
  /** The level that says soonest that a topic has become slower, and is believed. */
  readonly soonest: 1 | 2;
}

/** What the topics of a market have in common, their gaps being measured by one time. */
export class Common {
  readonly time: Clockwork;
  /** How badly one gap tells a topic's scale: the variance of its logarithm, on average of its topics. */
  readonly noise: Average = new Average(1.2);
  /** How far a topic's pace of one day is from what it usually is: the variance of its logarithm, on average of its topics. */
  readonly restless: Average = new Average(0.25);
  private readonly priors = spans.map(() => new ShapePrior());

  constructor(time: Clockwork) {
    this.time = time;
  }

  /** How far paces may be from what they usually are on a day that has told nothing yet. */
  get feared(): number {
    return Math.max(leastFeared, this.restless.value);
  }

  /** … and on a day of which so many topics tell. */
  restlessBy(offs: readonly number[]): number {
    const sum = offs.reduce((total, off) => total + off, usuallyWorth * this.feared);
    return Math.max(leastRestless, sum / (usuallyWorth + offs.length));
  }

  /** How common laws are among its topics, by the level that gaps are measured with. */
  prior(level: number): ShapePrior {
    const prior = this.priors[level];
    if (prior === undefined) throw new RangeError(`level ${level}`);
    return prior;
  }
}
