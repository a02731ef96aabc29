/** Messages due in a span before it says how its topic goes; the more, the less each of them tells. */
const enoughDue = 12;

/** Spans that are remembered. */
const remembered = 40;

/** A variance of its pace's logarithm, against the market's, at which a topic tells half of what one does that goes with it. */
const half = 0.03;

/** Who follows so little goes its own way. */
const own = 0.15;

/** For so long, in a market's time, a topic is followed before it says how it goes; of `noise` see `look()`. */
export function toldWithin(rate: number, noise: number): number {
  return (enoughDue * noise) / rate;
}

/** How far a topic goes its own way: its pace against that of its market, from one span to the next. */
export class Habit {
  private variance = 0;
  private spans = 0;
  private from = NaN;
  private seen = 0;
  private off = NaN;

  /** A span begins: what came before it is none of it. */
  begin(time: number, seen: number): void {
    this.from = time;
    this.seen = seen;
  }

  /**
   * Counts what came against what was due, once that is enough to tell. What two spans after each other have in common is a
   * habit; what they have not is chance.
   *
   * @param noise - how badly one gap tells the pace: 1 for what comes by chance
   */
  look(time: number, seen: number, rate: number, noise: number): void {
    if (!(this.from === this.from)) {
      this.begin(time, seen);
      return;
    }
    if (time - this.from < toldWithin(rate, noise)) return;
    const due = rate * (time - this.from);
    const before = this.off;
    this.off = (seen - this.seen - due) / due;
    this.begin(time, seen);
    if (!(before === before)) return;
    this.spans += 1;
    this.variance += (this.off * before - this.variance) / Math.min(remembered, this.spans);
  }

  /** Whether it goes its own way for sure. */
  get ownWay(): boolean {
    return this.follows < own;
  }

  /** How much of what its messages say of the market's time is believed, 0 to 1. */
  get follows(): number {
    return 1 / (1 + Math.max(0, this.variance) / half);
  }
}
