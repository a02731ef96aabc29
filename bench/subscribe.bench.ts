/**
 * The cost of one more subscription in a feed with few or many: it subscribes to each symbol separately, and
 * unsubscribes.
 *
 * Run with `npm run bench subscribe`. Read the ratio: near 1, each of many costs no more than each of few.
 */
import { mqttVenue, quoteFeed } from '../src/index.js';
import { fakeTransport } from '../src/testing/index.js';

interface Price {
  readonly symbol: string;
}

const least = 5_000;

/** µs for each of `count` subscriptions, made and ended one by one. */
async function each(count: number): Promise<{ readonly subscribe: number; readonly leave: number }> {
  const rounds = Math.ceil(least / count);
  let [subscribe, leave] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const venue = mqttVenue<Price>({
      endpoint: 'mqtt://bench.test',
      topics: { quote: 'px/{symbol}', market: 'market' },
      decode: () => ({ symbol: 'A' }),
      calendar: { at: () => ({ market: 'open', until: Number.MAX_SAFE_INTEGER }) },
    });
    const feed = quoteFeed({ venue, transport: fakeTransport().transport, capacity: 1_000_000, linger: 0 });
    const start = performance.now();
    const all = Array.from({ length: count }, (_, index) => feed.quotes([`S${String(index)}`]).subscribe());
    const middle = performance.now();
    for (const one of all) one.unsubscribe();
    subscribe += middle - start;
    leave += performance.now() - middle;
    await feed.close();
  }
  const total = rounds * count;
  return { subscribe: (1_000 * subscribe) / total, leave: (1_000 * leave) / total };
}

await each(100);
const [few, many] = [await each(100), await each(10_000)];
for (const what of ['subscribe', 'leave'] as const) {
  const [one, other] = [few[what], many[what]];
  console.log(
    `${what}: ${one.toFixed(1)} µs of 100, ${other.toFixed(1)} µs of 10,000, ratio ${(other / one).toFixed(1)}`,
  );
}
