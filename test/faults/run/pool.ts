import { type ChildProcess, fork } from 'node:child_process';
import type { Broker } from '../broker.js';
import type { Verdict } from '../judge/verdict.js';

/** A row against one broker. */
export interface Job {
  readonly fault: string;
  readonly broker: Broker;
}

/** Longest time a row's process may take, in ms. */
const LIMIT = 90_000;
const GOODBYE = 5_000;

/** Runs one row in a process of its own, which is ended when it is done or takes too long. */
function playInChild(program: string, job: Job, give: (job: Job, why: string) => Verdict): Promise<Verdict> {
  const child: ChildProcess = fork(program, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-300);
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(give(job, `not over after ${LIMIT / 1_000} s`));
      // It ends its broker and, with nothing left to do, itself; if not, it is ended.
      child.disconnect();
      setTimeout(() => child.kill('SIGKILL'), GOODBYE).unref();
    }, LIMIT);
    child.once('message', (verdict) => {
      resolve(verdict as Verdict);
    });
    // `close` comes when the pipe is read to its end, so the reason of the process's end is known.
    child.once('close', () => {
      clearTimeout(timer);
      resolve(give(job, `its process ended: ${said.trim()}`));
    });
    child.send(job);
  });
}

/** Runs all jobs, so many at once; verdicts in the order of the jobs. `give` makes the verdict of a run that gave none. */
export async function playAll(
  program: string,
  jobs: readonly Job[],
  workers: number,
  give: (job: Job, why: string) => Verdict,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < jobs.length) {
      const number = next;
      next += 1;
      if (process.stderr.isTTY) process.stderr.write(`\r${next} of ${jobs.length} `);
      verdicts[number] = await playInChild(program, jobs[number]!, give);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return verdicts;
}
