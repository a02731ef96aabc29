import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import type { Endpoint } from '../../src/model/transport.js';

/** The version that is built, with Go, when there is none in `.tmp/nats`. */
const VERSION = 'v2.15.3';
const NODES = 3;
const START_LIMIT = 30_000;
const login = { username: 'relay', password: 'correct horse' };

/** Three NATS servers with MQTT and JetStream, all on loopback. */
export interface NatsCluster {
  /** Each node over TCP, and over WebSocket. */
  readonly nodes: readonly { readonly tcp: Endpoint; readonly ws: Endpoint }[];
  /**
   * The node that stores retained messages. A publisher on another node waits for it with each message.
   */
  readonly leader: number;
  /** Kills a node and starts it again. */
  restart(node: number): Promise<void>;
  stop(): Promise<void>;
}

/** The server's program; built once, which takes some minutes. */
async function program(): Promise<string> {
  const folder = resolve('.tmp/nats');
  const file = join(folder, 'nats-server');
  if (existsSync(file)) return file;
  const go = existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : 'go';
  try {
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '' };
    await promisify(execFile)(go, ['install', `github.com/nats-io/nats-server/v2@${VERSION}`], { env });
  } catch (cause) {
    throw new Error(`nats-server ${VERSION} can't be built: this test needs Go and its module proxy`, { cause });
  }
  return file;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const listening = servers.map(
    (server) =>
      new Promise<number>((done) => {
        server.listen(0, '127.0.0.1', () => {
          done((server.address() as AddressInfo).port);
        });
      }),
  );
  const ports = await Promise.all(listening);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

interface Ports {
  readonly client: number;
  readonly route: number;
  readonly mqtt: number;
  readonly ws: number;
  readonly http: number;
}

function configuration(node: number, ports: readonly Ports[], directory: string): string {
  const { client, route, mqtt: port, ws, http } = ports[node] as Ports;
  const routes = ports.filter((_, index) => index !== node).map((one) => `nats://127.0.0.1:${String(one.route)}`);
  return `
server_name: n${String(node)}
listen: 127.0.0.1:${String(client)}
http: 127.0.0.1:${String(http)}
jetstream { store_dir: ${JSON.stringify(join(directory, `data${String(node)}`))} }
cluster { name: rx-quotes, listen: 127.0.0.1:${String(route)}, routes: ${JSON.stringify(routes)} }
mqtt { listen: 127.0.0.1:${String(port)} }
websocket { listen: 127.0.0.1:${String(ws)}, no_tls: true }
authorization { user: ${JSON.stringify(login.username)}, password: ${JSON.stringify(login.password)} }
`;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => {
      done(false);
    });
  });

const isGone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  const exited = new Promise((done) => child.once('exit', done));
  if (!isGone(child) && child.kill('SIGKILL')) await exited;
}

/** The stream in which NATS keeps retained messages; it makes it for the first client. */
const RETAINED = '$MQTT_rmsgs';

interface JetStream {
  readonly meta_cluster?: { readonly leader?: string; readonly cluster_size?: number };
  readonly account_details?: readonly {
    readonly stream_detail?: readonly { readonly name: string; readonly cluster?: { readonly leader?: string } }[];
  }[];
}

const jetStreamOf = async (http: number): Promise<JetStream> => {
  const answer = await fetch(`http://127.0.0.1:${String(http)}/jsz?accounts=1&streams=1`);
  return (await answer.json()) as JetStream;
};

/** The node that leads the stream of retained messages, by the monitoring of a node. */
async function leaderOf({ mqtt: port, http }: Ports): Promise<number> {
  const url = `mqtt://127.0.0.1:${String(port)}`;
  const until = performance.now() + START_LIMIT;
  while (performance.now() < until) {
    await pause(250);
    // The first client makes the stream. If it comes before all nodes are there, it gets no answer.
    const { meta_cluster: meta } = await jetStreamOf(http);
    if (meta?.cluster_size !== NODES || (meta.leader ?? '') === '') continue;
    const client = mqtt.connect(url, { ...login, reconnectPeriod: 0 }).on('error', () => undefined);
    const connected = new Promise((done) => client.once('connect', done));
    await Promise.race([connected, pause(3_000)]);
    client.end(true);
    const { account_details: accounts = [] } = await jetStreamOf(http);
    const streams = accounts.flatMap(({ stream_detail: all = [] }) => all);
    const leader = streams.find(({ name }) => name === RETAINED)?.cluster?.leader;
    if (leader !== undefined && leader !== '') return Number(leader.slice(1));
  }
  throw new Error(`the cluster has no leader for ${RETAINED} within ${String(START_LIMIT)} ms`);
}

/** Starts a cluster; throws when it does not start. */
export async function startNats(): Promise<NatsCluster> {
  const binary = await program();
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-nats-'));
  const free = await freePorts(5 * NODES);
  const ports = Array.from({ length: NODES }, (_, node): Ports => {
    const [client = 0, route = 0, port = 0, ws = 0, http = 0] = free.slice(5 * node);
    return { client, route, mqtt: port, ws, http };
  });
  let said = '';
  const children: ChildProcess[] = [];
  const start = (node: number): void => {
    const file = join(directory, `n${String(node)}.conf`);
    writeFileSync(file, configuration(node, ports, directory));
    const child = spawn(binary, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-8_000);
    });
    children[node] = child;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    rmSync(directory, { recursive: true, force: true });
  };
  const ready = async (node: number): Promise<void> => {
    const until = performance.now() + START_LIMIT;
    for (;;) {
      if (await accepts((ports[node] as Ports).mqtt)) return;
      if (performance.now() > until || isGone(children[node] as ChildProcess)) {
        await stop();
        throw new Error(`${binary} does not start: ${said}`);
      }
      await pause(100);
    }
  };
  ports.forEach((_, node) => {
    start(node);
  });
  await Promise.all(ports.map((_, node) => ready(node)));
  const first = ports[0] as Ports;
  const leader = await leaderOf(first).catch(async (error: unknown) => {
    await stop();
    throw new Error(`the cluster is not ready: ${said}`, { cause: error });
  });
  return {
    leader,
    nodes: ports.map(({ mqtt: port, ws }) => ({
      tcp: { url: `mqtt://127.0.0.1:${String(port)}`, ...login },
      ws: { url: `ws://127.0.0.1:${String(ws)}/mqtt`, ...login },
    })),
    restart: async (node) => {
      await end(children[node] as ChildProcess);
      start(node);
      await ready(node);
    },
    stop,
  };
}
