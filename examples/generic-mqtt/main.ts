/**
 * Prices of any MQTT broker, with custom topics and JSON payloads with custom names. Runs for three seconds.
 *
 * Run it in the project's folder: npm run examples -- generic-mqtt
 */
import { interval, takeUntil, timer } from 'rxjs';
import { alwaysOpen, isTradable, jsonQuote, mqttVenue, quoteFeed } from 'rx-quotes';
import { startSimulatedVenue } from 'rx-quotes/testing';

// Any broker works. This one sends only the messages that the code below gives it.
const broker = await startSimulatedVenue({ rate: 0 });

const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: broker.tcpUrl,
    topics: 'fx/{symbol}/rate',
    // A payload that is no quote is rejected with a reason and counted, and the stream goes on.
    decode: jsonQuote({ bid: 'b', ask: 'a' }),
    // This market never closes.
    calendar: alwaysOpen,
  }),
  staleAfter: 1000,
  onReject: ({ topic, reason }) => {
    console.log(`${topic}: unreadable (${reason})`);
  },
});

feed.updates(['USDTHB', 'EURTHB']).subscribe((update) => {
  if (update.kind === 'gap') console.log(`gap ${update.phase}`);
  else if (update.kind === 'status') console.log(`${update.symbol}: ${update.state}`);
  else if (isTradable(update)) console.log(`${update.symbol}: ${update.bid} / ${update.ask}`);
  else console.log(`${update.symbol}: not tradable (${update.implausible ?? update.state})`);
});

const sent = [
  ['fx/USDTHB/rate', '{"b":36.51,"a":36.52}'],
  ['fx/EURTHB/rate', '{"b":"39.10","a":"39.12"}'],
  ['fx/USDTHB/rate', '{"b":36.51,"a":null}'],
  ['fx/EURTHB/rate', '{"b":"closed"}'],
  ['fx/USDTHB/rate', '{"b":36.53,"a":36.52}'],
  ['fx/EURTHB/rate', 'not JSON'],
] as const;
await interval(100)
  .pipe(takeUntil(timer(3000)))
  .forEach((turn) => {
    const [topic, payload] = sent[turn % sent.length] ?? sent[0];
    broker.send(topic, payload);
  });
await feed.close();
await broker.stop();
