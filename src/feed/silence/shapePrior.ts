import { shapes } from './shapes.js';

/** A market's symbols, as many as this, outweigh what is thought before any was seen. */
const memory = 400;

/** How common each law of gaps is among the symbols of a market: what a slow symbol borrows from its like. */
export class ShapePrior {
  /** As logarithms. */
  readonly logs: Float64Array;
  private readonly mass: Float64Array;
  private total = 1;

  constructor() {
    const all = shapes().reduce((sum, { prior }) => sum + prior, 0);
    this.mass = Float64Array.from(shapes(), ({ prior }) => prior / all);
    this.logs = this.mass.map(Math.log);
  }

  /** A symbol with gaps enough to speak for itself. */
  learn(likely: Float64Array): void {
    const kept = this.total < memory ? 1 : 1 - 1 / memory;
    this.total = this.total * kept + 1;
    for (let law = 0; law < this.mass.length; law += 1) {
      const mass = (this.mass[law] ?? 0) * kept + (likely[law] ?? 0);
      this.mass[law] = mass;
      this.logs[law] = Math.log(mass / this.total + 1e-300);
    }
  }
}
