import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** A Mosquitto in a process of its own, on loopback. */
export interface BrokerProcess {
  readonly tcpUrl: string;
  readonly wsUrl: string;
  /** Processor time since its start, in ms. */
  cpu(): number;
  /** Resident memory in bytes. */
  memory(): number;
  stop(): void;
}

/** The unit of the times in /proc, in ms: 100 ticks a second on Linux. */
const tick = 10;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
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

/** Starts Mosquitto with a listener for TCP and one for WebSockets, with the settings that docs/relay.md gives. */
export async function startBrokerProcess(): Promise<BrokerProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-relay-'));
  const [tcp, ws] = [await freePort(), await freePort()];
  const file = join(directory, 'mosquitto.conf');
  const lines = [
    ...['allow_anonymous true', 'persistence false', 'log_type error', 'set_tcp_nodelay true'],
    ...[`listener ${String(tcp)} 127.0.0.1`, `listener ${String(ws)} 127.0.0.1`, 'protocol websockets', ''],
  ];
  writeFileSync(file, lines.join('\n'));
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore', env: { PATH: path } });
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  for (let round = 0; round < 200 && !((await accepts(tcp)) && (await accepts(ws))); round += 1) {
    if (child.exitCode !== null) throw new Error('mosquitto does not start');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const read = (name: string): string => readFileSync(`/proc/${String(child.pid)}/${name}`, 'utf8');
  return {
    tcpUrl: `mqtt://127.0.0.1:${String(tcp)}`,
    wsUrl: `ws://127.0.0.1:${String(ws)}`,
    cpu: () => {
      // Behind the name of the program, the 12th and 13th fields are the times in user and kernel mode.
      const fields = read('stat').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * tick;
    },
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(read('status'))?.[1]) * 1_024,
    stop: () => {
      child.kill('SIGKILL');
    },
  };
}
