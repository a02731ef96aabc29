/**
 * Quotes of three symbols for four seconds. The venue is a simulated one; put the URL and credentials of a real one in
 * its place. The link is cut once: watch the prices die and come back.
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
    // Known of this venue: its messages are news, and its market never shuts.
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

// … and what shows prices shows that they are dead, too.
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
