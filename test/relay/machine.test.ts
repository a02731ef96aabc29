import { expect, test } from 'vitest';
import { inFull, seedsFrom } from '../support/modelRun.js';
import { type MachineTotals, RelayMachine } from './relayMachine.js';

const seeds = seedsFrom(1, 1_000);
const steps: number = inFull ? 40 : 25;

/** Runs the machine of a seed; with `RXQ_SEED` set, only that seed runs, to repeat a failure. */
function totalsOf(seed: number): MachineTotals {
  const machine = new RelayMachine(seed);
  try {
    machine.run(steps);
  } catch (error) {
    throw new Error(
      `seed ${String(seed)}, ${error instanceof Error ? error.message : String(error)}\n${machine.report()}`,
    );
  }
  return machine.totals;
}

test(`random faults between a feed, its relays, a broker and readers show no old price as live, and all recover (${String(seeds.length)} seeds)`, () => {
  const totals = seeds.map(totalsOf);
  const sum = (name: keyof MachineTotals): number => totals.reduce((all, one) => all + one[name], 0);
  // A machine that does nothing breaks no promise.
  expect(sum('live')).toBeGreaterThan(100 * seeds.length);
  expect(sum('doubtful')).toBeGreaterThan(100 * seeds.length);
  expect(sum('gaps')).toBeGreaterThan(seeds.length);
  expect(sum('superseded')).toBeGreaterThan(seeds.length);
}, 300_000);
