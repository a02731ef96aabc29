import { fork } from 'node:child_process';
import process from 'node:process';

/** A process of the benchmark with one job; it answers each request with a reading. */
export interface Child<R> {
  read(): Promise<R>;
  stop(): void;
}

/** Starts this program again with a job. Resolves when the job is ready. */
export async function startChild<R>(job: {
  readonly role: string;
  readonly [option: string]: unknown;
}): Promise<Child<R>> {
  const child = fork(process.argv[1]!, [JSON.stringify(job)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  process.once('exit', () => {
    child.kill('SIGKILL');
  });
  const next = (): Promise<R> =>
    new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => {
        reject(new Error(`the process of ${job.role} ended with code ${String(code)}`));
      };
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        resolve(message as R);
      });
    });
  await next();
  return {
    read: () => {
      const answer = next();
      child.send('read');
      return answer;
    },
    stop: () => {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    },
  };
}

/** Serves in a child: reports that it is ready, and answers each request. */
export function serveChild(read: () => object): void {
  process.once('disconnect', () => process.exit());
  process.on('message', () => process.send?.(read()));
  process.send?.({});
}

/** Processor time of this process since its start, in ms. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
