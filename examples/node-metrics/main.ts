/**
 * A feed as Prometheus and an orchestrator see it: its metrics and those of a consumer, its health and readiness, and the
 * changes of its findings, before and after the link is cut. The venue is simulated.
 *
 * Run it in the project's folder: npm run examples -- node-metrics
 */
import { Registry } from 'prom-client';
import { filter, firstValueFrom } from 'rxjs';
import { alwaysOpen, mqttVenue, quoteFeed } from 'rx-quotes';
import { promClientSink, serveMetrics } from 'rx-quotes/metrics';
import { ioScheduler, tapMetrics } from 'rx-quotes/operators';
import { findings$ } from 'rx-quotes/playbook';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';

const symbols = ['AOT', 'PTT'];
const simulated = await startSimulatedVenue({ symbols });
const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: simulated.tcpUrl,
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    onSubscribe: 'nothing',
    calendar: alwaysOpen,
  }),
});

// The registry may also have your own metrics. Without `port` the server uses 8000.
const registry = new Registry();
const server = await serveMetrics({ registry, feeds: { settrade: feed }, port: 0 });

// Each change of what is wrong, e.g. for a log or a pager: the code, the problem with its figures, and where to read on.
findings$(feed, { every: 100 }).subscribe(({ type, finding: { code, symptom, doc } }) => {
  console.log(`${type} ${code}: ${symptom} (${doc})`);
});

const show = async (when: string): Promise<void> => {
  const [health, ready] = [await fetch(`${server.url}/health`), await fetch(`${server.url}/ready`)];
  const { feeds } = (await health.json()) as {
    feeds: { settrade: { status: string; findings: { severity: string; symptom: string }[] } };
  };
  const { status, findings } = feeds.settrade;
  // Warnings are left out: after the recovery, a symbol is suspect until its own next image.
  const critical = findings.filter(({ severity }) => severity === 'critical').map(({ symptom }) => symptom);
  console.log(`${when}: health ${health.status}, ready ${ready.status}, ${[status, ...critical].join(': ')}`);
};

await show('nobody subscribed');
const quotes = feed.quotes(symbols);
// The registry also has the counts and times of this consumer, beside the feed's own metrics.
const keep = quotes
  .pipe(tapMetrics(promClientSink({ registry }), { name: 'desk', scheduler: ioScheduler }))
  .subscribe();
await firstValueFrom(quotes.pipe(filter(({ state }) => state === 'live')));
await show('live');

simulated.dropConnections();
await firstValueFrom(quotes.pipe(filter(({ state }) => state === 'suspect')));
await show('cut');
await firstValueFrom(quotes.pipe(filter(({ state, epoch }) => state === 'live' && epoch === 1)));
await show('recovered');

const scrape = await (await fetch(`${server.url}/metrics`)).text();
console.log(
  scrape
    .split('\n')
    .filter((line) => /^(mqtt_|connection_epoch|rx_quotes_gaps|desk_\w+_total|desk_handling_seconds_count)/.test(line))
    .join('\n'),
);

keep.unsubscribe();
await feed.close();
await simulated.stop();
// The server is left open: it keeps no process alive. An application closes it with `await server.close()`.
