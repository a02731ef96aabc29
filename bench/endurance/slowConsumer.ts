import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { mqttVenue, quoteFeed } from '../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../src/settrade/index.js';
import { growth } from '../soak/soakBounds.js';
import { startVenueProcess } from '../soak/venueProcess.js';
import { type Bound, sleep, until } from './bound.js';

/** The time that the consumer takes for a message, in ms. */
const work = 2;
/** Messages a second: four times as many as the consumer can take. */
const rate = 2_000;
/** Memory that grows by more than this from the first third to the last is not flat. */
const mostGrowth = 1.25;

/** Spends 2 ms of the thread on every message, for `seconds` seconds. */
export async function slowConsumer(seconds: number): Promise<readonly Bound[]> {
  const venue = await startVenueProcess(process.argv[1]!);
  const feed = quoteFeed({
    venue: mqttVenue({ endpoint: venue.url, topics: settradeTopics, decode: decodeBidOfferV3, onSubscribe: 'nothing' }),
  });
  feed.quotes(venue.symbols, { depth: 10, name: 'slow' }).subscribe(({ change }) => {
    if (change !== 'image') return;
    const end = performance.now() + work;
    while (performance.now() < end);
  });
  await until(() => feed.stats().connected, 'the link is live');
  await venue.setRate(rate);
  const heaps: number[] = [];
  let unbalanced = 0;
  for (let half = 0; half < 2 * seconds; half += 1) {
    await sleep(500);
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
    if (!isConserved(feed.stats())) unbalanced += 1;
  }
  const { received, emitted, conflated, attempts, stalls, gaps, connected, dropped } = feed.stats();
  const { byConsumer } = feed.delays();
  await venue.setRate(0);
  await feed.close();
  venue.stop();
  const heap = growth(heaps);
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return [
    {
      name: `a consumer of ${String(work)} ms a message`,
      found: `${String(attempts - 1)} reconnects, ${String(gaps)} gaps, ${String(stalls)} stalls in ${String(seconds)} s`,
      holds: connected && attempts === 1,
    },
    {
      name: 'passed over, and counted',
      found: `${String(received)} received, ${String(emitted)} emitted, ${String(conflated)} conflated, ${String(lost)} dropped`,
      holds: conflated > 0 && emitted > 0 && unbalanced === 0,
    },
    { name: 'memory flat', found: `heap × ${heap.toFixed(2)}, last third against first`, holds: heap <= mostGrowth },
    {
      name: 'named',
      found: `"slow" takes ${(byConsumer['slow']?.p50 ?? NaN).toFixed(1)} ms a message`,
      holds: (byConsumer['slow']?.p50 ?? 0) >= work / 2,
    },
  ];
}
