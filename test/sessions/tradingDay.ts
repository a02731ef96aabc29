import { Checks } from './checks.js';
import { Pace, type Profile } from './pace.js';
import type { Plan } from './plan.js';
import { exponential } from './laws.js';
import type { Random } from './random.js';
import { type Part, replaced } from './timetable.js';
import type { Universe } from './universe.js';

/** Gaps after which a law has forgotten how it began. */
const warmUpGaps = 20;

/** A symbol's day. */
interface SymbolDay {
  /** Messages a second at a pace of 1. */
  readonly rate: number;
  /** All its messages. */
  readonly pace: Pace;
  /** Open time alone: silence counts there. */
  readonly openPace: Pace;
  readonly parts: readonly Part[];
}

/** The messages of a day, in order; and what the truth about them is. */
export class TradingDay {
  readonly symbols: readonly SymbolDay[];
  readonly #universe: Universe;
  readonly #random: Random;
  readonly #next: Checks;
  /** Mean gaps of its own that each symbol has come through. */
  readonly #position: Float64Array;
  readonly #cell: Int32Array;
  readonly #memory: Float64Array;

  constructor(universe: Universe, plan: Plan, random: Random) {
    this.#universe = universe;
    this.#random = random;
    const count = universe.subjects.length;
    const halts = new Map(plan.halts.map((halt) => [halt.symbol, halt]));
    const usual = new Map<string, readonly [Pace, Pace]>();
    const paces = (profile: Profile, parts: readonly Part[]): readonly [Pace, Pace] => [
      new Pace(profile, parts, plan.elsewhere, plan.surges),
      new Pace(profile, parts, { auction: 0, closed: 0 }, plan.surges),
    ];
    this.symbols = universe.subjects.map(({ market, profile, rate }, index) => {
      const halt = halts.get(index);
      const { parts } = plan.markets[market];
      const spread = plan.volumeSpread;
      const today = spread === 0 ? 1 : Math.exp(spread * normal(random) - (spread * spread) / 2);
      if (halt !== undefined) {
        const own = replaced(parts, halt.from, halt.to, [{ state: 'halted', from: halt.from, to: halt.to }]);
        const [pace, openPace] = paces(profile, own);
        return { rate: rate * plan.volume * today, pace, openPace, parts: own };
      }
      const key = `${profile}/${market}`;
      const shared = usual.get(key) ?? paces(profile, parts);
      usual.set(key, shared);
      return { rate: rate * plan.volume * today, pace: shared[0], openPace: shared[1], parts };
    });
    this.#next = new Checks(count);
    this.#position = new Float64Array(count);
    this.#cell = new Int32Array(count);
    this.#memory = new Float64Array(count);
    for (let index = 0; index < count; index += 1) {
      const law = universe.laws[universe.subjects[index]!.law]!;
      // A law with a memory has been at it before the day begins.
      for (let before = 0; before < warmUpGaps; before += 1) law.gap(random, this.#memory, index);
      this.#next.add(index, this.#draw(index));
    }
  }

  /** When the next message comes, and whose it is. */
  get nextTime(): number {
    return this.#next.firstTime;
  }

  get nextSymbol(): number {
    return this.#next.first;
  }

  /** Goes on to the message after it. */
  advance(): void {
    this.#next.postpone(this.#draw(this.#next.first));
  }

  #draw(index: number): number {
    const { rate, pace } = this.symbols[index]!;
    const { law } = this.#universe.subjects[index]!;
    const gap = this.#universe.laws[law]!.gap(this.#random, this.#memory, index);
    const passed = this.#position[index]! + gap / rate;
    this.#position[index] = passed;
    const time = pace.timeOf(passed, this.#cell[index]);
    if (time < Infinity) this.#cell[index] = pace.cellOf(time);
    return time;
  }

  /** Open time between two times, in the symbol's mean gaps. */
  gaps(index: number, from: number, to: number): number {
    const { rate, openPace } = this.symbols[index]!;
    return rate * (openPace.passedAt(to) - openPace.passedAt(from));
  }

  /** Messages a second of the whole feed. */
  rateAt(time: number): number {
    return this.symbols.reduce((sum, { rate, pace }) => sum + rate * pace.rateAt(time), 0);
  }
}

/** By the exponential distribution, so that no law's own source is disturbed. */
function normal(random: Random): number {
  return Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * random());
}
