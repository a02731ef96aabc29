import { execFileSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { entriesWithoutPeers, packageEntries } from './packageEntries.js';

/** Runs a module in the project that has installed the tarball, until the process ends by itself; its stdout is JSON. */
function runInConsumer(code: string): unknown {
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: inject('consumer'),
    encoding: 'utf8',
    timeout: 30_000,
  });
  return JSON.parse(answer);
}

test('package.json names the entries', () => {
  expect(packageEntries()).toEqual([
    'rx-quotes',
    'rx-quotes/operators',
    'rx-quotes/settrade',
    'rx-quotes/metrics',
    'rx-quotes/playbook',
    'rx-quotes/relay',
    'rx-quotes/angular',
    'rx-quotes/store',
    'rx-quotes/testing',
  ]);
});

test.each(entriesWithoutPeers())(
  '%s imports by name with rxjs as the only peer, exports something and leaves nothing running',
  (entry) => {
    const names = runInConsumer(`console.log(JSON.stringify(Object.keys(await import('${entry}'))))`);
    expect(names).not.toEqual([]);
    expect(names).not.toContain('default');
  },
);

test.each(['rx-quotes/dist/src/index.js', 'rx-quotes/operators/support/argument.js', 'rx-quotes/src/index.ts'])(
  '%s has no other paths: only entries can be imported',
  (path) => {
    const code = runInConsumer(`
      console.log(JSON.stringify(await import('${path}').then(() => 'imported', (error) => error.code)));
    `);
    expect(code).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  },
);
