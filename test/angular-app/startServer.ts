import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, onTestFinished } from 'vitest';

/** The server that the CLI has built, in a process of its own. */
export interface PageServer {
  readonly origin: string;
  /** Lines that the server has printed besides its address. */
  readonly printed: readonly string[];
}

/** Starts the server of a built application on a free loopback port, until the test ends. */
export async function startServer(folder: string, brokerUrl: string): Promise<PageServer> {
  const server = spawn(process.execPath, [`${folder}/server/server.mjs`], {
    env: { ...process.env, NODE_ENV: 'production', PORT: '0', BROKER_URL: brokerUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    server.kill();
  });
  const printed: string[] = [];
  createInterface(server.stderr).on('line', (line) => printed.push(line));
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      const address = /listening on (http:\S+)/.exec(line)?.[1];
      if (address === undefined) printed.push(line);
      else resolve(address);
    });
    server.once('exit', () => reject(new Error(`the server has ended: ${printed.join('\n')}`)));
  });
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  return { origin, printed };
}
