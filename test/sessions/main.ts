/**
 * Plays trading days with planted faults to judges of silence and scores their verdicts: `npm run sessions`. The exit code is 1
 * when a bound fails that must hold.
 */
import { fork } from 'node:child_process';
import process from 'node:process';
import { type Job, jobsOf, lawsOf } from './jobs.js';
import { kinds } from './kinds.js';
import { learners } from './learners.js';
import { type Options, options } from './options.js';
import type { DayRecord } from './record.js';
import { recordSessions } from './recordSessions.js';
import { boundLines, pageOf, summary, tablesOf } from './report.js';
import { scoreOf } from './score.js';
import { cold, session } from './session.js';
import { costs, soundness } from './soundness.js';
import { usualSymbols } from './universe.js';
import { type Bound, boundsOf } from './verdicts.js';

if (process.send === undefined) await run();
else work();

/** In a worker: plays each job that the parent sends. */
function work(): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (job: Job) => {
    const chosen = kinds.filter(({ name }) => job.kinds.includes(name));
    process.send?.(session(chosen, job.seed, lawsOf(job), learners, job.warmUp, job.symbols));
  });
}

/** Hands out the jobs. A worker that is done gets the next one. */
async function play(jobs: readonly Job[], workers: number): Promise<readonly DayRecord[]> {
  const records: DayRecord[][] = jobs.map(() => []);
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(workers, jobs.length) }, async () => {
      const worker = fork(process.argv[1]!);
      try {
        while (next < jobs.length) {
          const number = next;
          next += 1;
          if (process.stderr.isTTY) process.stderr.write(`\r${String(next)} of ${String(jobs.length)} `);
          records[number] = await new Promise<DayRecord[]>((resolve, reject) => {
            const gone = (code: number | null): void => reject(new Error(`a worker ended with ${String(code)}`));
            worker.once('exit', gone);
            worker.once('message', (message) => {
              worker.off('exit', gone);
              resolve(message as DayRecord[]);
            });
            worker.send(jobs[number]!);
          });
        }
      } finally {
        worker.kill();
      }
    }),
  );
  return records.flat();
}

/** The block of the page that has such a run. */
function blockOf({ symbols, heldOut }: Options): string {
  if (heldOut) return 'held-out laws';
  return symbols === usualSymbols ? 'sessions' : 'small feeds';
}

async function run(): Promise<void> {
  const asked = options(process.argv.slice(2));
  const jobs = jobsOf(asked);
  if (jobs.length === 0) throw new RangeError(`--only "${asked.only}": no day has such a name`);
  const records = await play(jobs, asked.workers);
  const known = Object.keys(learners);
  const scores = [...known, ...known.map(cold), 'oracle', 'fixed 10 s'].map((name) => scoreOf(name, records));
  const judged = scores.filter(({ name }) => known.includes(name));
  const bounds: readonly Bound[] = [soundness(records), ...judged.flatMap((score) => boundsOf(score, asked.symbols))];
  if (asked.json) process.stdout.write(`${JSON.stringify({ options: asked, scores, bounds })}\n`);
  else
    process.stdout.write(
      `${[...judged.map(tablesOf), summary(scores), boundLines(bounds), costs(records)].join('\n\n')}\n`,
    );
  const days = jobs.flatMap((job) => job.kinds).length;
  if (asked.write) {
    recordSessions(blockOf(asked), pageOf(asked, days, scores, known, bounds));
  }
  process.exitCode = bounds.every(({ must, holds }) => holds || !must) ? 0 : 1;
}
