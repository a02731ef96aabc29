import type { Buffer } from 'node:buffer';
import { fork } from 'node:child_process';
import process from 'node:process';

/** A process that was given one job. */
export interface Worker {
  /** Resolves with the process's report; rejects when the process ends before, or takes longer than `patience` ms. */
  readonly answer: (patience: number) => Promise<unknown>;
  readonly stop: () => void;
}

interface Failure {
  readonly failure: string;
}

const isFailure = (message: unknown): message is Failure =>
  typeof message === 'object' && message !== null && 'failure' in message;

const running = new Set<() => void>();

/** Ends every process that was started when this one ends, also by a signal; `cleanUp` is called after that. */
export function stopWorkersAtExit(cleanUp: () => void = () => undefined): void {
  process.once('exit', () => {
    for (const stop of running) stop();
    cleanUp();
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

/** How much of the end of a worker's stderr a failure repeats, in characters. */
const mostOutput = 2_000;

/** Starts a program as a process of its own and passes a job to it; `name` is its name in failures. */
export function startWorker(program: string, name: string, job: object, execArgv: readonly string[] = []): Worker {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [...execArgv] });
  let output = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    output = (output + bytes.toString()).slice(-mostOutput);
  });
  const stop = (): void => void child.kill('SIGKILL');
  running.add(stop);
  const answered = new Promise<unknown>((resolve, reject) => {
    child.once('message', (message) => {
      if (isFailure(message)) reject(new Error(`${name}: ${message.failure}`));
      else resolve(message);
    });
    child.once('error', (cause) => reject(new Error(`${name} does not start`, { cause })));
    child.once('close', (code, signal) => {
      running.delete(stop);
      reject(new Error(`${name} ended with ${signal ?? `code ${String(code)}`}\n${output}`));
    });
  });
  // A stopped worker has no answer, and its failure is ignored.
  answered.catch(() => undefined);
  child.send(job);
  return {
    stop,
    answer: (patience) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`${name} did not answer within ${String(patience / 1_000)} s\n${output}`));
        }, patience);
        answered.then(resolve, reject).finally(() => clearTimeout(timer));
      }),
  };
}

/** Runs in a worker's process: takes its job, does it, and reports. The process lives until it is stopped or its parent ends. */
export function serveJob(work: (job: unknown) => Promise<object>): void {
  process.once('disconnect', () => process.exit());
  process.once('message', (job) => {
    work(job).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
    );
  });
}
