/**
 * Quotes of three symbols for four seconds. The venue is simulated; replace it by the URL and credentials of a real
 * one. The link is cut once: the prices turn suspect and then live again.
 *
 * Run it in the project's folder: npm run examples -- node-quotes
 */
import { filter, timer } from 'rxjs';
import { alwaysOpen, isTradable, mqttVenue, quoteFeed } from 'rx-quotes';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';

const symbols = ['AOT', 'PTT', 'S & J'];
const simulated = await startSimulatedVenue({ symbols });

const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: simulated.tcpUrl,
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    // At this venue a topic's first message is new, and the market never closes.
    onSubscribe: 'nothing',
    calendar: alwaysOpen,
  }),
});

feed.state$.subscribe(({ status }) => {
  console.log(`-- ${status}`);
});

// Code that trades uses tradable quotes only …
feed
  .quotes(symbols)
  .pipe(filter(isTradable))
  .subscribe(({ symbol, bid, ask }) => {
    console.log(`${symbol}: ${bid} / ${ask}`);
  });

// … and code that shows prices also shows when they are not live.
feed
  .quotes(symbols)
  .pipe(filter((quote) => !isTradable(quote)))
  .subscribe(({ symbol, bid, state }) => {
    console.log(`${symbol}: ${bid} is ${state}`);
  });

timer(2000).subscribe(() => {
  simulated.dropConnections();
});

await timer(4000).forEach(() => undefined);
await feed.close();
await simulated.stop();
console.log(feed.stats());
