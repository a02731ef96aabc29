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

/** Plays rows, some at once, and of those that take a core only one. */
async function playRows(rows: readonly RealRow[], controls: Controls): Promise<ReadonlyMap<string, RealResult>> {
  const results = new Map<string, RealResult>();
  const waiting = [...rows].sort((one, other) => longest(other) - longest(one));
  const turns = new Turns();
  const next = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const { code } = row;
      const cause = causes.find((one) => one.code === code);
      if (cause === undefined) throw new Error(`there is no cause ${code}`);
      const result = await playRow(row, cause, turns, controls);
      const wrong = rowProblems(result);
      process.stderr.write(`${code}: ${wrong.length === 0 ? 'ok' : wrong.join('; ')}\n`);
      results.set(code, result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return results;
}

/** Plays rows that wait most of their time, `meanwhile` other work; then those that take a core. */
async function playReal(rows: readonly RealRow[], meanwhile: Promise<unknown>): Promise<readonly RealResult[]> {
  const controls = new Controls();
  const light = playRows(
    rows.filter(({ isHeavy }) => isHeavy !== true),
    controls,
  );
  await meanwhile;
  const [some, others] = [
    await light,
    await playRows(
      rows.filter(({ isHeavy }) => isHeavy === true),
      controls,
    ),
  ];
  const first = new Map([...some, ...others]);
  // Other programs on the machine disturb a row, so it has a second chance.
  const failed = rows.filter(({ code }) => rowProblems(first.get(code)!).length > 0);
  const second = await playRows(failed, controls);
  return rows.map(({ code }) => {
    const [before, again] = [first.get(code)!, second.get(code)];
    return again === undefined ? before : { ...again, again: rowProblems(before) };
  });
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
  const apartWork = Promise.all([apart<readonly VirtualResult[]>({ faults: codes }), playAllQuiet()]);
  const [[virtual, quiet], real] = await Promise.all([apartWork, playReal(rows, apartWork)]);
  const seconds = (performance.now() - begin) / 1_000;
  const found = { virtual, real, quiet, seconds };
  process.stdout.write(`${json ? JSON.stringify({ ...found, problems: problems(found) }) : reportText(found)}\n`);
  if (write) writePage(reportMarkdown(found), seconds);
  return exitCodeOf(found);
}
