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

  /** How common laws are among its topics, by the level that gaps are measured with. */
  prior(level: number): ShapePrior {
    const prior = this.priors[level];
    if (prior === undefined) throw new RangeError(`level ${level}`);
    return prior;
  }
}
