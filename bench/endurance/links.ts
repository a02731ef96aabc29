import { fork } from 'node:child_process';
import { type QuoteFeed, quoteFeed } from '../../src/index.js';
import { startTerseBroker } from '../../test/support/terseBroker.js';
import { type TextEvent, textVenue } from '../../test/support/textVenue.js';
import { type Bound, sleep, until } from './bound.js';

/** Round trip of every answer, in ms. */
const latency = 150;
/** How long the thread is blocked, in ms. */
const stall = 3_000;
/**
 * How long links are watched, in ms: a dead link is found within nine seconds, so the effect of a stall is visible by
 * then.
 */
const watched = 10_000;
/** Phases of the keep-alive's six seconds. */
const spread = 6_000;

/** Runs the broker in the child process. */
export async function serveLinks(): Promise<void> {
  const broker = await startTerseBroker({ latency });
  process.once('disconnect', () => {
    broker.stop();
    process.exit();
  });
  process.send?.(broker.url);
}

/**
 * Blocks the thread `stalls` times under `count` healthy links, which are spread over all phases of their keep-alive.
 */
export async function links(count: number, stalls: number): Promise<readonly Bound[]> {
  const child = fork(process.argv[1]!, ['--serve-links']);
  const url = await new Promise<string>((resolve) => child.once('message', resolve));
  const feeds: QuoteFeed<TextEvent>[] = [];
  for (let made = 0; made < count; made += 1) {
    const feed = quoteFeed({ venue: textVenue({ endpoint: url }), staleAfter: Infinity });
    feed.quotes([`S${String(made)}`]).subscribe();
    feeds.push(feed);
    await sleep(spread / count);
  }
  await until(() => feeds.every((feed) => feed.stats().connected), 'all links are live');
  for (let done = 0; done < stalls; done += 1) {
    const end = performance.now() + stall;
    while (performance.now() < end);
    await sleep(watched + (done * spread) / stalls);
  }
  const killed = feeds.filter((feed) => feed.stats().attempts > 1 || !feed.stats().connected).length;
  const told = feeds.filter((feed) => feed.stats().stalls > 0).length;
  await Promise.all(feeds.map((feed) => feed.close()));
  child.disconnect();
  return [
    {
      name: `${String(count)} healthy links`,
      found: `${String(killed)} killed by ${String(stalls)} stalls of ${String(stall / 1000)} s at ${String(latency)} ms round trip`,
      holds: killed === 0,
    },
    { name: 'stalls told', found: `by ${String(told)} of them, at rest`, holds: told > 0 },
  ];
}
