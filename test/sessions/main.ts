/**
 * Trading sessions whose faults are known, and what judges of silence say of them: `npm run sessions`. Exits with 1 when
 * a bound is not held.
 */
import { fork } from 'node:child_process';
import process from 'node:process';
import { type Job, jobsOf, lawsOf } from './jobs.js';
import { kinds } from './kinds.js';
import { learners } from './learners.js';
import { options } from './options.js';
import type { DayRecord } from './record.js';
import { boundLines, tablesOf } from './report.js';
import { scoreOf } from './score.js';
import { cold, session } from './session.js';
import { soundness } from './soundness.js';
import { type Bound, boundsOf } from './verdicts.js';

if (process.send === undefined) await run();
else work();

/** In a worker: plays what it is handed. */
function work(): void {
  process.on('message', (job: Job) => {
    const kind = kinds.find(({ name }) => name === job.kind)!;
    process.send?.(session(kind, job.seed, lawsOf(job), learners, job.warmUp));
  });
}

/** Hands out the jobs, the next to whoever is done. */
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

async function run(): Promise<void> {
  const asked = options(process.argv.slice(2));
  const jobs = jobsOf(asked);
  if (jobs.length === 0) throw new RangeError(`--only "${asked.only}": no kind of day has that in its name`);
  const records = await play(jobs, asked.workers);
  const names = [...Object.keys(learners), 'oracle', 'fixed 10 s'];
  const firstOf = (name: string): ReturnType<typeof scoreOf> | undefined =>
    name in learners ? scoreOf(cold(name), records) : undefined;
  const scores = names.map((name) => [scoreOf(name, records), firstOf(name)] as const);
  const bounds: readonly Bound[] = [
    ...soundness(records),
    ...scores.flatMap(([score, first]) => (score.name in learners ? boundsOf(score, first) : [])),
  ];
  if (asked.json) process.stdout.write(`${JSON.stringify({ options: asked, scores, bounds })}\n`);
  else {
    const tables = scores.map(([score, first]) => tablesOf(score, first));
    process.stdout.write(`${tables.join('\n\n')}\n\n${boundLines(bounds)}\n`);
  }
  process.exitCode = bounds.every(({ holds }) => holds) ? 0 : 1;
}
