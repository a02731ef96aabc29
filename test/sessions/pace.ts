import { type Part, dayLength, hour, minute } from './timetable.js';

/**
 * How a symbol's rate goes over the day: as its market's does; the same all day; busiest in the middle of each session;
 * in the afternoon alone.
 */
export const profiles = ['common', 'flat', 'noon', 'late'] as const;
export type Profile = (typeof profiles)[number];

/** Rates are constant within a cell. */
const cell = 10_000;
const cells: number = dayLength / cell;

/** Rates while a market isn't open, as parts of the symbol's mean rate. */
export interface Elsewhere {
  readonly auction: number;
  readonly closed: number;
}

/** A time in which the whole market's rate is another: news, or the wait for it. On whole cells. */
export interface Surge {
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}

/** The rate at `time` in the `index`-th of the open parts, as a multiple of the symbol's mean rate. */
function weight(profile: Profile, { from, to }: Part, index: number, time: number): number {
  // A night has its own, thinner trade.
  const night = from >= 9 * hour ? 0.4 : 1;
  const [since, left] = [time - from, to - time];
  switch (profile) {
    case 'flat':
      return night;
    case 'noon':
      return night * (0.3 + 2.2 * Math.sin((Math.PI * since) / (to - from)) ** 6);
    case 'late':
      return night * (index === 0 ? 0.2 : 1.8);
    case 'common': {
      // Ten times as much at the open as before lunch; less so at the second open, and again before the close.
      const opening = (index === 0 ? 4.95 : 1.65) * Math.exp(-since / (20 * minute));
      const closing = index === 0 ? 0 : 0.8 * Math.exp(-left / (10 * minute));
      return night * (0.55 + opening + closing);
    }
  }
}

/** Time as it runs for messages: how many mean gaps have passed since the day began. */
export class Pace {
  readonly #rate = new Float64Array(cells);
  readonly #passed = new Float64Array(cells + 1);

  constructor(profile: Profile, parts: readonly Part[], elsewhere: Elsewhere, surges: readonly Surge[] = []) {
    this.#rate.fill(elsewhere.closed);
    let index = 0;
    for (const part of parts) {
      for (let number = part.from / cell; number < part.to / cell; number += 1) {
        const middle = (number + 0.5) * cell;
        this.#rate[number] =
          part.state === 'open'
            ? weight(profile, part, index, middle)
            : part.state === 'auction'
              ? elsewhere.auction
              : 0;
      }
      if (part.state === 'open') index += 1;
    }
    for (const { from, to, factor } of surges) {
      for (let number = from / cell; number < to / cell; number += 1) this.#rate[number]! *= factor;
    }
    for (let number = 0; number < cells; number += 1) {
      this.#passed[number + 1] = this.#passed[number]! + (this.#rate[number]! * cell) / 1_000;
    }
  }

  /** The total of the whole day, in seconds at the mean rate. */
  get total(): number {
    return this.#passed[cells]!;
  }

  rateAt(time: number): number {
    return this.#rate[Math.floor(time / cell)] ?? 0;
  }

  passedAt(time: number): number {
    const number = Math.floor(time / cell);
    if (number >= cells) return this.total;
    return this.#passed[number]! + (this.#rate[number]! * (time - number * cell)) / 1_000;
  }

  /** When so much has passed; `Infinity` when never today. `hint` is a cell it doesn't come before. */
  timeOf(passed: number, hint = 0): number {
    if (passed >= this.total) return Infinity;
    let number = hint;
    while (this.#passed[number + 1]! <= passed) number += 1;
    return number * cell + ((passed - this.#passed[number]!) * 1_000) / this.#rate[number]!;
  }

  cellOf(time: number): number {
    return Math.floor(time / cell);
  }
}
