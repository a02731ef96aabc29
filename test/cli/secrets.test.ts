import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { absentPort } from '../contract/silentServer.js';
import { fakeTerminal } from './fakeTerminal.js';

const SECRET = 'S3cretPassw0rd';
const address = `mqtt://u:${SECRET}@127.0.0.1:1`;
const watching = ['watch', 'AOT', '--url'];
const sound = [...watching, 'mqtt://127.0.0.1:1'];
const own = ['--topic', 'px/{symbol}/book'];

/** The text that a run prints on stdout and stderr. */
async function printedBy(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<readonly [number, string]> {
  const terminal = fakeTerminal();
  const exitCode = await run(args, terminal, { env });
  return [exitCode, [terminal.errors(), ...terminal.lines].join('\n')];
}

describe('a secret on the command line', () => {
  it.each([
    ['as the command', [address]],
    ['as the command, without an address', [SECRET]],
    ['as a symbol', ['watch', 'AOT', address]],
    ['as a symbol of the demonstration', ['demo', address]],
    ['as a symbol beside a sound address', ['watch', `u:${SECRET}@127.0.0.1`, '--url', 'mqtt://127.0.0.1:1']],
    ['as a symbol with an escaped @', ['watch', `u:${SECRET}%40127.0.0.1`, '--url', 'mqtt://127.0.0.1:1']],
    ['as a symbol with a line end before the @', ['watch', `mqtt://u:${SECRET}\n@127.0.0.1`]],
    ['in the path of a symbol that is an address', ['watch', `ws://127.0.0.1/${SECRET}`]],
    ['in the path of a symbol that is an address without a scheme', ['watch', `127.0.0.1/mqtt/${SECRET}`]],
    ['as an unknown option', [`--${address}`]],
    ['as an unknown option of watch', ['watch', 'AOT', `--${address}`]],
    ['as an unknown option that looks like a token', ['watch', 'AOT', `--${SECRET}`]],
    ['as the value of an unknown option', ['watch', 'AOT', `--password=${SECRET}`]],
    ['as the word behind an unknown option', ['watch', 'AOT', '--password', SECRET]],
    ['as the value of an unknown letter', ['watch', 'AOT', `-p${SECRET}`]],
    ['as the value of an option without one', ['watch', 'AOT', `--json=${SECRET}`]],
    ['in --seconds', ['demo', '--seconds', SECRET]],
    ['in --seconds as an address', ['demo', '--seconds', address]],
    ['in --url', [...watching, address]],
    ['in --url without an address', [...watching, SECRET]],
    ['in --url without a scheme', [...watching, `u:${SECRET}@127.0.0.1`]],
    ['in --url before the scheme', [...watching, `${SECRET}:mqtt@h`]],
    ['in --url with a line end before the @', [...watching, `mqtt://u:${SECRET}\n@127.0.0.1`]],
    ['in --url with a space in it', [...watching, `mqtt://u:my ${SECRET}@127.0.0.1`]],
    ['in --url with a slash in it', [...watching, `mqtt://u:1/${SECRET}@127.0.0.1`]],
    ['in --url with an escaped @', [...watching, `mqtt://u:${SECRET}%40127.0.0.1`]],
    ['in --url with all escaped', [...watching, `mqtt://u%3A${SECRET}%40127.0.0.1`]],
    ['in --url with all escaped, over WebSockets', [...watching, `wss://u%3A${SECRET}%40127.0.0.1`]],
    ['in --url after #', [...watching, `ws://127.0.0.1:1/x#${SECRET}`]],
    ['in the path of --url of a scheme without one', [...watching, `mqtt://127.0.0.1:1/${SECRET}`]],
    ['in --url of another scheme', [...watching, `https://127.0.0.1/${SECRET}?${SECRET}`]],
    ['in --url beside --settrade', [...watching, address, '--settrade']],
    ['in --topic', [...sound, '--topic', SECRET]],
    ['in --topic as an address', [...sound, '--topic', address]],
    ['in --decoder', [...sound, ...own, '--decoder', SECRET]],
    ['in --decoder as an address of a module', [...sound, ...own, '--decoder', `${address}/x.mjs`]],
    ['in --json-fields', [...sound, ...own, '--json-fields', SECRET]],
    ['in --json-fields beside a field', [...sound, ...own, '--json-fields', `bid=b,ask=a,${SECRET}`]],
    ['in --json-fields as a name', [...sound, ...own, '--json-fields', `${SECRET}=b`]],
    ['in --json-fields as a field that is given twice', [...sound, ...own, '--json-fields', `bid=b,bid=${SECRET}`]],
    ['in --ca', ['watch', 'AOT', '--url', 'mqtts://127.0.0.1:1', '--ca', SECRET]],
    ['in --ca of an address that is not encrypted', [...sound, '--ca', SECRET]],
    ['in --to', ['relay', '--demo', '--to', address]],
    ['in --to without an address', ['relay', '--demo', '--to', SECRET]],
    ['in --to-ca', ['relay', '--demo', '--to', 'mqtts://127.0.0.1:1', '--to-ca', SECRET]],
    ['in --prefix', ['relay', '--demo', '--to', 'mqtt://127.0.0.1:1', '--prefix', `${SECRET}/#`]],
    ['in --rate', ['relay', '--demo', '--to', 'mqtt://127.0.0.1:1', '--rate', SECRET]],
    ['in --depth', ['relay', '--demo', '--to', 'mqtt://127.0.0.1:1', '--depth', SECRET]],
    ['in --format', ['relay', '--demo', '--to', 'mqtt://127.0.0.1:1', '--format', SECRET]],
    ['in --shard', ['relay', '--demo', '--to', 'mqtt://127.0.0.1:1', '--shard', SECRET]],
    ['in --symbols', ['relay', '--demo', '--to', 'mqtt://127.0.0.1:1', '--symbols', SECRET]],
    ['in --decoder beside --settrade', ['watch', 'AOT', '--settrade', '--decoder', SECRET]],
  ])('%s is refused and not printed', async (_, args) => {
    const [exitCode, text] = await printedBy(args);
    expect(exitCode).toBe(2);
    expect(text.toLowerCase()).not.toContain(SECRET.toLowerCase());
  });

  it.each([
    ['in the path', (port: number) => `ws://127.0.0.1:${port}/${SECRET}`],
    ['in the query', (port: number) => `ws://127.0.0.1:${port}/mqtt?token=${SECRET}`],
  ])('%s in a valid address is used and printed in no line of the log', async (_, urlAt) => {
    const url = urlAt(await absentPort());
    for (const more of [[], ['--json']]) {
      const [, text] = await printedBy([...watching, url, '--seconds', '0.2', ...more]);
      expect(text).toContain('watching');
      expect(text).toContain(new URL(url).origin);
      expect(text).not.toContain(SECRET);
    }
  });
});

describe('a secret in the environment', () => {
  const account = {
    SETTRADE_APP_ID: 'id',
    SETTRADE_APP_SECRET: Buffer.alloc(32, 1).toString('base64'),
    SETTRADE_APP_CODE: 'ALGO',
    SETTRADE_BROKER_ID: '013',
  };

  it.each([
    [[...watching, 'wss://127.0.0.1:1'], { API_TOKEN: `${SECRET}\nnext` }],
    [[...watching, 'mqtt://127.0.0.1:1'], { MQTT_PASSWORD: SECRET }],
    [[...watching, 'mqtt://127.0.0.1:1'], { API_TOKEN: SECRET, MQTT_USERNAME: SECRET, MQTT_PASSWORD: SECRET }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_APP_ID: `${SECRET} ${SECRET}\n` }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_APP_SECRET: `${SECRET}!` }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_APP_CODE: `${SECRET}/x` }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_BROKER_ID: `${SECRET}/x` }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_BASE_URL: `https://u:${SECRET}@h` }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_BASE_URL: `${SECRET}:x` }],
    [['watch', 'AOT', '--settrade'], { ...account, SETTRADE_BASE_URL: `https://u%3A${SECRET}%40h` }],
  ])('is refused and not printed if it is wrong: %j with %j', async (args, env) => {
    const [exitCode, text] = await printedBy(args, env);
    expect(exitCode).toBe(2);
    expect(text.toLowerCase()).not.toContain(SECRET.toLowerCase());
  });

  it.each([{ API_TOKEN: SECRET }, { MQTT_USERNAME: SECRET, MQTT_PASSWORD: SECRET }])(
    'is not printed with the problems of a run that can not connect: %j',
    async (env) => {
      const url = `mqtt://127.0.0.1:${await absentPort()}`;
      for (const more of [[], ['--json'], [...own, '--json-fields', 'bid=b,ask=a']]) {
        const [, text] = await printedBy([...watching, url, '--seconds', '0.2', ...more], env);
        expect(text).toMatch(/RXP_\w+ /);
        expect(text).not.toContain(SECRET);
      }
    },
  );

  it('is not printed if it is the path of another deployment of Settrade', async () => {
    const baseUrl = `http://127.0.0.1:${await absentPort()}/${SECRET}`;
    const env = { ...account, SETTRADE_BASE_URL: baseUrl };
    const [, text] = await printedBy(['watch', 'AOT', '--settrade', '--seconds', '0.2'], env);
    expect(text).toContain('watching');
    expect(text).not.toContain(SECRET);
  });
});
