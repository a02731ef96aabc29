import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';

export interface Mosquitto {
  readonly port: number;
  readonly stop: () => void;
}

const searchPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;

/** Its version as it prints it, or `undefined` where it isn't installed. */
export function mosquittoVersion(): string | undefined {
  const { stdout, error } = spawnSync('mosquitto', ['-h'], { encoding: 'utf8', env: { PATH: searchPath } });
  return error === undefined ? /version (\S+)/.exec(stdout)?.[1] : undefined;
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function tryStart(directory: string): Promise<Mosquitto | undefined> {
  const port = await freePort();
  const file = join(directory, 'mosquitto.conf');
  writeFileSync(file, `listener ${String(port)} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type error\n`);
  const child: ChildProcess = spawn('mosquitto', ['-c', file], { stdio: 'ignore', env: { PATH: searchPath } });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    if (await accepts(port)) return { port, stop };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  stop();
  return undefined;
}

/** Starts a Mosquitto on a loopback port. Somebody else may take the port first: then another is tried. */
export async function startMosquitto(directory: string): Promise<Mosquitto> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const started = await tryStart(directory);
    if (started !== undefined) return started;
  }
  throw new Error('mosquitto did not accept a connection within 5 s, five times');
}
