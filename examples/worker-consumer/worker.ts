/** The slow work, on a thread of its own: 5 ms for each price, and an answer for each. */
import { parentPort } from 'node:worker_threads';
import type { Done, Price } from './messages.js';

const never = new Int32Array(new SharedArrayBuffer(4));

parentPort?.on('message', ({ symbol, bid, ask }: Price) => {
  Atomics.wait(never, 0, 0, 5);
  parentPort?.postMessage({ symbol, middle: (bid + ask) / 2 } satisfies Done);
});
