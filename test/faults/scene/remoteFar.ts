import { fork } from 'node:child_process';
import process from 'node:process';
import type { Broker } from '../broker.js';
import type { Sent } from '../judge/record.js';
import { absoluteTime } from './feedTime.js';
import { type Far, type Publisher, symbolNames } from './far.js';
import { mosquittoFar } from './mosquittoFar.js';
import { startPublisher } from './publisher.js';
import { simulatedFar } from './simulatedFar.js';

/** A far side to be started in a process of its own: one that shares the feed's thread is blocked when it is. */
export interface FarJob {
  readonly far: Broker;
  readonly symbols: number;
}

/** A request to the process: to publish, to stop publishing, or to stop the requesting process for some ms. */
type Ask = { readonly rate: number } | { readonly end: true } | { readonly stopUs: number };

/** Bytes that may wait for the feed before the venue drops: some seconds of a slow feed are less. */
const SEND_BUFFER = 4 * 1024 * 1024;

/** The work of the process: it serves until the process that started it is gone. */
export async function serveFar({ far: broker, symbols }: FarJob): Promise<void> {
  const far = await (broker === 'simulated'
    ? simulatedFar(symbols, { sendBuffer: SEND_BUFFER })
    : mosquittoFar(symbols, {}, true));
  let publisher: Publisher | undefined;
  process.on('message', (ask: Ask) => {
    if ('rate' in ask) publisher = startPublisher(far, ask.rate, absoluteTime);
    else if ('end' in ask) void publisher?.stop().then((sent) => process.send?.(sent));
    else {
      process.kill(process.ppid, 'SIGSTOP');
      setTimeout(() => {
        process.kill(process.ppid, 'SIGCONT');
        process.send?.('continued');
      }, ask.stopUs);
    }
  });
  process.once('disconnect', () => {
    void far.stop().finally(() => process.exit());
  });
  process.send?.({ url: far.url, login: far.login });
}

/** Starts `program` again as the far side. */
export async function remoteFar(program: string, job: FarJob): Promise<Far> {
  const child = fork(program, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.setMaxListeners(0);
  const answer = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const gone = (): void => {
        reject(new Error('the far side ended'));
      };
      child.once('exit', gone);
      child.once('message', (message) => {
        child.off('exit', gone);
        resolve(message);
      });
    });
  const ask = (what: Ask): Promise<unknown> => {
    const answered = answer();
    child.send(what);
    return answered;
  };
  child.send(job);
  const { url, login } = (await answer()) as Pick<Far, 'url' | 'login'>;
  return {
    ...{ url, login },
    symbols: symbolNames(job.symbols),
    publish: () => {
      throw new Error('the far side publishes by itself');
    },
    start: (rate, toFeed) => {
      child.send({ rate } satisfies Ask);
      return {
        stop: async () => {
          const sent = (await ask({ end: true })) as readonly Sent[];
          const times = toFeed(sent.map(({ at }) => at));
          return sent.map((one, index) => ({ ...one, at: times[index]! }));
        },
      };
    },
    stopUs: async (ms) => {
      await ask({ stopUs: ms });
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}
