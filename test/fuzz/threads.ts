import process from 'node:process';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { FuzzFault, FuzzTarget } from './fuzzTarget.js';
import { randomOfRound } from './randomOfRound.js';

/** Rounds of a target: every `step`th from `first` to below `end`. */
interface FuzzJob {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly end: number;
  readonly step: number;
  /** The round that is being played, and the number of inputs so far, for the thread that watches. */
  readonly at: Int32Array;
}

/** The most processor time that the process may take, for each of its threads, while one input is read. In microseconds. */
const LONGEST_READING = 2_000_000;
const WATCH = 250;

/** In a thread: plays its rounds up to the first fault. */
export function playRounds(targets: readonly FuzzTarget[]): void {
  const { target: name, seed, first, end, step, at } = workerData as FuzzJob;
  const target = targets.find((one) => one.name === name)!;
  let fault: FuzzFault | undefined;
  for (let round = first; round < end && fault === undefined; round += step) {
    Atomics.store(at, 0, round);
    fault = target.faultOfRound(randomOfRound(seed, round), round, () => Atomics.add(at, 1, 1));
  }
  parentPort!.postMessage(fault);
}

function endless({ name, shownRound }: FuzzTarget, seed: number, round: number): FuzzFault {
  const found = `the reading does not end within ${LONGEST_READING / 1_000_000} s of processor time`;
  return { target: name, round, found, ...shownRound(randomOfRound(seed, round), round) };
}

/** Calls `onEndless` when an input takes too long; returns what ends the watch. */
function watch(at: Int32Array, threads: number, onEndless: (round: number) => void): () => void {
  let [last, since] = [-1, 0];
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage();
    const [inputs, used] = [Atomics.load(at, 1), user + system];
    if (inputs !== last) [last, since] = [inputs, used];
    else if (used - since > LONGEST_READING * threads) onEndless(Atomics.load(at, 0));
  }, WATCH);
  return () => {
    clearInterval(timer);
  };
}

/** Plays the rounds from `first` to below `end` in so many threads; the first fault that one of them finds. */
export async function playInThreads(
  target: FuzzTarget,
  seed: number,
  [first, end]: readonly [number, number],
  threads: number,
): Promise<FuzzFault | undefined> {
  const stops: (() => unknown)[] = [];
  try {
    return await new Promise<FuzzFault | undefined>((resolve, reject) => {
      let left = threads;
      for (let index = 0; index < threads; index += 1) {
        const at = new Int32Array(new SharedArrayBuffer(8));
        const job: FuzzJob = { target: target.name, seed, first: first + index, end, step: threads, at };
        const worker = new Worker(process.argv[1]!, { workerData: job });
        const onEndless = (round: number): void => resolve(endless(target, seed, round));
        const stopWatch = watch(at, threads, onEndless);
        stops.push(stopWatch, () => worker.terminate());
        worker.once('error', reject);
        worker.once('message', (fault: FuzzFault | undefined) => {
          // A thread that is done waits for the others.
          stopWatch();
          left -= 1;
          if (fault !== undefined || left === 0) resolve(fault);
        });
      }
    });
  } finally {
    for (const stop of stops) await stop();
  }
}
