import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endpointFrom, exposure } from '../../src/cli/place/credentials.js';
import { parseCommand } from '../../src/cli/options/command.js';
import { run } from '../../src/cli/run.js';
import { absentPort } from '../contract/silentServer.js';
import { fakeTerminal } from './fakeTerminal.js';

const url = 'mqtt://broker.example';
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

describe('an invalid command line', () => {
  it.each([
    [[], 'the command is undefined: pass one of demo, watch'],
    [['AOT'], 'the command is "AOT": pass one of demo, watch'],
    [['demo', '--speed'], '--speed'],
    [['demo', '--json=yes'], '--json'],
    [['demo', '--url', url], '--url'],
    [['demo', '--seconds'], '--seconds'],
    [['demo', '--seconds', 'soon'], '--seconds is "[hidden]": pass a number of seconds above 0'],
    [['demo', '--seconds', '0'], '--seconds is "0"'],
    [['demo', '--seconds=-3'], '--seconds is "-3"'],
    [['demo', '--seconds', ''], '--seconds is ""'],
    [['demo', '--seconds', 'Infinity'], '--seconds is "[hidden]"'],
    [['demo', '--seconds', '1e9'], '--seconds is "1e9"'],
    [['demo', 'AOT', 'A/B'], 'SYMBOL[1] is "A/B"'],
    [['demo', ''], 'SYMBOL[0] is ""'],
    [['watch', '--url', url], 'SYMBOL is undefined: name at least one, e.g. rx-quotes watch AOT PTT --url'],
    [['watch', '#', '--url', url], 'SYMBOL[0] is "#"'],
    [['watch', 'AOT'], '--url is undefined: pass scheme://host'],
    [['watch', 'AOT', '--url', 'http://broker.example'], '--url is "http://broker.example"'],
    [['watch', 'AOT', '--url', 'broker'], '--url is "[hidden]"'],
    [['watch', 'AOT', '--url', url, '--settrade'], '--url is "[hidden]": leave it out'],
    [['demo', '--settrade'], '--settrade'],
    [['relay', '--demo'], '--to is undefined: pass the broker to publish to'],
    [['relay', '--demo', '--to', 'http://broker.example'], '--to is "http://broker.example": pass the broker'],
    [['relay', '--to', url], '--url is undefined: pass scheme://host'],
    [['relay', 'A/B', '--demo', '--to', url], 'SYMBOL[0] is "A/B"'],
    [['relay', '--demo', '--to', url, '--prefix', 'a/#'], '--prefix is "[hidden]": pass levels of a topic'],
    [['relay', '--demo', '--to', url, '--prefix', ''], '--prefix is "": pass levels of a topic'],
    [
      ['relay', '--demo', '--to', url, '--rate', '0'],
      '--rate is "0": pass images of a symbol in a second, 0.1 to 1000',
    ],
    [['relay', '--demo', '--to', url, '--rate', 'fast'], '--rate is "[hidden]"'],
    [['relay', '--demo', '--to', url, '--depth', '5'], '--depth is "5": pass 1 or 10'],
    [['relay', '--demo', '--to', url, '--format', 'xml'], '--format is "xml": pass protobuf or json'],
    [['relay', '--demo', '--to', url, '--shard', '0/2'], '--shard is "0/2": pass the number of this relay and of all'],
    [['relay', '--demo', '--to', url, '--shard', '3/2'], '--shard is "3/2"'],
    [['relay', '--demo', '--to', url, '--shard', 'two'], '--shard is "[hidden]"'],
    [['relay', '--demo', '--to', url, '--to-ca', 'ca.pem'], '--to-ca is "ca.pem": leave it out'],
    [['relay', '--demo', '--to', 'mqtts://b', '--to-ca', ''], '--to-ca is ""'],
    [['relay', '--demo', '--to', 'mqtts://b', '--to-ca', 'absent.pem'], '--to-ca is "absent.pem": it can\'t be read'],
    [['relay', '--demo', '--to', url, '--symbols', ''], '--symbols is ""'],
    [['relay', '--demo', '--to', url, '--symbols', 'absent.txt'], '--symbols is "absent.txt": it can\'t be read'],
    [['relay', '--demo', '--to', url, '--json'], '--json'],
  ])('%j is refused with exit code 2, naming it', async (args, named) => {
    const terminal = fakeTerminal();
    expect(await run(args, terminal, { env: {} })).toBe(2);
    expect(terminal.errors()).toContain(named);
    expect(terminal.lines).toEqual([]);
  });

  it('does not print a password or a token that was put into the URL', async () => {
    const terminal = fakeTerminal();
    const args = ['watch', 'AOT', '--url', 'mqtt://trader:hunter2@broker.example?token=hunter3'];
    expect(await run(args, terminal, { env: {} })).toBe(2);
    expect(terminal.errors()).toContain('--url is "mqtt://broker.example"');
    expect(terminal.errors()).not.toContain('hunter');
  });
});

describe('credentials from the environment', () => {
  const env = { API_TOKEN: 'hunter2' };

  it.each([
    ['mqtts://b', env, { username: 'token', password: 'hunter2' }],
    ['mqtt://b', { ...env, MQTT_USERNAME: 'desk' }, { username: 'desk', password: 'hunter2' }],
    ['wss://b/mqtt', env, { headers: { Authorization: 'Bearer hunter2' } }],
    [
      'WS://b',
      { ...env, MQTT_USERNAME: 'desk', MQTT_PASSWORD: 'x' },
      { username: 'desk', password: 'x', headers: { Authorization: 'Bearer hunter2' } },
    ],
    ['mqtt://b', { MQTT_USERNAME: 'desk', MQTT_PASSWORD: 'x' }, { username: 'desk', password: 'x' }],
    ['mqtt://b', {}, {}],
  ])('%s with %j', (to, given, expected) => {
    expect(endpointFrom(to, given)).toEqual({ url: to, ...expected });
  });

  it.each([
    [{ API_TOKEN: '' }, 'API_TOKEN is "": give it a value'],
    [{ ...env, MQTT_USERNAME: 'desk', MQTT_PASSWORD: 'hunter3' }, 'MQTT_PASSWORD is "[hidden]": unset it or API_TOKEN'],
    [{ MQTT_PASSWORD: 'hunter3' }, 'MQTT_USERNAME is undefined: set it too'],
  ])('%j is refused with exit code 2, showing no secret', async (given, named) => {
    const terminal = fakeTerminal();
    expect(await run(['watch', 'AOT', '--url', url], terminal, { env: given })).toBe(2);
    expect(terminal.errors()).toContain(named);
    expect(terminal.errors()).not.toContain('hunter');
  });
});

describe('credentials that others can read on the network', () => {
  const password = 'hunter2';

  it.each([
    [
      { url: 'mqtt://broker.example', username: 'desk', password },
      'mqtt://broker.example:1883 unencrypted',
      'use mqtts',
    ],
    [{ url: 'WS://10.0.0.8/x?token=hunter2', headers: { Authorization: password } }, 'ws://10.0.0.8:80 ', 'use wss'],
    [{ url: 'mqtt://127.evil.example', username: 'desk' }, 'mqtt://127.evil.example:1883 ', 'use mqtts'],
    [{ url: 'mqtt://localhost.example', username: 'desk' }, 'mqtt://localhost.example:1883 ', 'use mqtts'],
  ])('cause a warning without a secret: %j', (endpoint, ...named) => {
    for (const name of named) expect(exposure(endpoint)).toContain(name);
    expect(exposure(endpoint)).not.toContain('hunter');
  });

  it.each([
    { url: 'mqtts://broker.example', username: 'desk', password },
    { url: 'wss://broker.example', headers: { Authorization: password } },
    { url: 'mqtt://broker.example' },
    { url: 'mqtt://localhost', username: 'desk', password },
    { url: 'ws://127.0.0.1:8083/mqtt', username: 'desk', password },
    { url: 'mqtt://[::1]', username: 'desk', password },
  ])('cause no warning: %j', (endpoint) => {
    expect(exposure(endpoint)).toBeUndefined();
  });

  it('cause a warning in one line on stderr', async () => {
    const terminal = fakeTerminal();
    // An address of this machine that does not count as loopback, without a listener.
    const url = `mqtt://0.0.0.0:${await absentPort()}`;
    const args = ['watch', 'AOT', '--json', '--seconds', '0.1', '--url', url];
    await run(args, terminal, { env: { API_TOKEN: 'hunter2' } });
    const [first] = terminal.errors().split('\n');
    expect(first).toContain(`rx-quotes: the credentials go to ${url} unencrypted`);
    expect(terminal.errors()).not.toContain('hunter');
  });
});

describe('--help', () => {
  it.each([
    [['--help'], ['demo ', 'watch ', '--help', '--version']],
    [['help'], ['demo ', 'watch ', 'status ']],
    [
      ['status', '--help'],
      ['--symbol', '--json', '--watch', '--docs-base', 'Exit code'],
    ],
    [
      ['demo', '--help'],
      ['[SYMBOL…]', '--seconds ', '--json ', '--help ', 'Exit code'],
    ],
    [
      ['watch', 'AOT', '-h'],
      [
        '--url ',
        '--topic ',
        '--decoder ',
        '--json-fields ',
        '--ca ',
        '--settrade ',
        '--seconds ',
        '--json ',
        '--help ',
        'API_TOKEN',
        'MQTT_USERNAME',
        'MQTT_PASSWORD',
        'Exit code',
      ],
    ],
  ])('for %j names %j and exits with 0', async (args, names) => {
    const terminal = fakeTerminal();
    expect(await run(args, terminal, { env: {} })).toBe(0);
    for (const name of names) expect(terminal.lines.join('\n')).toContain(name);
  });
});

it('--version prints the version of the package, and exits with 0', async () => {
  const terminal = fakeTerminal();
  expect(await run(['--version'], terminal, { env: {} })).toBe(0);
  expect(terminal.lines).toEqual([manifest.version]);
});

it('symbols are accepted in any case, without duplicates', () => {
  expect(parseCommand(['demo', 'aot', ' S & J ', 'AOT'])).toMatchObject({ symbols: ['AOT', 'S & J'] });
});
