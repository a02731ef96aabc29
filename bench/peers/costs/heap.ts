import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FeedSettings } from '../../../src/index.js';
import { bookFeed } from './bookFeed.js';
import type { MeasureCost } from './cost.js';

const symbolCount = 500;
const messages = 10_000_000;
/** Messages before the first that counts: code is compiled and caches are filled in them. */
const warmUp = 1_000_000;

/**
 * Bytes of the heap that are in use after collections; ended objects are released after some turns of the event loop.
 */
async function heapInUse(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('the heap is measured after collections: run Node with --expose-gc');
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** MB that the heap has grown by, with a feed of these settings. */
async function growth(build: string, settings: FeedSettings): Promise<number> {
  const { feed, sendRound } = await bookFeed(build, symbolCount, settings);
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += symbolCount) await sendRound();
  };
  await send(warmUp);
  const before = await heapInUse();
  await send(messages);
  const grown = (await heapInUse()) - before;
  const { received } = feed.stats();
  if (received !== warmUp + messages) throw new Error(`the feed received ${String(received)} messages`);
  await feed.close();
  return grown / 1e6;
}

export const measure: MeasureCost = async (build) => ({
  'heap-growth rx-quotes-stale-after': await growth(build, { staleAfter: 10_000 }),
  'heap-growth rx-quotes': await growth(build, {}),
});
