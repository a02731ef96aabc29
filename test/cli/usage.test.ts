import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../../src/cli/options.js';
import { run } from '../../src/cli/run.js';
import { fakeTerminal } from './fakeTerminal.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-quotes-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function recordingOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const noJson = recordingOf('text.json', 'AOT 62.25');
const noBooks = recordingOf('odd.json', '[{"name":"odd","symbol":"AOT","hex":""}, 7]');

describe('a command line that can not be followed', () => {
  it.each([
    [['--speed'], '--speed'],
    [['AOT'], 'AOT'],
    [['--json=yes'], '--json'],
    [['--seconds'], '--seconds'],
    [['--seconds', 'soon'], '--seconds is "soon"'],
    [['--seconds', '0'], '--seconds is "0"'],
    [['--seconds=-3'], '--seconds is "-3"'],
    [['--seconds', ''], '--seconds is ""'],
    [['--seconds', 'Infinity'], '--seconds is "Infinity"'],
    [['--seconds', '1e9'], '--seconds is "1e9"'],
    [['--symbols', ''], '--symbols is ""'],
    [['--symbols', 'AOT,,PTT'], '--symbols is "AOT,,PTT"'],
    [['--symbols', 'AOT,A/B'], '--symbols[1] is "A/B"'],
    [['--symbols', '#'], '--symbols[0] is "#"'],
    [['--symbols', 'AOT,NOPE'], '--symbols is "NOPE": the recording has AOT, PTT, ADVANC, DELTA, S & J'],
    [['--url', 'http://broker.example'], '--url is "http://broker.example"'],
    [['--url', 'broker'], '--url is "broker"'],
    [['--url', 'mqtt://broker.example', '--payloads', 'x'], '--payloads is "x"'],
    [['--payloads', join(folder, 'absent.json')], 'ENOENT'],
    [['--payloads', noJson], '--payloads is '],
    [['--payloads', noBooks], '--payloads is '],
  ])('%j is refused with exit code 2, naming it', async (args, named) => {
    const terminal = fakeTerminal();
    expect(await run(args, terminal, { env: {} })).toBe(2);
    expect(terminal.errors()).toContain(named);
    expect(terminal.lines).toEqual([]);
  });

  it('does not print a password that was put into the URL', async () => {
    const terminal = fakeTerminal();
    expect(await run(['--url', 'mqtt://trader:hunter2@broker.example'], terminal, { env: {} })).toBe(2);
    expect(terminal.errors()).toContain('--url is "…@broker.example"');
    expect(terminal.errors()).not.toContain('hunter2');
  });
});

it('--help names every option and exits with 0', async () => {
  const terminal = fakeTerminal();
  expect(await run(['--help'], terminal, { env: {} })).toBe(0);
  for (const name of ['url', 'symbols', 'seconds', 'json', 'payloads', 'help']) {
    expect(terminal.lines.join('\n')).toContain(`--${name} `);
  }
});

it('symbols are taken with spaces and in any case', () => {
  expect(parseOptions(['--symbols', 'aot, S & J ,PTT'])).toMatchObject({ symbols: ['AOT', 'S & J', 'PTT'] });
});
