import { spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { expectFirstLight } from '../cli/expectFirstLight.js';
import { readRun } from '../cli/printedRun.js';

const main = 'dist/src/cli/main.js';

test('npm start -- --seconds 8 --json exits 0 by itself, with a loss of trust that shows and heals', () => {
  const { status, stdout } = spawnSync(process.execPath, [main, '--seconds', '8', '--json'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(status).toBe(0);
  expectFirstLight(readRun(stdout.trimEnd().split('\n')));
});

test('a wrong option goes to stderr with exit code 2', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--seconds', 'soon'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('--seconds is "soon"');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s, even sent twice, ends it with the account and exit code 0',
  async (signal) => {
    const child = spawn(process.execPath, [main, '--json', '--symbols', 'AOT'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      // Not before a quote is there: then it runs for sure.
      if (printed.includes('"change"')) child.kill(signal);
    }
    expect(await exited).toBe(0);
    expect(readRun(printed.trimEnd().split('\n')).summary.conserved).toBe(true);
  },
);

test('a reader of stdout that goes away ends it quietly', async () => {
  const child = spawn(process.execPath, [main, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.once('data', () => {
    child.stdout.destroy();
  });
  expect(await exited).toBe(0);
  expect(errors).not.toMatch(/EPIPE|Error|at /);
});
