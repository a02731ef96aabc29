import { describe, expect, it } from 'vitest';
import { inFull, seedsFrom } from '../support/modelRun.js';
import { collectUnhandled } from '../support/unhandled.js';
import type { Side } from './side.js';

/** Between two of these the event loop gets its turn: RxJS reports what is unhandled from timers. */
const stride = 5_000;

/** Four seeds, 10^6 steps together; in `npm test` one other seed and a few thousand. */
const seeds = 4;
const steps: number = inFull ? 250_000 : 3_000;

/** Builds the two sides of a run. */
export type Sides = (seed: number) => { readonly naive: Side; readonly real: Side };

/** Drives an operator and its naive model alike and compares all output at every step; `words` have to be. */
export function modelRuns(first: number, about: string, sides: Sides, words: readonly string[] = []): void {
  describe(about, () => {
    it.each(seedsFrom(first, seeds))(
      `does the same as the naive model, at every step and inside every callback (seed %i, ${String(steps)} steps)`,
      async (seed) => {
        const unhandled = collectUnhandled();
        const missing = new Set(words);
        try {
          const { naive, real } = sides(seed);
          for (let step = 0; step < steps; step += 1) {
            naive.step();
            real.step();
            if (naive.answers.length > 0) await answered(real.answers, naive.answers.length);
            if (!same(naive.log, real.log) || !same(naive.answers.sort(), real.answers.sort())) {
              throw new Error(reported(sides, seed, step, `${String(naive.answers)}; ${String(real.answers)}`));
            }
            naive.answers.length = real.answers.length = 0;
            if (missing.size > 0) for (const word of real.log) missing.delete(String(word));
            if (step % stride === 0) await unhandled.settle();
          }
          await unhandled.settle();
          expect([unhandled.errors.length, real.unhandled]).toEqual([naive.unhandled, naive.unhandled]);
        } finally {
          await unhandled.settle();
          unhandled.restore();
        }
        expect([...missing], 'what never happened').toEqual([]);
      },
    );
  });
}

/** Promises have their turns until so many have answered, or should have. */
async function answered(answers: readonly string[], count: number): Promise<void> {
  for (let turn = 0; turn < 5 && answers.length < count; turn += 1) await Promise.resolve();
}

function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return true;
}

/** Runs it again up to the difference, for the steps before it. */
function reported(sides: Sides, seed: number, step: number, answers: string): string {
  const { naive, real } = sides(seed);
  const trail: string[] = [];
  for (let i = 0; i <= step; i += 1) {
    naive.step();
    real.step();
    trail.push(`${String(i)}: ${naive.log.join(' ')}`);
  }
  return [
    `differs at step ${String(step)} of seed ${String(seed)}; before it:`,
    ...trail.slice(-9, -1),
    `naive: ${naive.log.join(' ')}`,
    `real:  ${real.log.join(' ')}`,
    `answers: ${answers}`,
  ].join('\n');
}
