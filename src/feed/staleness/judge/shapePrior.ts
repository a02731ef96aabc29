import { shapes } from './shapes.js';

/** What was thought before any topic was seen is never quite given up: so much of it. */
const open = 0.005;

/** How common each law of gaps is among the topics of a market: what a slow topic borrows from its like. */
export class ShapePrior {
  /** As logarithms. */
  readonly logs: Float64Array;
  private readonly before: Float64Array;
  private readonly mass: Float64Array;
  private total = 1;

  constructor() {
    const all = shapes().reduce((sum, { prior }) => sum + prior, 0);
    this.before = Float64Array.from(shapes(), ({ prior }) => prior / all);
    this.mass = this.before.slice();
    this.logs = this.before.map(Math.log);
  }

  /** A topic with gaps enough to speak for itself; `said` is what it said before, which holds no more. */
  learn(likely: Float64Array, said?: Float64Array): void {
    if (said === undefined) this.total += 1;
    for (let law = 0; law < this.mass.length; law += 1) {
      const mass = Math.max(0, (this.mass[law] ?? 0) + (likely[law] ?? 0) - (said?.[law] ?? 0));
      const before = this.before[law] ?? 0;
      this.mass[law] = mass;
      this.logs[law] = Math.log(((1 - open) * mass) / this.total + open * before);
    }
  }

  /** A topic's word holds no more. */
  forget(said: Float64Array): void {
    this.total -= 1;
    for (let law = 0; law < this.mass.length; law += 1) {
      this.mass[law] = Math.max(0, (this.mass[law] ?? 0) - (said[law] ?? 0));
    }
  }
}
