import { describe, expect, test } from 'vitest';
import { FeedMachine } from '../support/feedMachine.js';
import { seedsFrom } from '../support/modelRun.js';
import { collectUnhandled } from '../support/unhandled.js';

const steps = 50_000;

/**
 * Runs a machine for each seed from `first` on; together the files that call this make 10^6 steps in `npm run models`, and
 * a tenth of that, with other seeds, in `npm test`. With `RXQ_SEED` set, only that seed, to repeat a failure.
 */
export function machineRuns(first: number, count: number): void {
  describe('a feed with random calls in random order, also from inside its callbacks', () => {
    test.each(seedsFrom(first, count))(
      'accounts for every PUBLISH, keeps order and epochs, and never retries without a pause, stops, or leaves a resource open (seed %i, 50,000 steps)',
      async (seed) => {
        const unhandled = collectUnhandled();
        const machine = new FeedMachine(seed);
        try {
          machine.run(steps);
          await unhandled.settle();
        } finally {
          unhandled.restore();
        }
        expect(unhandled.errors).toEqual([]);
        // A machine that does nothing breaks no promise.
        expect(machine.totals.emitted).toBeGreaterThan(1_000);
        expect(machine.totals.gaps).toBeGreaterThan(10);
        expect(machine.totals.conflated).toBeGreaterThan(100);
      },
      60_000,
    );
  });
}
