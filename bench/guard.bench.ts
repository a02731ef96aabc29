/**
 * Fails for a build in which a message costs more than before: `npm run bench:guard`, a check of the gate.
 *
 * It compares two ratios of processor time, each to a reference in the same run, with those in `bench/guard.json`. The speed of
 * the machine, and other programs on it, affect both sides of a ratio alike. `-- --write` writes the present ratios there. `-- --planted`
 * builds a copy of the sources with an object spread in the emitted quote, and fails if the guard does not refuse it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { guardRows, type GuardRow } from './guard/guardRows.js';
import { failureText, judge, type Measure, type Ratios } from './guard/judge.js';
import { measureRatios } from './guard/measureRatios.js';
import { plantedBuild } from './guard/plantedBuild.js';
import { serveRole } from './peers/serveRole.js';
import { stopWorkersAtExit } from './peers/worker.js';

const program = process.argv[1]!;
const file = 'bench/guard.json';
const allRows = Object.keys(guardRows) as GuardRow[];

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Measures a build, and prints what it finds. */
function measureOf(build: string): Measure {
  return async (rows) => {
    const ratios = await measureRatios(program, build, rows);
    for (const row of rows) print(`${row}: ${ratios[row]!.toFixed(2)} × (${guardRows[row]})`);
    return ratios;
  };
}

async function guard(): Promise<void> {
  const { values } = parseArgs({
    options: { write: { type: 'boolean', default: false }, planted: { type: 'boolean', default: false } },
  });
  const { write, planted } = values;
  if (write && planted) throw new RangeError('--write is given with --planted: a fault has no ratio to commit');
  stopWorkersAtExit();
  if (write) {
    const ratios = await measureOf(resolve('.'))(allRows);
    const rounded = Object.fromEntries(allRows.map((row) => [row, Number(ratios[row]!.toFixed(2))]));
    writeFileSync(file, `${JSON.stringify(rounded, undefined, 2)}\n`);
    return;
  }
  const committed = JSON.parse(readFileSync(file, 'utf8')) as Ratios;
  // The fault is in the emitted quote; decoding is unchanged.
  const failures = await (planted
    ? judge(committed, ['burst'], measureOf(plantedBuild()))
    : judge(committed, allRows, measureOf(resolve('.'))));
  for (const failure of failures) print(`${planted ? 'refused as it should be' : 'FAILED'}: ${failureText(failure)}`);
  if (planted && failures.length === 0) print('FAILED: an object spread in the emitted quote passes the guard');
  process.exitCode = failures.length > 0 === planted ? 0 : 1;
}

if (process.send === undefined) await guard();
else serveRole();
