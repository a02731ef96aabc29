import { type ChildProcess, spawn } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, expect, test, vi } from 'vitest';

const [, chapter = ''] = readFileSync('docs/relay.md', 'utf8').split('\n## Mosquitto\n');
const [configuration = '', acl = ''] = [...chapter.matchAll(/```\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-page-'));
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A line of a file of passwords, as `mosquitto_passwd` writes it. */
function account(user: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync('correct horse', salt, 101, 64, 'sha512');
  return `${user}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}\n`;
}

test('with the configuration of the page a relay may publish, and a reader may only read, over TCP and WebSocket', async () => {
  const [tcp, ws] = [await freePort(), await freePort()];
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const text = configuration
    .replace('/etc/mosquitto/passwords', file('passwords', account('relay') + account('reader')))
    .replace('/etc/mosquitto/acl', file('acl', acl))
    .replace('/var/lib/mosquitto/', `${directory}/`)
    .replace('listener 1883', `listener ${String(tcp)}`)
    .replace('listener 9001', `listener ${String(ws)}`);
  // Started as root it would become a user who can't read the files here.
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  child = spawn('mosquitto', ['-c', file('mosquitto.conf', user + text)], { env, stdio: 'ignore' });

  const connect = (url: string, username?: string): Promise<mqtt.MqttClient> =>
    mqtt.connectAsync(url, {
      reconnectPeriod: 0,
      ...(username === undefined ? {} : { username, password: 'correct horse' }),
    });
  const [tcpUrl, wsUrl] = [`mqtt://127.0.0.1:${String(tcp)}`, `ws://127.0.0.1:${String(ws)}`];
  const relay = await vi.waitFor(() => connect(tcpUrl, 'relay'), { timeout: 10_000, interval: 100 });
  const reader = await connect(wsUrl, 'reader');
  const topics: string[] = [];
  for (const client of [relay, reader]) {
    client.on('message', (topic, payload) => {
      topics.push(`${client === relay ? 'relay' : 'reader'} ${topic} ${payload.toString()}`);
    });
  }
  await relay.subscribeAsync('rx-quotes/relay/1');
  await reader.subscribeAsync('rx-quotes/#');
  await reader.publishAsync('rx-quotes/quote/AOT', 'forged', { retain: true, qos: 1 });
  await reader.publishAsync('rx-quotes/relay/1', 'forged', { retain: true, qos: 1 });
  await relay.publishAsync('rx-quotes/relay/1', 'status', { retain: true, qos: 1 });
  await relay.publishAsync('elsewhere', 'status', { qos: 1 });
  await vi.waitFor(() => {
    expect(topics.toSorted()).toEqual(['reader rx-quotes/relay/1 status', 'relay rx-quotes/relay/1 status']);
  });
  await expect(connect(tcpUrl)).rejects.toThrow(/Not authorized/);
  relay.end(true);
  reader.end(true);
});
