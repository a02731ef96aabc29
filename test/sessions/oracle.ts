import type { Law } from './laws.js';
import { solveFalling } from './special.js';
import type { TradingDay } from './tradingDay.js';
import type { Universe } from './universe.js';

/** False marks a symbol and day that are allowed. */
export const budget = 0.001;

/**
 * The silence, in mean gaps, that a symbol which knows its law exceeds `budget` times in a day of `length` mean gaps:
 * gaps that begin early enough to grow so long, times the chance that one does. `Infinity` where even a day without a
 * message is likelier.
 */
export function threshold(law: Law, length: number): number {
  const expected = (x: number): number => law.survival(x) * (1 + length - x);
  return expected(length) > budget ? Infinity : solveFalling(expected, budget, 0, length);
}

/** The knowledge of an observer that knows everything except which symbols are dead. */
export class Oracle {
  readonly #day: TradingDay;
  /** By symbol, in mean gaps. */
  readonly thresholds: Float64Array;
  /** False marks that are to be expected of all symbols in this day. */
  readonly expected: number;

  constructor(universe: Universe, day: TradingDay) {
    this.#day = day;
    this.thresholds = new Float64Array(universe.subjects.length).fill(Infinity);
    let expected = 0;
    const known = new Map<string, number>();
    for (const [index, { law }] of universe.subjects.entries()) {
      const { rate, openPace } = day.symbols[index]!;
      const length = rate * openPace.total;
      const key = `${String(law)}/${length.toPrecision(9)}`;
      const x = known.get(key) ?? threshold(universe.laws[law]!, length);
      known.set(key, x);
      this.thresholds[index] = x;
      if (x < Infinity) expected += budget;
    }
    this.expected = expected;
  }

  /** When it knows that a symbol is dead whose last message came at `heard`; `Infinity` when not today. */
  knowsAt(index: number, heard: number): number {
    const { rate, openPace } = this.#day.symbols[index]!;
    return openPace.timeOf(openPace.passedAt(heard) + this.thresholds[index]! / rate, openPace.cellOf(heard));
  }
}
