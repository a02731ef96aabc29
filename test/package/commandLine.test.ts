import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { expectRecovery } from '../cli/expectRecovery.js';
import { readRun } from '../cli/printedRun.js';
import { installWith } from './installPackage.js';

const main = 'dist/src/cli/main.js';

test('npm start -- --seconds 8 --json exits with 0 by itself, with a loss of trust and its recovery', () => {
  const { status, stdout } = spawnSync(
    'npm',
    ['start', '--silent', '--', '--seconds', '8', '--json'],
    // Time to build, too.
    { encoding: 'utf8', timeout: 90_000 },
  );
  expect(status).toBe(0);
  expectRecovery(readRun(stdout.trimEnd().split('\n')));
});

test('a wrong option causes a message on stderr and exit code 2', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'demo', '--seconds', 'soon'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('--seconds is "[hidden]": pass a number of seconds');
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s, even sent twice, ends the command with the counts and exit code 0',
  async (signal) => {
    const child = spawn(process.execPath, [main, 'demo', 'AOT', '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let [printed, isSent] = ['', false];
    for await (const chunk of child.stdout) {
      printed += String(chunk);
      // Not before a quote is there: then it runs for sure. Nor later: at its very end a process listens to nothing.
      if (isSent || !printed.includes('"state":"live"')) continue;
      isSent = true;
      child.kill(signal);
      child.kill(signal);
    }
    expect(await exited).toBe(0);
    expect(readRun(printed.trimEnd().split('\n')).summary.conserved).toBe(true);
  },
);

test('a reader of stdout that goes away ends the command without a failure', async () => {
  const child = spawn(process.execPath, [main, 'demo', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Runs the installed command in a project that has the packed tarball. */
function runInstalled(
  project: string,
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  const command = join(project, 'node_modules/.bin/rx-quotes');
  return spawnSync(command, args, { cwd: project, encoding: 'utf8', timeout: 30_000 });
}

test('the installed package has the command, which names the package to install if aedes is missing', () => {
  const { status, stdout, stderr } = runInstalled(inject('consumer'), ['demo', '--seconds', '3', '--json']);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'rx-quotes: startSimulatedVenue needs the optional peer aedes: npm install --save-dev aedes\n',
  });
  expect(runInstalled(inject('consumer'), ['--help'])).toMatchObject({ status: 0, stderr: '' });
});

test('the installed command generates a decoder if protobufjs is installed, and otherwise names the package to install', () => {
  const schema = join(process.cwd(), 'examples/own-decoder/quotes.proto');
  expect(runInstalled(inject('consumer'), ['generate', schema, 'Quote'])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'rx-quotes: generate needs the optional peer protobufjs: npm install --save-dev protobufjs\n',
  });
  const project = installWith('rxjs', 'protobufjs');
  try {
    const { status, stdout, stderr } = runInstalled(project, ['generate', schema, 'Quote']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('export function decodeQuote(payload: Uint8Array): Quote {');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

test('the installed command runs the demo if aedes is installed', () => {
  const project = installWith('rxjs', 'aedes');
  try {
    const { status, stdout } = runInstalled(project, ['demo', '--seconds', '3', '--json']);
    expect(status).toBe(0);
    expectRecovery(readRun(stdout.trimEnd().split('\n')));
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
