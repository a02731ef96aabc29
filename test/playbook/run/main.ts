/**
 * Every fault of the playbook, and every finding that it gives: `npm run playbook`. Exits with 1 when a fault does not give its
 * code, gives another one, does not clear, or a healthy feed has a finding.
 */
import { fork } from 'node:child_process';
import process from 'node:process';
import { causes } from '../../../src/playbook/registry.js';
import { type PlaybookOptions, playbookOptions } from './options.js';
import { playFaults, type VirtualResult } from './playFault.js';
import { Controls, playRow, type RealResult, Turns } from './playRow.js';
import type { QuietResult } from './quietFeed.js';
import { playQuiet, quietNames } from './quietRun.js';
import type { RealRow } from './realRow.js';
import { exitCodeOf, problems, reportMarkdown, reportText, rowProblems } from './report.js';
import { realRows } from './rows/rows.js';
import { serveSubject, type SubjectJob } from './subject.js';
import { writePage } from './writePage.js';

/** No row is played again later than this, in ms since the start of the program: a row takes up to seven minutes. */
const LAST_REPEAT = 1_000_000;

/** Rows that are played at once: most of their time they wait. */
const AT_ONCE = 6;

/** The work of a process that this program starts. */
type Job = SubjectJob | { readonly faults: readonly string[] } | { readonly quiet: string };

if (process.send === undefined) process.exitCode = await run(playbookOptions(process.argv.slice(2)));
else process.once('message', work);

function rowOf(code: string): RealRow {
  const row = realRows.find((one) => one.code === code);
  if (row === undefined) throw new Error(`there is no row ${code}`);
  return row;
}

function work(job: Job): void {
  if ('place' in job) serveSubject(job, rowOf(job.code));
  else process.send?.('faults' in job ? playFaults(job.faults) : playQuiet(job.quiet), () => process.exit());
}

/** Does a piece of work in a process of its own: virtual time takes a core. */
function apart<T>(job: Job): Promise<T> {
  const child = fork(process.argv[1]!, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result) => {
      resolve(result as T);
    });
    child.once('close', (status) => {
      reject(new Error(`a process ended with ${String(status)}`));
    });
    child.send(job);
  });
}

/** The work that takes longest begins first. */
function longest({ settle = 0, within, clears = 0 }: RealRow): number {
  return settle + within + clears;
}

async function playReal(rows: readonly RealRow[]): Promise<readonly RealResult[]> {
  const results = new Map<string, RealResult>();
  const waiting = [...rows].sort((one, other) => longest(other) - longest(one));
  const turns = new Turns();
  const controls = new Controls();
  const play = (row: RealRow): Promise<RealResult> => {
    const cause = causes.find((one) => one.code === row.code);
    if (cause === undefined) throw new Error(`there is no cause ${row.code}`);
    return playRow(row, cause, turns, controls);
  };
  const next = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      results.set(row.code, await play(row));
      if (process.stderr.isTTY) process.stderr.write(`\r${String(results.size)} of ${String(rows.length)} `);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  // Other programs on the machine disturb a row: alone it has a second chance.
  for (const row of rows) {
    const first = results.get(row.code);
    const again = first === undefined ? [] : rowProblems(first);
    if (again.length > 0 && performance.now() < LAST_REPEAT) results.set(row.code, { ...(await play(row)), again });
  }
  return rows.flatMap(({ code }) => results.get(code) ?? []);
}

async function run({ json, quick, write, only }: PlaybookOptions): Promise<number> {
  const begin = performance.now();
  const codes = causes.filter(({ code, detect }) => detect !== undefined && only.test(code)).map(({ code }) => code);
  const rows = realRows.filter((row) => (!quick || row.quick === true) && only.test(row.code));
  const isWhole = only.source === '(?:)';
  const playAllQuiet = async (): Promise<readonly QuietResult[]> => {
    const results: QuietResult[] = [];
    for (const name of isWhole ? quietNames(quick) : []) results.push(await apart<QuietResult>({ quiet: name }));
    return results;
  };
  const [virtual, quiet, real] = await Promise.all([
    apart<readonly VirtualResult[]>({ faults: codes }),
    playAllQuiet(),
    playReal(rows),
  ]);
  const seconds = (performance.now() - begin) / 1_000;
  const found = { virtual, real, quiet, seconds };
  process.stdout.write(`${json ? JSON.stringify({ ...found, problems: problems(found) }) : reportText(found)}\n`);
  if (write) writePage(reportMarkdown(found), seconds);
  return exitCodeOf(found);
}
