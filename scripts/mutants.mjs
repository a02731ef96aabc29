// Plants each fault of test/mutants/mutants.json in a copy of the sources and expects the test named there to fail; the
// same tests must pass in the copy as it is. The working tree is never touched. `npm run mutants -- epoch` runs those
// whose name holds the word.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const mutants = JSON.parse(readFileSync(join(root, 'test/mutants/mutants.json'), 'utf8')).filter(({ name }) =>
  words.every((word) => name.includes(word)),
);
const copy = mkdtempSync(join(tmpdir(), 'rx-quotes-mutants-'));

/** Runs one test of the copy by its full name, or a whole file. */
function passes(file, test) {
  const chosen = test === undefined ? [] : ['-t', `^${test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`];
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(copy, 'node_modules/vitest/vitest.mjs'), 'run', file, ...chosen, '--reporter', 'json'],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  const start = stdout.indexOf('{"numTotal');
  const { numPassedTests = 0, numFailedTests = 0 } = start < 0 ? {} : JSON.parse(stdout.slice(start));
  // A name that matches no test, or a file that does not even load, kills nothing.
  if (numPassedTests + numFailedTests === 0)
    throw new Error(`no test ran: ${file} ${test ?? ''}\n${stdout.slice(-2000)}`);
  return status === 0;
}

try {
  for (const name of [
    'operators',
    'src',
    'test/feed',
    'test/mqtt',
    'test/support',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  for (const file of new Set(mutants.map(({ killedBy }) => killedBy.file))) {
    if (!passes(file)) throw new Error(`${file} fails without a fault in the code`);
  }
  let survivors = 0;
  for (const { name, file, find, replace, killedBy } of mutants) {
    const path = join(copy, file);
    const sound = readFileSync(path, 'utf8');
    if (sound.split(find).length !== 2) throw new Error(`${name}: ${file} has not exactly one ${JSON.stringify(find)}`);
    writeFileSync(
      path,
      sound.replace(find, () => replace),
    );
    const survived = passes(killedBy.file, killedBy.test);
    writeFileSync(path, sound);
    survivors += survived ? 1 : 0;
    console.log(`${survived ? 'SURVIVED' : 'killed  '}  ${name.padEnd(42)} ${killedBy.test}`);
  }
  console.log(`${mutants.length - survivors} of ${mutants.length} faults killed`);
  process.exitCode = survivors === 0 && mutants.length > 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
