import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installWith } from './installPackage.js';

const example = 'examples/own-event-test';
const jest = ['jest@30.5.2', 'ts-jest@29.4.15', '@babel/preset-env@7.29.14', '@babel/preset-typescript@7.29.7'];
let project = '';

/** Writes a file of the project. */
function write(name: string, content: string | object): void {
  writeFileSync(join(project, name), typeof content === 'string' ? content : JSON.stringify(content));
}

beforeAll(() => {
  project = installWith('rxjs', 'typescript', 'vitest', ...jest);
  write('lastTrade.ts', readFileSync(`${example}/lastTrade.ts`, 'utf8'));
  const inVitest = readFileSync(`${example}/lastTrade.test.ts`, 'utf8');
  write('inVitest.test.ts', inVitest);
  write('inJest.test.ts', inVitest.replace("from 'vitest'", "from '@jest/globals'"));
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs a tool of the project. Returns its whole output, also that of a failed run. */
function run(tool: string, args: readonly string[], nodeOptions = ''): string {
  const env = { ...process.env, NODE_OPTIONS: nodeOptions, NO_COLOR: '1' };
  const { stdout, stderr } = spawnSync(process.execPath, [join('node_modules', tool), ...args], {
    cwd: project,
    encoding: 'utf8',
    env,
    timeout: 120_000,
  });
  return stdout + stderr;
}

/** Tests name their modules as TypeScript's `nodenext` wants it, which Jest reads by this setting. */
const moduleNameMapper = { '^(\\.{1,2}/.*)\\.js$': '$1' };
const base = { testMatch: ['**/inJest.test.ts'], testEnvironment: 'node', moduleNameMapper };

test('a user’s tests with fakeFeed of an own event type have no type error under strict', () => {
  const compilerOptions = { strict: true, target: 'ES2022', module: 'nodenext', skipLibCheck: true, types: [] };
  const lib = ['ES2023', 'DOM', 'ESNext.Disposable'];
  write('tsconfig.json', { compilerOptions: { ...compilerOptions, lib, noEmit: true }, include: ['*.ts'] });
  expect(run('typescript/bin/tsc', ['-p', '.'])).toBe('');
});

test('a user’s tests with fakeFeed of an own event type pass in vitest', () => {
  expect(run('vitest/vitest.mjs', ['run'])).toMatch(/Tests\s+2 passed \(2\)/);
});

test('a user’s tests with fakeFeed of an own event type pass in Jest with ES modules', () => {
  const transform = { '\\.ts$': ['ts-jest', { useESM: true }] };
  write('jest.config.json', { ...base, extensionsToTreatAsEsm: ['.ts'], transform });
  const output = run('jest/bin/jest.js', ['--config', 'jest.config.json'], '--experimental-vm-modules');
  expect(output).toMatch(/Tests:\s+2 passed, 2 total/);
});

test('a user’s tests with fakeFeed of an own event type pass in Jest with CommonJS made by Babel', () => {
  const presets = [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'];
  const transform = { '\\.[jt]s$': ['babel-jest', { presets }] };
  write('jest.config.json', { ...base, transform, transformIgnorePatterns: ['/node_modules/(?!rx-quotes/)'] });
  expect(run('jest/bin/jest.js', ['--config', 'jest.config.json'])).toMatch(/Tests:\s+2 passed, 2 total/);
});
