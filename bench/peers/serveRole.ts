import { costs } from './costs/costs.js';
import { measure } from './receivers/measure.js';
import { receivers } from './receivers/receivers.js';
import type { CostJob } from './runCost.js';
import type { Job } from './runRound.js';
import { runSource } from './sources/runSource.js';
import { serveJob } from './worker.js';

/** Runs in a process that a benchmark started: a source, a receiver, or the measurement of a cost. */
export function serveRole(): void {
  serveJob(async (given) => {
    const job = given as Job | CostJob;
    if (job.role === 'source') return runSource(job);
    if (job.role === 'cost') return (await costs[job.cost].load())(job.build);
    return measure(await receivers[job.receiver](), job);
  });
}
