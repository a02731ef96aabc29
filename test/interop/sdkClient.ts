import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The version of settrade-v2 that the project's facts are from. */
const sdk = 'settrade-v2==2.2.1';

/** A Python that has the official SDK: the one named by SETTRADE_SDK_PYTHON, or one of our own, from PyPI. */
export function pythonWithSdk(): string {
  const named = process.env.SETTRADE_SDK_PYTHON;
  if (named !== undefined) return named;
  const home = resolve('.tmp/interop/venv');
  const python = join(home, 'bin/python');
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', home], { stdio: 'pipe' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', sdk], { stdio: 'pipe' });
  return python;
}

/** Options of the client; see sdk_client.py. */
export interface SdkOptions {
  readonly base: string;
  readonly caFile: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly appCode: string;
  readonly brokerId: string;
  readonly symbols: readonly string[];
  readonly markets: readonly string[];
  readonly derivativesMarkets: readonly string[];
}

/** A line the client has printed. */
export interface SdkLine {
  readonly kind: 'signed in' | 'quote' | 'info' | 'candle' | 'market' | 'derivatives' | 'stopped';
  readonly key?: string;
  readonly is_success?: boolean;
  readonly message?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The running client. */
export interface SdkClient {
  readonly lines: readonly SdkLine[];
  /** The text that it wrote to stderr. */
  readonly complaints: () => string;
  /** Asks it to unsubscribe and leave; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the official SDK in a process of its own. */
export function startSdkClient(python: string, options: SdkOptions): SdkClient {
  // Importing the SDK writes a settings file and a folder of logs.
  const home = resolve('.tmp/interop/home');
  mkdirSync(home, { recursive: true });
  const child = spawn(python, [resolve('test/interop/sdk_client.py'), JSON.stringify(options)], {
    cwd: home,
    env: { ...process.env, HOME: home, REQUESTS_CA_BUNDLE: options.caFile, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: SdkLine[] = [];
  let complaints = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as SdkLine);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return {
    lines,
    complaints: () => complaints,
    stop: () => {
      child.stdin.end();
      const last = setTimeout(() => child.kill('SIGKILL'), 10_000);
      return ended.finally(() => {
        clearTimeout(last);
      });
    },
  };
}
