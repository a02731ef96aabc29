import { type ChildProcess, spawn } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import mqtt from 'mqtt';
import { type CertificateOptions, type Certificates, makeCertificates } from './certificates.js';

export type MosquittoScheme = 'mqtt' | 'mqtts' | 'ws' | 'wss';

export interface MosquittoBroker {
  /** Listeners by scheme, all on loopback. */
  readonly urls: Readonly<Record<MosquittoScheme, string>>;
  readonly certificates: Certificates;
  readonly username: string;
  readonly password: string;
  /** A topic tree whose subscription is answered with 128. */
  readonly refusedTree: string;
  /** A topic tree whose subscriptions are granted, and get nothing. */
  readonly silentTree: string;
  /** Publishes with QoS 1 and resolves when the broker has acknowledged, or was killed before it did. */
  publish(topic: string, payload: Uint8Array, retain?: boolean): Promise<void>;
  /** Kills the broker without a goodbye and starts it again on the same ports. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const SCHEMES: readonly MosquittoScheme[] = ['mqtt', 'mqtts', 'ws', 'wss'];
const username = 'trader';
const password = 'correct horse';
const refusedTree = 'forbidden';
const silentTree = 'without-data';
const START_ATTEMPTS = 5;

function findFile(name: string, directories: readonly string[]): string {
  const found = directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `${name} is not in ${directories.join(', ')}: these tests need it; on Debian: apt-get install mosquitto`,
  );
}

const findBroker = (): string =>
  findFile('mosquitto', [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']);

const findPlugin = (): string => {
  const libraries = ['/usr/lib', '/usr/local/lib'].filter((path) => existsSync(path));
  const nested = libraries.flatMap((path) => readdirSync(path).map((name) => join(path, name)));
  return findFile('mosquitto_dynamic_security.so', [...libraries, ...nested]);
};

/** Accounts and rights: the plugin answers a refused subscription with 128, which an `acl_file` does not. */
function security(): string {
  const salt = randomBytes(12);
  const acl = (acltype: string, topic: string, allow: boolean, priority: number): object => ({
    acltype,
    topic,
    allow,
    priority,
  });
  return JSON.stringify({
    defaultACLAccess: { publishClientSend: true, publishClientReceive: true, subscribe: true, unsubscribe: true },
    clients: [
      {
        username,
        salt: salt.toString('base64'),
        password: pbkdf2Sync(password, salt, 101, 64, 'sha512').toString('base64'),
        iterations: 101,
        roles: [{ rolename: 'reader' }],
      },
    ],
    groups: [],
    roles: [
      {
        rolename: 'reader',
        acls: [
          acl('subscribePattern', `${refusedTree}/#`, false, 1),
          acl('publishClientReceive', `${silentTree}/#`, false, 1),
        ],
      },
    ],
  });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            resolve((server.address() as AddressInfo).port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function configuration(
  directory: string,
  ports: readonly number[],
  { certFile, keyFile }: Certificates,
  settings: readonly string[],
): string {
  const listeners = SCHEMES.flatMap((scheme, index) => [
    `listener ${String(ports[index])} 127.0.0.1`,
    ...(scheme.startsWith('ws') ? ['protocol websockets'] : []),
    ...(scheme.endsWith('s') && scheme !== 'ws' ? [`certfile ${certFile}`, `keyfile ${keyFile}`] : []),
  ]);
  return [
    // Started as root it would become a user who can't read the files here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'persistence false',
    'allow_anonymous false',
    'max_queued_messages 0',
    ...settings,
    `plugin ${findPlugin()}`,
    `plugin_opt_config_file ${join(directory, 'security.json')}`,
    ...listeners,
    '',
  ].join('\n');
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

const gone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (!gone(child) && child.kill('SIGKILL')) await exited;
}

/** Starts the broker and waits until every port accepts; resolves with its words when it gives up. */
async function run(binary: string, file: string, ports: readonly number[]): Promise<ChildProcess | string> {
  const child = spawn(binary, ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4000);
    });
  for (let round = 0; round < 400 && !gone(child); round += 1) {
    if ((await Promise.all(ports.map(accepts))).every(Boolean) && !gone(child)) return child;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await end(child);
  return said;
}

function signal(): readonly [Promise<void>, () => void] {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return [given, give];
}

/**
 * A real Mosquitto on free loopback ports: TCP, TLS, WebSocket and WebSocket over TLS.
 *
 * @param settings - further lines of its configuration
 */
export async function startMosquitto(
  certificate: CertificateOptions = {},
  settings: readonly string[] = [],
): Promise<MosquittoBroker> {
  const binary = findBroker();
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-mosquitto-'));
  const certificates = makeCertificates(directory, certificate);
  const file = join(directory, 'mosquitto.conf');
  writeFileSync(join(directory, 'security.json'), security());

  let started: ChildProcess | string = '';
  let ports: readonly number[] = [];
  // Between our look and its start somebody else may take a port.
  for (let attempt = 0; attempt < START_ATTEMPTS && typeof started === 'string'; attempt += 1) {
    ports = await freePorts(SCHEMES.length);
    writeFileSync(file, configuration(directory, ports, certificates, settings));
    started = await run(binary, file, ports);
  }
  if (typeof started === 'string') throw new Error(`${binary} does not start: ${started}`);
  let child = started;
  const [mqttUrl, mqttsUrl, ws, wss] = SCHEMES.map(
    (scheme, index) => `${scheme}://127.0.0.1:${String(ports[index])}`,
  ) as [string, string, string, string];
  // One publisher per life of the broker: what it had not sent when the broker was killed is gone with it.
  const connectPublisher = (): Promise<mqtt.MqttClient> =>
    mqtt.connectAsync(mqttUrl, { username, password, reconnectPeriod: 0 });
  let publisher = connectPublisher();
  await publisher;
  let [killed, sayKilled] = signal();

  return {
    urls: { mqtt: mqttUrl, mqtts: mqttsUrl, ws, wss },
    certificates,
    username,
    password,
    refusedTree,
    silentTree,
    publish: async (topic, payload, retain = false) => {
      const client = await publisher;
      const [dying, sent] = [killed, client.publishAsync(topic, Buffer.from(payload), { qos: 1, retain })];
      await Promise.race([sent.catch(() => dying), dying]);
    },
    restart: async () => {
      const last = await publisher;
      let connected: (client: mqtt.MqttClient) => void = () => undefined;
      publisher = new Promise((resolve) => {
        connected = resolve;
      });
      last.end(true);
      await end(child);
      sayKilled();
      [killed, sayKilled] = signal();
      let again: ChildProcess | string = '';
      for (let attempt = 0; attempt < START_ATTEMPTS && typeof again === 'string'; attempt += 1)
        again = await run(binary, file, ports);
      if (typeof again === 'string') throw new Error(`${binary} does not start again: ${again}`);
      child = again;
      connected(await connectPublisher());
    },
    stop: async () => {
      (await publisher).end(true);
      await end(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
