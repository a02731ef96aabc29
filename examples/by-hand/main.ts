/**
 * A quote stream composed by hand, without a feed: the MQTT connection, a decoder, a bounded queue, a watchdog and
 * counters, each an operator of its own. The link is cut once, and then the market falls silent.
 *
 * A `quoteFeed` is made of the same operators, and adds these features:
 * - trust: in this stream a price looks the same if a newer one may have been missed. After a loss, a stall or a stored
 *   message, a feed emits each last price again as `suspect`, in the stream itself and at once; here only `events$`
 *   shows it.
 * - the market's state: in this stream every silence is `stale`, also at lunch and after the close.
 * - the normal silence of each symbol, learned from its own gaps; here all symbols have one span.
 * - replay and depth: a late subscriber of a feed gets the last price of each symbol, at the requested depth.
 * - symbols: a feed subscribes to the topics of the symbols that consumers use, and reports each refused symbol.
 *
 * Run it in the project's folder: npm run examples -- by-hand
 */
import { setTimeout as wait } from 'node:timers/promises';
import { lastValueFrom } from 'rxjs';
import { fromMqtt } from 'rx-quotes';
import { decode, ioScheduler, observeOnBounded, QueueStats, staleBy, tapMetrics } from 'rx-quotes/operators';
import { decodeBidOfferV3 } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';

const symbols = ['AOT', 'PTT', 'SCB'];
const venue = await startSimulatedVenue({ symbols, rate: 300 });

const counts = new Map<string, number>();
const sink = {
  counter: (name: string) => ({ add: (n: number) => counts.set(name, (counts.get(name) ?? 0) + n) }),
  histogram: () => ({ observe: () => undefined }),
};
const [decoded, queue] = [new QueueStats(), new QueueStats()];

const mqtt = fromMqtt({ endpoint: venue.tcpUrl, topics: symbols.map((symbol) => `proto/topic/bidofferv3/${symbol}`) });
const quotes$ = mqtt.pipe(
  decode((payload, { topic, epoch }) => ({ ...decodeBidOfferV3(payload, topic), epoch }), { stats: decoded }),
  observeOnBounded(ioScheduler, { capacity: 1000, key: ({ symbol }) => symbol, stats: queue }),
  staleBy(({ symbol }) => symbol, { after: 1500 }),
  tapMetrics(sink, { name: 'quotes' }),
);

// Beside the stream: the state of the connection, and the losses.
mqtt.state$.subscribe(({ status }) => console.log(`-- ${status}`));
mqtt.events$.subscribe((event) => {
  if (event.type === 'lost') console.log(`-- lost: every price of epoch ${event.epoch} may be an old one now`);
  if (event.type === 'stalled') console.log(`-- stalled for ${event.by} ms: newer prices may have been missed`);
  if (event.type === 'refused') console.log(`-- refused: ${event.topics.join(', ')}`);
});

const shown = new Map<string, string>();
const subscription = quotes$.subscribe(({ value: { symbol, bid, ask, epoch }, stale }) => {
  const now = `epoch ${epoch}${stale ? ', stale' : ''}`;
  if (shown.get(symbol) !== now) console.log(`${symbol}: ${bid} / ${ask} (${now})`);
  shown.set(symbol, now);
});

await wait(500);
venue.dropConnections();
await wait(2000);
venue.pause();
await wait(2500);

subscription.unsubscribe();
await lastValueFrom(mqtt.closed$, { defaultValue: undefined });
await venue.stop();
console.log(JSON.stringify({ mqtt: mqtt.stats(), decoded: decoded.snapshot(), queue: queue.snapshot() }));
console.log(JSON.stringify(Object.fromEntries(counts)));
