import { setImmediate as nextTurn } from 'node:timers/promises';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { quoteFeed } from '../../src/index.js';
import { skippingClock } from '../../test/live/skippingClock.js';
import { publishPacket } from '../../test/support/mqttPackets.js';
import { startTerseBroker } from '../../test/support/terseBroker.js';
import { textVenue } from '../../test/support/textVenue.js';
import { type Bound, sleep, until } from './bound.js';

/**
 * From this connection on memory must not grow. It takes about 1,500 connections until code is compiled and caches are
 * full.
 */
const settledAfter = 2_000;

/** The most bytes that memory may grow from there to the last connection. */
const mostGrowth = 1_000_000;

interface Footing {
  readonly heap: number;
  readonly handles: number;
  readonly listeners: number;
  readonly timers: number;
}

/** Cuts a link as soon as it has its image, `count` times, over real sockets; the waits in between are skipped. */
export async function reconnects(count: number): Promise<readonly Bound[]> {
  const clock = skippingClock();
  let image = 0;
  let cut = (): void => undefined;
  const broker = await startTerseBroker({
    onGranted: (socket, topics) => {
      const topic = topics.find((name) => name.startsWith('px/'));
      if (topic === undefined) return;
      image += 1;
      cut = () => {
        socket.destroy();
      };
      socket.write(publishPacket({ topic, payload: Buffer.from(String(image)), qos: 0 }));
    },
  });
  const venue = textVenue({ endpoint: broker.url });
  const feed = quoteFeed({ venue, clock, staleAfter: Infinity, stallThreshold: Infinity, linger: 0 });
  feed.state$.subscribe((state) => {
    // In a turn of its own, because a wait must not be skipped inside the emission of its state.
    if (state.status === 'waiting') setImmediate(() => clock.skip(state.delay));
    if (state.status === 'rejected') setImmediate(() => clock.skip(state.retryAt - clock.now()));
  });
  let live = 0;
  let wrong = 0;
  feed.quotes(['A']).subscribe(({ state, change, epoch }) => {
    if (change !== 'image' || state !== 'live') return;
    if (epoch !== live) wrong += 1;
    live = epoch + 1;
    setImmediate(() => {
      if (live < count) cut();
    });
  });

  const footing = async (): Promise<Footing> => {
    // Closing sockets and timers may take some turns of the loop.
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    globalThis.gc?.();
    return {
      heap: process.memoryUsage().heapUsed,
      handles: process.getActiveResourcesInfo().length,
      listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
      timers: clock.pending,
    };
  };
  await until(() => live >= settledAfter, `${String(settledAfter)} connections`, 600_000);
  const before = await footing();
  await until(() => live >= count, `${String(count)} connections`, 600_000);
  await sleep(50);
  const after = await footing();
  const stats = feed.stats();
  await feed.close();
  broker.stop();

  const grown = after.heap - before.heap;
  return [
    {
      name: `${String(count)} connections`,
      found: `${String(live)} live, each with the next epoch and its image (${String(wrong)} not)`,
      holds: live >= count && wrong === 0,
    },
    {
      name: 'heap',
      found: `${(grown / 1e6).toFixed(2)} MB from connection ${String(settledAfter)} on, of ${(mostGrowth / 1e6).toFixed(0)} MB`,
      holds: grown <= mostGrowth,
    },
    {
      name: 'handles, listeners, timers',
      found: `${String(before.handles)}, ${String(before.listeners)}, ${String(before.timers)} before; ${String(after.handles)}, ${String(after.listeners)}, ${String(after.timers)} after`,
      // One connection may be opening or closing at either time.
      holds:
        after.handles <= before.handles + 2 && after.listeners <= before.listeners && after.timers <= before.timers + 2,
    },
    {
      name: 'conserved',
      found: JSON.stringify({ received: stats.received, emitted: stats.emitted }),
      holds: isConserved(stats),
    },
  ];
}
