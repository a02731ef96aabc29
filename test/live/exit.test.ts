import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Endpoint } from '../../src/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { absentPort, type LocalServer, startSilentTcp, startSilentWs, startServer } from '../contract/silentServer.js';
import type { Scene } from './exit/program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Only bounds the test: the program is killed, and the signal shows. */
const patience = 20_000;

let directory: string;
let program: string;
let venue: SimulatedVenue;
let servers: Readonly<Record<'silent' | 'silentWs' | 'silentAfterConnack', LocalServer>>;
let absent: number;
beforeAll(async () => {
  // Beside node_modules, where the program's packages are.
  directory = mkdtempSync(join(root, 'node_modules', '.exit-'));
  program = join(directory, 'program.mjs');
  await build({
    entryPoints: [join(root, 'test/live/exit/program.ts')],
    outfile: program,
    alias: { '#transport': join(root, 'src/mqtt/transport/node/nodeTransport.ts') },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm' },
  });
  venue = await startSimulatedVenue({ symbols: ['AOT'], rate: 0 });
  absent = await absentPort();
  servers = {
    silent: await startSilentTcp(),
    silentWs: await startSilentWs(),
    // Takes no notice of a client that says goodbye.
    silentAfterConnack: await startServer(createServer({ allowHalfOpen: true }), (socket) => {
      socket.resume().once('data', () => socket.write(Uint8Array.of(0x20, 2, 0, 0)));
    }),
  };
});
afterAll(async () => {
  await venue.stop();
  await Promise.all(Object.values(servers).map(({ stop }) => stop()));
  rmSync(directory, { recursive: true });
});

const at = (scheme: string, port: number): Endpoint => ({ url: `${scheme}://127.0.0.1:${String(port)}` });
const live = (): Endpoint => ({ url: venue.tcpUrl });
const liveWs = (): Endpoint => ({
  url: venue.wsUrl,
  headers: { Authorization: `Bearer ${venue.dispatcherToken()}` },
});

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly printed: string;
}

function run(scene: Scene): Promise<Exit> {
  const child = spawn(process.execPath, [program, JSON.stringify(scene)], { timeout: patience, killSignal: 'SIGKILL' });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal, printed });
    });
  });
}

const ofItself: Exit = { code: 0, signal: null, printed: 'done' };

const places: readonly (readonly [string, string, (() => Endpoint) | undefined])[] = [
  ['asking for credentials', 'connecting credentials', undefined],
  ['waiting for the upgrade', 'connecting network', () => at('ws', servers.silent.port)],
  ['waiting for CONNACK over TCP', 'connecting handshake', () => at('mqtt', servers.silent.port)],
  ['waiting for CONNACK over a WebSocket', 'connecting handshake', () => at('ws', servers.silentWs.port)],
  ['waiting for a SUBACK', 'connecting subscribing', () => at('mqtt', servers.silentAfterConnack.port)],
  ['live over TCP', 'live', live],
  ['live over a WebSocket', 'live', liveWs],
  ['waiting to try again', 'waiting', () => at('mqtt', absent)],
  ['rejected', 'rejected', () => ({ url: venue.wsUrl })],
];

const scene = (end: Scene['end'], state?: string, endpoint?: () => Endpoint): Scene => ({
  end,
  ...(state === undefined ? {} : { state }),
  ...(endpoint === undefined ? {} : { endpoint: endpoint() }),
});

it.concurrent.each(places)(
  'a process ends by itself after close() while %s',
  async (_, state, endpoint) => {
    expect(await run(scene('close', state, endpoint))).toEqual(ofItself);
  },
  2 * patience,
);

it.concurrent.each(places)(
  'a process ends by itself after all subscribers unsubscribed while %s, without close()',
  async (_, state, endpoint) => {
    expect(await run(scene('unsubscribe', state, endpoint))).toEqual(ofItself);
  },
  2 * patience,
);

it.concurrent.each(['close', 'forget'] as const)(
  'a feed without a subscriber keeps no process alive: %s',
  async (end) => {
    expect(await run(scene(end, undefined, live))).toEqual(ofItself);
  },
  2 * patience,
);

it(
  'a process with a subscription does not end by itself',
  async () => {
    const child = spawn(process.execPath, [program, JSON.stringify(scene('forget', 'live', live))]);
    const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    // The event loop of an idle process would have ended long before the venue has answered twice.
    venue.dropConnections();
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (venue.connections === 0) return;
        clearInterval(look);
        resolve();
      }, 20);
    });
    expect(child.exitCode).toBe(null);
    child.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');
  },
  2 * patience,
);
