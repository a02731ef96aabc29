// Plants each fault of test/mutants/mutants.json in a copy of the sources and expects the tests named there to fail; the same
// tests must pass in the copy as it is. The working tree is never touched. `npm run mutants -- epoch` plants the faults whose
// name has the word; `-- --check` only looks whether each fault still has a place in the sources, wherever that is.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const list = 'test/mutants/mutants.json';
const words = process.argv.slice(2).filter((word) => word !== '--check');
const mutants = JSON.parse(readFileSync(list, 'utf8')).filter(({ name }) => words.every((word) => name.includes(word)));
const copied = ['operators', 'src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** A fault may make a test run for ever; that kills it too. */
const timeout = 120_000;

const sources = ['operators', 'src']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((path) => join(folder, path)))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** The one source that has the text which a fault changes, and has it once; throws when there is no such source. */
function placeOf({ name, find, killedBy }) {
  const places = sources.flatMap(({ path, text }) => Array(text.split(find).length - 1).fill(path));
  if (places.length !== 1) {
    const where =
      places.length === 0 ? 'in no source' : `${places.length} times, in ${[...new Set(places)].join(', ')}`;
    throw new Error(`${list}, "${name}": ${JSON.stringify(find)} is ${where}. Write what the fault changes now.`);
  }
  if (!existsSync(killedBy))
    throw new Error(`${list}, "${name}": ${killedBy} is missing. Name the tests that kill it.`);
  return places[0];
}

function copySources() {
  const copy = mkdtempSync(join(tmpdir(), 'rx-quotes-mutants-'));
  for (const name of copied) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** One that took all memory is left `pending`. */
const wasBegun = ({ status }) => ['passed', 'failed', 'pending'].includes(status);

/** Runs a file of tests in a copy up to the first that fails; its full name, or why the run was no success. */
async function failureOf(copy, file) {
  const args = ['run', '--project', 'unit', file, '--bail', '1', '--reporter', 'json', '--maxWorkers', '1'];
  const child = spawn(process.execPath, [join(copy, 'node_modules/vitest/vitest.mjs'), ...args], {
    ...{ cwd: copy, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'ignore'], detached: true },
  });
  // The group, or a worker that runs for ever would outlive vitest.
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), timeout);
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  let stdout = '';
  for await (const chunk of child.stdout) stdout += chunk;
  const { code, signal } = await ended;
  clearTimeout(timer);
  if (signal !== null) return `no end within ${timeout / 1000} s`;
  const start = stdout.indexOf('{"numTotal');
  const { testResults = [] } = start < 0 ? {} : JSON.parse(stdout.slice(start));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  // A file that does not even load kills nothing.
  if (!tests.some(wasBegun)) throw new Error(`no test ran: ${file}\n${stdout.slice(-2000)}`);
  const failed = tests.find(({ status }) => status === 'failed')?.fullName;
  return code === 0 ? undefined : (failed ?? 'an error outside of any test');
}

async function plant(copy, mutant) {
  const path = join(copy, placeOf(mutant));
  const sound = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    sound.replace(mutant.find, () => mutant.replace),
  );
  try {
    return await failureOf(copy, mutant.killedBy);
  } finally {
    writeFileSync(path, sound);
  }
}

/** Does each task once, a copy having one at a time. An error ends it when the tasks under way have ended. */
async function inCopies(copies, tasks, run) {
  const left = [...tasks];
  const ends = await Promise.allSettled(
    copies.map(async (copy) => {
      try {
        for (let task = left.shift(); task !== undefined; task = left.shift()) await run(copy, task);
      } finally {
        left.length = 0;
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function run() {
  const copies = Array.from({ length: availableParallelism() }, copySources);
  try {
    await inCopies(copies, new Set(mutants.map(({ killedBy }) => killedBy)), async (copy, file) => {
      const failed = await failureOf(copy, file);
      if (failed !== undefined) throw new Error(`${file} fails without a fault in the code: ${failed}`);
    });
    let survivors = 0;
    await inCopies(copies, mutants, async (copy, mutant) => {
      const killer = await plant(copy, mutant);
      if (killer === undefined) survivors += 1;
      const [verdict, by] = killer === undefined ? ['SURVIVED', mutant.killedBy] : ['killed  ', killer];
      console.log(`${verdict}  ${mutant.name.padEnd(62)} ${by}`);
    });
    console.log(`${mutants.length - survivors} of ${mutants.length} faults killed`);
    process.exitCode = survivors === 0 && mutants.length > 0 ? 0 : 1;
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  }
}

const problems = mutants.flatMap((mutant) => {
  try {
    placeOf(mutant);
    return [];
  } catch (error) {
    return [error.message];
  }
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else if (process.argv.includes('--check')) console.log(`${mutants.length} faults have a place in the sources`);
else await run();
