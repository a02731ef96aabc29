/**
 * Mutated byte streams against the frame tap, and mutated payloads against the decoders of Settrade: `npm run fuzz`. Exits with 1 at
 * the first one that is read wrongly, or whose reading does not end.
 */
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { decoderTarget } from './decoderTarget.js';
import { fuzzOptions } from './fuzzOptions.js';
import type { FuzzTarget } from './fuzzTarget.js';
import { tapTarget } from './tapTarget.js';
import { playInThreads, playRounds } from './threads.js';

/** The programs, and how many mutated inputs each is handed. */
const fuzzed: readonly { readonly target: FuzzTarget; readonly full: number; readonly quick: number }[] = [
  { target: tapTarget, full: 1_000_000, quick: 40_000 },
  { target: decoderTarget, full: 2_000_000, quick: 30_000 },
];
const targets = fuzzed.map(({ target }) => target);
const MOST_THREADS = 8;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Plays rounds of a target, and prints its findings; returns whether there are none. */
async function isRight(target: FuzzTarget, seed: number, rounds: readonly [number, number]): Promise<boolean> {
  const count = rounds[1] - rounds[0];
  const threads = Math.min(availableParallelism(), MOST_THREADS, count);
  const begin = performance.now();
  const fault = await playInThreads(target, seed, rounds, threads);
  const took = `${((performance.now() - begin) / 1_000).toFixed(0)} s`;
  if (fault === undefined) {
    print(`${target.name}: ${count * target.mutated} mutated inputs, all read as they should be (${took})`);
    return true;
  }
  const { round, found, how, hex } = fault;
  print(`${target.name}: FAILED in round ${round} (${took}): ${found}\n${how}\n${hex}`);
  print(`repeat it with \`npm run fuzz -- --only ${target.name} --seed ${seed} --round ${round}\``);
  return false;
}

async function fuzz(): Promise<void> {
  const names = targets.map(({ name }) => name);
  const { quick: isQuick, only, seed, round } = fuzzOptions(process.argv.slice(2), names, Date.now() % 1_000_000);
  print(`seed ${seed}`);
  for (const { target, full, quick } of fuzzed.filter(({ target: { name } }) => only.includes(name))) {
    const all = Math.ceil((isQuick ? quick : full) / target.mutated);
    if (!(await isRight(target, seed, round === undefined ? [0, all] : [round, round + 1]))) process.exitCode = 1;
  }
}

if (isMainThread) await fuzz();
else playRounds(targets);
