import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { readRelayedQuote, readRelayStatus } from '../../src/relay/generated/relay.js';
import { startMosquitto } from '../support/mosquittoBroker.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const broker = await startMosquitto();
let directory: string;
beforeAll(async () => {
  // Beside node_modules, where the program's packages are.
  directory = mkdtempSync(join(root, 'node_modules', '.relay-'));
  await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    outfile: join(directory, 'main.mjs'),
    alias: { '#transport': join(root, 'src/mqtt/transport/node/nodeTransport.ts') },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm' },
  });
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await broker.stop();
});

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

const { username, password, urls } = broker;

/** A process that relays a simulated market. */
function start(
  prefix: string,
  ...more: readonly string[]
): { readonly child: ChildProcess; readonly code: Promise<unknown> } {
  const args = ['relay', 'AOT', 'S.J', '--demo', '--prefix', prefix, '--to', urls.mqtt, '--rate', '20', ...more];
  const child = spawn(process.execPath, [join(directory, 'main.mjs'), ...args], {
    env: { ...process.env, RX_QUOTES_RELAY_USERNAME: username, RX_QUOTES_RELAY_PASSWORD: password },
    stdio: 'ignore',
  });
  const code = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await code;
  });
  return { child, code };
}

/** A reader that reconnects, and all that it gets. */
async function read(prefix: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  const reader = await mqtt.connectAsync(urls.ws, { username, password, reconnectPeriod: 50 });
  onTestFinished(() => reader.endAsync(true));
  reader.on('message', (topic, payload, { retain }) => {
    messages.push({ topic, payload: new Uint8Array(payload), retain });
  });
  await reader.subscribeAsync(`${prefix}/#`);
  return messages;
}

const quotesOf = (messages: readonly Message[]): readonly Message[] =>
  messages.filter(({ topic }) => topic.includes('/quote/'));
const statusesOf = (messages: readonly Message[]): ReturnType<typeof readRelayStatus>[] =>
  messages
    .filter(({ topic, retain }) => topic.includes('/relay/') && !retain)
    .map(({ payload }) => readRelayStatus(payload));

const flowing = async (messages: readonly Message[]): Promise<void> => {
  await vi.waitFor(
    () => {
      const topics = new Set(quotesOf(messages).map(({ topic }) => topic.split('/').at(-1)));
      expect([...topics].sort()).toEqual(['AOT', 'S.J']);
    },
    { timeout: 20_000 },
  );
};

test('a relay that is killed has its last will published at once, and the next run is read from its first status on', async () => {
  const messages = await read('killed');
  const { child, code } = start('killed');
  await flowing(messages);
  const { run } = readRelayedQuote(quotesOf(messages)[0]?.payload ?? new Uint8Array());
  const killedAt = performance.now();
  child.kill('SIGKILL');
  await vi.waitFor(
    () => {
      expect(statusesOf(messages).at(-1)).toMatchObject({ run, state: 3, sequence: 0xffff_ffff });
    },
    { timeout: 5_000, interval: 5 },
  );
  expect(performance.now() - killedAt).toBeLessThan(2_000);
  await code;

  const count = messages.length;
  start('killed');
  await vi.waitFor(
    () => {
      const after = messages.slice(count);
      expect(quotesOf(after).length).toBeGreaterThan(0);
      // The status comes before the first quote, and both have the new run.
      expect(after[0]?.topic).toBe('killed/relay/1');
      const next = statusesOf(after)[0]?.run;
      expect(next).not.toBe(run);
      expect(new Set(quotesOf(after).map(({ payload }) => readRelayedQuote(payload).run))).toEqual(new Set([next]));
    },
    { timeout: 20_000 },
  );
});

test('a relay that gets SIGTERM says that it ended, without a last will, and exits with 0', async () => {
  const messages = await read('ended');
  const { child, code } = start('ended');
  await flowing(messages);
  child.kill('SIGTERM');
  expect(await code).toBe(0);
  await vi.waitFor(() => {
    expect(statusesOf(messages).filter(({ state }) => state === 3)).toMatchObject([{ reason: 'the relay was closed' }]);
  });
});

test('the counters of each topic go up by one, also after the broker was killed and started again', async () => {
  const messages = await read('restarted');
  start('restarted', '--format', 'protobuf', '--depth', '10');
  await flowing(messages);
  const before = messages.length;
  await broker.restart();
  await vi.waitFor(
    () => {
      expect(quotesOf(messages.slice(before)).length).toBeGreaterThan(10);
    },
    { timeout: 20_000 },
  );
  const after = messages.slice(before);
  // The newest status comes before all quotes, which the relay publishes again.
  const first = after.findIndex(({ topic }) => topic.includes('/quote/'));
  expect(after.slice(0, first).some(({ topic }) => topic === 'restarted/relay/1')).toBe(true);
  for (const symbol of ['AOT', 'S.J']) {
    const counters = quotesOf(messages)
      .filter(({ topic }) => topic.endsWith(`/${symbol}`))
      .map(({ payload }) => readRelayedQuote(payload).counter);
    const jumps = counters.filter((counter, index) => counter !== (counters[index - 1] ?? 0) + 1);
    // The reader starts with a retained image or the first, and misses the messages that were lost with the broker.
    expect(jumps.length).toBeLessThanOrEqual(2);
    expect([...counters].sort((one, other) => one - other)).toEqual(counters);
  }
});
