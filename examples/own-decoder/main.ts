/**
 * Prices of a broker of your own that sends protobuf: `quote.ts` was generated from `quotes.proto`. Runs for a second.
 *
 * Run it in the project's folder: npm run examples -- own-decoder
 *
 * In a project of your own, `npx rx-quotes generate quotes.proto Quote --out quote.ts` writes the decoder.
 */
import { interval, takeUntil, timer } from 'rxjs';
import { alwaysOpen, isTradable, mqttVenue, quoteFeed } from 'rx-quotes';
import { startSimulatedVenue } from 'rx-quotes/testing';
import { decodeQuote } from './quote.js';

// Any broker works. This one sends only the messages that the code below gives it.
const broker = await startSimulatedVenue({ rate: 0 });

const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: broker.tcpUrl,
    topics: 'desk/{symbol}/quote',
    decode: decodeQuote,
    // This market never closes.
    calendar: alwaysOpen,
  }),
  onReject: ({ topic, reason }) => {
    console.log(`${topic}: unreadable (${reason})`);
  },
});

feed.quotes(['AOT', 'PTT']).subscribe((quote) => {
  if (isTradable(quote)) console.log(`${quote.symbol}: ${quote.bid} / ${quote.ask}, ${quote.bidVolume} wanted`);
});

// AOT 62.25 / 62.50 with 1,000 wanted; the same, cut; PTT without an ask; PTT 33.75 / 34 with 500 wanted.
const aot = '0a03414f54120c0a03544842103e1880e59a771a0d0a03544842103e1880cab5ee0120e807';
const sent = [
  ['desk/AOT/quote', aot],
  ['desk/AOT/quote', aot.slice(0, 40)],
  ['desk/PTT/quote', '0a03505454120d0a0354484210211880afd0e502'],
  ['desk/PTT/quote', '0a03505454120d0a0354484210211880afd0e5021a070a03544842102220f403'],
] as const;
await interval(50)
  .pipe(takeUntil(timer(1000)))
  .forEach((turn) => {
    const [topic, hex] = sent[turn % sent.length] ?? sent[0];
    broker.send(topic, Buffer.from(hex, 'hex'));
  });
await feed.close();
await broker.stop();
