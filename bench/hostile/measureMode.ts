import process from 'node:process';
import { type ConnectionFailure, type ConnectionState, mqttVenue, quoteFeed } from '../../src/index.js';

/** The damage that one hostile broker did to a feed. */
export interface Damage {
  /** The most memory that was in use after a garbage collection, above that at the start, in bytes. */
  readonly memory: number;
  /** The longest block of the event loop in ms, without the time in which other processes had the processor. */
  readonly block: number;
  /** How long `close()` took, in ms. */
  readonly close: number;
  readonly uncaught: number;
  /** The message of the failure that ended the connection; left out where it stayed. */
  readonly ended?: string;
}

/** The most damage that is allowed. `close()` waits for 2 s at most; the timer may be late. */
const MOST = { memory: 64e6, block: 250, close: 2_100, uncaught: 0 } as const;

/** Which figures are beyond what is allowed. */
export function exceeded(damage: Damage): readonly (keyof typeof MOST)[] {
  return (['memory', 'block', 'close', 'uncaught'] as const).filter((name) => damage[name] > MOST[name]);
}

function memoryInUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Processor time of this process in ms. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Time between two looks at the event loop, in ms. */
const INTERVAL = 5;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs a feed at a hostile broker, until its connection has ended or for `ms` ms. */
export async function measureMode(url: string, ms: number): Promise<Damage> {
  let [memory, block, uncaught] = [0, 0, 0];
  const onUncaught = (): void => {
    uncaught += 1;
  };
  process.on('uncaughtException', onUncaught);
  const decode = (payload: Uint8Array, topic: string): { symbol: string; price: number } => ({
    symbol: topic.slice(3),
    price: payload.length,
  });
  const feed = quoteFeed({
    venue: mqttVenue({ endpoint: url, topics: 'px/{symbol}', decode, onSubscribe: 'nothing' }),
  });
  let reason: ConnectionFailure | undefined;
  feed.state$.subscribe((state: ConnectionState) => {
    if ('reason' in state) reason ??= state.reason;
  });
  const start = memoryInUse();
  let last = [performance.now(), cpuTime()] as const;
  const watch = setInterval(() => {
    const now = [performance.now(), cpuTime()] as const;
    block = Math.max(block, Math.min(now[0] - last[0] - INTERVAL, now[1] - last[1]));
    last = now;
  }, INTERVAL);
  feed.quotes(['A']).subscribe();
  const end = performance.now() + ms;
  while (performance.now() < end && reason === undefined) {
    await sleep(100);
    memory = Math.max(memory, memoryInUse() - start);
    // The collection is this program's own.
    last = [performance.now(), cpuTime()];
  }
  const closing = performance.now();
  await feed.close();
  const close = performance.now() - closing;
  clearInterval(watch);
  process.off('uncaughtException', onUncaught);
  return { memory, block, close, uncaught, ...(reason === undefined ? {} : { ended: reason.message }) };
}
