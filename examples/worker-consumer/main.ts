/**
 * Work that is too slow for the feed's thread: 2,000 prices a second come, and a worker takes 5 ms for each. A port to
 * a worker is an unbounded queue, so a price is posted only after all earlier ones are answered. Meanwhile the newest
 * price of each symbol waits, and replaces the previous one. So even a slow worker works on present prices.
 *
 * Run it in the project's folder: npm run examples -- worker-consumer
 */
import { Worker } from 'node:worker_threads';
import { filter, interval, takeWhile, timer } from 'rxjs';
import { mqttVenue, quoteFeed } from 'rx-quotes';
import { conflateBy, QueueStats } from 'rx-quotes/operators';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';
import type { Done, Price } from './messages.js';

const symbols = ['ADVANC', 'AOT', 'BBL', 'BDMS', 'CPALL', 'DELTA', 'GULF', 'KBANK', 'PTT', 'SCB'];

const venue = await startSimulatedVenue({ symbols, rate: 2000 });
const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: venue.tcpUrl,
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    onSubscribe: 'nothing',
  }),
});
const worker = new Worker(new URL('./worker.mjs', import.meta.url));

const counts = { posted: 0, answered: 0, mostUnanswered: 0 };
const middles = new Map<string, number>();
worker.on('message', ({ symbol, middle }: Done) => {
  counts.answered += 1;
  middles.set(symbol, middle);
});

const isFree = (): boolean => counts.posted === counts.answered;
const stats = new QueueStats();

feed
  .quotes(symbols)
  .pipe(
    conflateBy(({ symbol }) => symbol, interval(10).pipe(filter(isFree)), {
      capacity: symbols.length,
      stats,
    }),
  )
  .subscribe(({ symbol, bid, ask }) => {
    counts.posted += 1;
    counts.mostUnanswered = Math.max(counts.mostUnanswered, counts.posted - counts.answered);
    worker.postMessage({ symbol, bid, ask } satisfies Price);
  });

await timer(3000).forEach(() => undefined);
venue.pause();

const isCurrent = (symbol: string): boolean => {
  const { bid, ask } = venue.lastImage(symbol);
  return middles.get(symbol) === (bid + ask) / 2;
};
// Waits at most five more seconds for the rest.
await interval(50)
  .pipe(takeWhile((turn) => turn < 100 && !(isFree() && symbols.every(isCurrent))))
  .forEach(() => undefined);

await feed.close();
await worker.terminate();
await venue.stop();
console.log({ ...counts, ...stats.snapshot(), current: symbols.filter(isCurrent).length });
