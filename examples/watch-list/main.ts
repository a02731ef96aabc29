/**
 * A list of symbols that changes: the visible rows of a scrolled table. Rows that stay visible continue without a
 * break; a row that becomes visible has its price at once if the feed has one. `last()` gives the price of a row on
 * demand. The link is cut once, and the journal has the events.
 *
 * Run it in the project's folder: npm run examples -- watch-list
 */
import { BehaviorSubject, filter, firstValueFrom, timer } from 'rxjs';
import { alwaysOpen, isTradable, mqttVenue, quoteFeed } from 'rx-quotes';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';

const symbols = ['ADVANC', 'AOT', 'BBL', 'CPALL', 'DELTA', 'GULF', 'KBANK', 'PTT', 'SCB', 'TRUE', 'WHA'];
const inView = (first: number): readonly string[] => symbols.slice(first, first + 4);

const venue = await startSimulatedVenue({ symbols });
const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: venue.tcpUrl,
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    onSubscribe: 'nothing',
    calendar: alwaysOpen,
  }),
});

const rows$ = new BehaviorSubject(inView(0));
feed.quotes(rows$).subscribe(({ symbol, bid, change, replayed = change }) => {
  console.log(`${symbol}: ${bid} (${replayed})`);
});

const tradable = (symbol: string): Promise<unknown> => firstValueFrom(feed.quotes([symbol]).pipe(filter(isTradable)));

/** The row under the mouse: its last price at this moment, with its state, without a subscription of its own. */
const hover = (symbol: string): void => {
  const quote = feed.last(symbol);
  console.log(quote === undefined ? `>> ${symbol} is not in view` : `>> ${symbol}: ${quote.bid} is ${quote.state}`);
};

for (const first of [0, 2, 6, 5]) {
  console.log(`-- rows ${inView(first).join(' ')}`);
  rows$.next(inView(first));
  await Promise.all(inView(first).map(tradable));
  await timer(200).forEach(() => undefined);
}

hover('PTT');
hover('WHA');
venue.dropConnections();
await firstValueFrom(feed.state$.pipe(filter(({ status }) => status === 'waiting')));
hover('PTT');
await firstValueFrom(feed.state$.pipe(filter(({ status }) => status === 'live')));
await Promise.all(inView(5).map(tradable));
await feed.close();
await venue.stop();

// The journal of the feed, for a report.
for (const entry of feed.journal().entries) console.log(JSON.stringify(entry));
