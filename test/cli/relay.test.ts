import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../../src/cli/run.js';
import { isTradable, quoteFeed } from '../../src/index.js';
import { readRelayStatus } from '../../src/relay/generated/relay.js';
import { relayVenue } from '../../src/relay/index.js';
import { shardOf } from '../../src/relay/shardOf.js';
import { startAedes } from '../support/aedesBroker.js';
import { fakeTerminal } from './fakeTerminal.js';

const account = { RX_QUOTES_RELAY_USERNAME: 'relay', RX_QUOTES_RELAY_PASSWORD: 'correct horse' };
const broker = await startAedes({
  authenticate: (username, password) =>
    username === undefined || (username === 'relay' && password === 'correct horse'),
});
const folder = mkdtempSync(join(tmpdir(), 'rx-quotes-relay-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await broker.stop();
});

/** A run of the command, until `end()`. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = account) {
  const terminal = fakeTerminal();
  const code = run(['relay', ...args, '--to', broker.tcpUrl], terminal, { env });
  onTestFinished(async () => {
    terminal.end('interrupted');
    await code;
  });
  return { terminal, code };
}

/** Topics and payloads under a prefix, as they come. */
async function follow(prefix: string): Promise<{ readonly topic: string; readonly payload: Uint8Array }[]> {
  const messages: { topic: string; payload: Uint8Array }[] = [];
  const reader = await mqtt.connectAsync(broker.tcpUrl, { reconnectPeriod: 0 });
  onTestFinished(() => reader.endAsync(true));
  reader.on('message', (topic, payload) => {
    messages.push({ topic, payload: new Uint8Array(payload) });
  });
  await reader.subscribeAsync(`${prefix}/#`);
  return messages;
}

test('the command relays a simulated market to tradable quotes, shows both connections, and ends cleanly at a signal', async () => {
  const messages = await follow('desk');
  const { terminal, code } = start(['--demo', '--prefix', 'desk', '--rate', '10']);
  const feed = quoteFeed({ venue: relayVenue({ url: broker.wsUrl, prefix: 'desk' }) });
  onTestFinished(() => feed.close());
  const tradable = new Set<string>();
  feed.quotes().subscribe((quote) => {
    if (isTradable(quote)) tradable.add(quote.symbol);
  });
  await vi.waitFor(
    () => {
      expect([...tradable].sort()).toEqual(['ADVANC', 'AOT', 'DELTA', 'PTT', 'S & J']);
    },
    { timeout: 10_000 },
  );
  terminal.end('interrupted');
  expect(await code).toBe(0);
  expect(terminal.lines.at(-1)).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} from mqtt:\/\/127.0.0.1:\d+: Live\. \| to mqtt:\/\/127.0.0.1:\d+: Live\. \| \d+\.\d published a second; \d+ updates? so far, \d+ conflated, \d+ waiting$/,
  );
  expect(terminal.lines.join()).not.toContain('Closed');
  expect(terminal.errors()).toBe('');
  const last = messages.filter(({ topic }) => topic === 'desk/relay/1').at(-1);
  expect(last && readRelayStatus(last.payload)).toMatchObject({ state: 3, reason: 'the relay was closed' });
});

test('a file of symbols that names none is refused, instead of a relay that publishes nothing', async () => {
  const file = join(folder, 'empty.txt');
  writeFileSync(file, ' \n\n');
  const { terminal, code } = start(['--url', 'mqtt://127.0.0.1:1', '--symbols', file]);
  expect(await code).toBe(2);
  expect(terminal.errors()).toMatch(/^rx-quotes: --symbols is .*: it names no symbol: pass the path of a file/);
});

test('the command relays its shard of the symbols that are named and those of a file', async () => {
  const messages = await follow('shards');
  const symbols = ['AOT', 'PTT', 'CPF', 'BDMS', 'KBANK', 'SCB'];
  const file = join(folder, 'symbols.txt');
  writeFileSync(file, `${symbols.slice(1).join('\r\n').toLowerCase()}\n\n`);
  start([
    'aot',
    '--symbols',
    file,
    '--demo',
    '--prefix',
    'shards',
    '--shard',
    '2/2',
    '--format',
    'json',
    '--depth',
    '10',
  ]);
  const own = symbols.filter((symbol) => shardOf(symbol, 2) === 2).sort();
  await vi.waitFor(
    () => {
      const topics = new Set(messages.filter(({ topic }) => topic.includes('/quote/')).map(({ topic }) => topic));
      expect([...topics].sort()).toEqual(own.map((symbol) => `shards/quote/${symbol}`));
    },
    { timeout: 10_000 },
  );
  expect(messages.some(({ topic }) => topic === 'shards/relay/2')).toBe(true);
  const { payload } = messages.find(({ topic }) => topic.includes('/quote/')) ?? { payload: new Uint8Array() };
  expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ quote: { depth: 10 } });
});

test('the command ends with 1 when another relay is started with its prefix', async () => {
  const first = start(['--demo', '--prefix', 'twins']);
  await vi.waitFor(
    () => {
      expect(first.terminal.lines.join()).toMatch(/to mqtt:\S+ Live/);
    },
    { timeout: 10_000 },
  );
  start(['--demo', '--prefix', 'twins']);
  expect(await first.code).toBe(1);
  expect(first.terminal.errors()).toContain(
    'another relay was started later for the same topics (prefix twins, shard 1 of 1',
  );
});

test('the command ends with 1 and names --format json for quotes that are no books', async () => {
  const source = ['--url', broker.tcpUrl, '--topic', 'px/{symbol}', '--json-fields', 'bid=b,ask=a'];
  const { terminal, code } = start(['aot', ...source, '--prefix', 'fields']);
  const publishing = setInterval(() => void broker.publish('px/aot', Buffer.from('{"b":1,"a":2}')), 50);
  onTestFinished(() => {
    clearInterval(publishing);
  });
  expect(await code).toBe(1);
  expect(terminal.errors()).toContain("format: 'json'");
});

test.each([
  [{ RX_QUOTES_RELAY_PASSWORD: 'hunter2' }, 'RX_QUOTES_RELAY_USERNAME is undefined: set it too'],
  [{ RX_QUOTES_RELAY_USERNAME: '' }, 'RX_QUOTES_RELAY_USERNAME is "": give it a value'],
])('%j is refused with exit code 2, showing no secret', async (env, named) => {
  const { terminal, code } = start(['--demo'], env);
  expect(await code).toBe(2);
  expect(terminal.errors()).toContain(named);
  expect(terminal.errors()).not.toContain('hunter');
});

test('a wrong password is shown as the state of the link, and not printed', async () => {
  const { terminal } = start(['--demo', '--prefix', 'wrong'], { ...account, RX_QUOTES_RELAY_PASSWORD: 'hunter2' });
  await vi.waitFor(
    () => {
      expect(terminal.lines.at(-1)).toMatch(/to mqtt:\S+ .*(refuses user name or password|does not authorize)/);
    },
    { timeout: 10_000 },
  );
  expect([...terminal.lines, terminal.errors()].join()).not.toContain('hunter');
});
