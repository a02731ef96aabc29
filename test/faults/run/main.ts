/**
 * Every fault against the simulated venue and a real Mosquitto: `npm run faults`. Exits with 1 when a row is not ok, and
 * when a program it needs is missing.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { Verdict } from '../judge/verdict.js';
import { verdict } from '../judge/verdict.js';
import { rows } from '../rows/rows.js';
import { type FarJob, serveFar } from '../scene/remoteFar.js';
import { type FaultOptions, faultOptions } from './options.js';
import { playRow, promisedBy } from './playRow.js';
import { type Job, playAll } from './pool.js';
import { tableOf } from './table.js';
import { writeMatrix } from './writeMatrix.js';

const MOST_WORKERS = 8;

if (process.send === undefined) process.exitCode = await run(faultOptions(process.argv.slice(2)));
else process.once('message', (job: Job | FarJob) => void ('far' in job ? serveFar(job) : work(job)));

function rowOf(fault: string): (typeof rows)[number] {
  const row = rows.find((one) => one.fault === fault);
  if (row === undefined) throw new Error(`there is no row ${fault}`);
  return row;
}

/** In a process of its own: plays the row it is handed. */
async function work({ fault, broker }: Job): Promise<void> {
  const gone = new AbortController();
  process.once('disconnect', () => {
    gone.abort();
  });
  const result = await playRow(rowOf(fault), broker, gone.signal);
  process.send?.(result, () => process.exit());
}

/** The verdict on a run that gave none. */
function failed({ fault, broker }: Job, why: string): Verdict {
  const nothing = { sent: [], said: [], read: [], end: 0 };
  const none = { records: nothing, faultAt: 0, mendedAt: 0, connects: [], tokenFetches: [], conserved: false };
  return verdict(promisedBy(rowOf(fault), broker), { ...none, got: [why] });
}

function needs(program: string, args: readonly string[]): boolean {
  // Debian has brokers where a user's path does not look.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
  if (spawnSync(program, args, { env, stdio: 'ignore' }).error === undefined) return true;
  process.stderr.write(`${program} is missing: on Debian, apt-get install ${program}\n`);
  return false;
}

async function run({ json, quick, write, only }: FaultOptions): Promise<number> {
  if (![needs('mosquitto', ['-h']), needs('openssl', ['version'])].every(Boolean)) return 1;
  const begin = performance.now();
  const jobs = rows
    .filter((row) => (!quick || row.quick === true) && only.test(row.fault))
    .flatMap(({ fault, brokers }) => brokers.map((broker) => ({ fault, broker })));
  const workers = Math.min(availableParallelism(), MOST_WORKERS, jobs.length);
  const verdicts = await playAll(process.argv[1]!, jobs, workers, failed);
  const seconds = (performance.now() - begin) / 1_000;
  const held = verdicts.filter(({ ok }) => ok).length;
  if (json) process.stdout.write(`${JSON.stringify({ rows: verdicts })}\n`);
  else process.stdout.write(`${tableOf(verdicts)}\n\n${held} of ${verdicts.length} rows ok, ${seconds.toFixed(0)} s\n`);
  if (write) writeMatrix(verdicts, seconds);
  return held === verdicts.length && verdicts.length > 0 ? 0 : 1;
}
