/**
 * Prices of any MQTT broker: topics of your own, JSON as payload, fields of your own. Runs for three seconds.
 *
 * Run it in the project's folder: npm run examples -- generic-mqtt
 */
import { interval, takeUntil, timer } from 'rxjs';
import { DecodeError, mqttVenue, quoteFeed } from 'rx-quotes';
import { startSimulatedVenue } from 'rx-quotes/testing';

interface Rate {
  readonly symbol: string;
  readonly mid: number;
}

/** Payloads come from elsewhere: whatever is not a rate is refused with a reason, counted, and the stream goes on. */
function decodeRate(payload: Uint8Array, topic: string): Rate {
  const { mid } = JSON.parse(new TextDecoder().decode(payload)) as { readonly mid?: unknown };
  if (typeof mid !== 'number') throw new DecodeError('schema', `${topic}: mid is no number`);
  return { symbol: topic.split('/')[1] ?? '', mid };
}

// Any broker will do. This one is silent of itself: what it sends is handed to it below.
const broker = await startSimulatedVenue({ rate: 0 });

const feed = quoteFeed({
  venue: mqttVenue({ endpoint: broker.tcpUrl, topics: 'fx/{symbol}/rate', decode: decodeRate, subscribeImage: 'none' }),
  staleAfter: 1000,
  onReject: ({ topic, reason }) => {
    console.log(`${topic}: unreadable (${reason})`);
  },
});

feed.updates(['USDTHB', 'EURTHB']).subscribe((update) => {
  if (update.kind === 'gap') console.log(`gap ${update.phase}`);
  else if (update.kind === 'status') console.log(`${update.symbol}: ${update.state}`);
  else console.log(`${update.symbol}: ${update.mid} (${update.state})`);
});

const sent = [
  ['fx/USDTHB/rate', '{"mid":36.51}'],
  ['fx/EURTHB/rate', '{"mid":39.1}'],
  ['fx/USDTHB/rate', '{"mid":"closed"}'],
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
