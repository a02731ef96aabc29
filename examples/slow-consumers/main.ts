/**
 * Three consumers that can't keep up with 2,000 quotes a second, each behind a bounded queue: writes of 5 ms, one after
 * the other; a poll, ten times a second; a loop that works for 20 ms. No consumer slows down the feed or another
 * consumer. Each works on present quotes, and the skipped ones are counted in the feed's `stats()`.
 *
 * Run it in the project's folder: npm run examples -- slow-consumers
 */
import { setTimeout as wait } from 'node:timers/promises';
import { interval, takeWhile } from 'rxjs';
import { mqttVenue, quoteFeed, type TopOfBook } from 'rx-quotes';
import { asyncIterableFrom, bufferBounded, concatMapBounded, QueueStats } from 'rx-quotes/operators';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';

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

/** The counts of a queue, as the feed shows it under this name. */
function watched(name: string): QueueStats {
  const stats = new QueueStats();
  feed.watch(name, stats);
  return stats;
}

const table = new Map<string, TopOfBook>();
let [writing, mostWriting] = [0, 0];
async function store(quote: TopOfBook): Promise<void> {
  writing += 1;
  mostWriting = Math.max(mostWriting, writing);
  await wait(5);
  table.set(quote.symbol, quote);
  writing -= 1;
}

// One write at a time; the newest quote of each symbol waits.
const writes = watched('writes');
const written = feed
  .quotes(symbols)
  .pipe(concatMapBounded(store, { capacity: symbols.length, key: ({ symbol }) => symbol, stats: writes }))
  .subscribe();

// The quotes since the last turn; a late turn finds the newest 100.
const poll = watched('poll');
let mostPolled = 0;
const polled = feed
  .quotes(symbols)
  .pipe(bufferBounded(interval(100), { capacity: 100, stats: poll }))
  .subscribe((quotes) => {
    mostPolled = Math.max(mostPolled, quotes.length);
  });

// One quote a turn, the newest of those that came meanwhile.
const newest = watched('newest');
let turns = 0;
for await (const { symbol, bid, ask } of asyncIterableFrom(feed.quotes(['AOT']), { capacity: 1, stats: newest })) {
  await wait(20);
  turns += 1;
  console.log(`${symbol}: ${bid} / ${ask}`);
  if (turns === 25) break;
}

venue.pause();
const isCurrent = (symbol: string): boolean => table.get(symbol)?.bid === venue.lastImage(symbol).bid;
// Waits at most five seconds for the rest.
await interval(20)
  .pipe(takeWhile((turn) => turn < 250 && (writes.snapshot().inFlight > 0 || writing > 0 || !symbols.every(isCurrent))))
  .forEach(() => undefined);

written.unsubscribe();
polled.unsubscribe();
await feed.close();
await venue.stop();
console.log(
  JSON.stringify({ ...feed.stats().queues, mostWriting, mostPolled, turns, current: symbols.filter(isCurrent).length }),
);
