// Plants each fault of test/mutants/mutants.json in a copy of the sources and expects the test named there to fail; the
// same tests must pass in the copy as it is. The working tree is never touched. `npm run mutants -- epoch` runs those
// whose name holds the word.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const mutants = JSON.parse(readFileSync(join(root, 'test/mutants/mutants.json'), 'utf8')).filter(({ name }) =>
  words.every((word) => name.includes(word)),
);
const copied = [
  ...['operators', 'src', 'test/contract', 'test/feed', 'test/golden', 'test/metrics', 'test/models', 'test/mqtt'],
  ...['test/operators', 'test/support', 'test/testing'],
  ...['package.json', 'tsconfig.json', 'vitest.config.ts'],
];
/** A fault may make a test run for ever; that kills it too. */
const timeout = 120_000;

function copySources() {
  const copy = mkdtempSync(join(tmpdir(), 'rx-quotes-mutants-'));
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** One that took all memory is left `pending`. */
const wasBegun = ({ status }) => ['passed', 'failed', 'pending'].includes(status);

/** Runs one test of a copy by its full name, or a whole file. */
async function passes(copy, file, test) {
  const chosen = test === undefined ? [] : ['-t', `^${test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`];
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--project', 'unit', file, ...chosen, '--reporter', 'json', '--maxWorkers', '1'],
    {
      ...{ cwd: copy, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'ignore'], timeout },
    },
  );
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  let stdout = '';
  for await (const chunk of child.stdout) stdout += chunk;
  const { code, signal } = await ended;
  if (signal !== null) return false;
  const start = stdout.indexOf('{"numTotal');
  const { testResults = [] } = start < 0 ? {} : JSON.parse(stdout.slice(start));
  const began = testResults.flatMap(({ assertionResults }) => assertionResults).filter(wasBegun);
  // A name that matches no test, or a file that does not even load, kills nothing.
  if (began.length === 0) throw new Error(`no test ran: ${file} ${test ?? ''}\n${stdout.slice(-2000)}`);
  return code === 0;
}

async function isKilled(copy, { name, file, find, replace, killedBy }) {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  if (sound.split(find).length !== 2) throw new Error(`${name}: ${file} has not exactly one ${JSON.stringify(find)}`);
  writeFileSync(
    path,
    sound.replace(find, () => replace),
  );
  try {
    return !(await passes(copy, killedBy.file, killedBy.test));
  } finally {
    writeFileSync(path, sound);
  }
}

const copies = Array.from({ length: availableParallelism() }, copySources);
/** Does each task once, a copy having one at a time. */
async function inCopies(tasks, run) {
  const left = [...tasks];
  await Promise.all(
    copies.map(async (copy) => {
      for (let task = left.shift(); task !== undefined; task = left.shift()) await run(copy, task);
    }),
  );
}

try {
  await inCopies(new Set(mutants.map(({ killedBy }) => killedBy.file)), async (copy, file) => {
    if (!(await passes(copy, file))) throw new Error(`${file} fails without a fault in the code`);
  });
  let survivors = 0;
  await inCopies(mutants, async (copy, mutant) => {
    const killed = await isKilled(copy, mutant);
    survivors += killed ? 0 : 1;
    console.log(`${killed ? 'killed  ' : 'SURVIVED'}  ${mutant.name.padEnd(52)} ${mutant.killedBy.test}`);
  });
  console.log(`${mutants.length - survivors} of ${mutants.length} faults killed`);
  process.exitCode = survivors === 0 && mutants.length > 0 ? 0 : 1;
} finally {
  for (const copy of copies) {
    // A test of another copy may still be running when one has failed.
    rmSync(copy, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
