/**
 * A feed under a full load for a while: `npm run soak -- --seconds 30 --rate 50000`. Exits with 1 when a bound fails.
 *
 * The venue has a process of its own and sends the books of 800 symbols over TCP; the feed subscribes to each symbol
 * and hands every book on. Once a second, after a garbage collection, it checks memory, the counts and the link.
 */
import { cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { type ConnectionState, mqttVenue, type Quote, quoteFeed } from '../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../src/settrade/index.js';
import { checkConservation } from '../src/testing/index.js';
import { recordSoak } from './soak/recordSoak.js';
import { type MemorySample, type SoakRun, soakBounds } from './soak/soakBounds.js';
import { soakOptions } from './soak/soakOptions.js';
import { serveVenue, startVenueProcess } from './soak/venueProcess.js';

const symbolCount = 800;
/** Code is compiled and buffers grow in the first seconds, in ms. */
const warmUp = 3_000;
const patience = 10_000;

if (process.send === undefined) await soak();
else await serveVenue(symbolCount);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + patience; !condition() && performance.now() < end; ) await sleep(10);
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function soak(): Promise<void> {
  const { seconds, rate, least, json, record } = soakOptions(process.argv.slice(2));
  const venue = await startVenueProcess(process.argv[1]!);
  const feed = quoteFeed({
    // The sending process shares the machine. This benchmark looks for losses, not for a moment without the processor.
    stallThreshold: Infinity,
    venue: mqttVenue({
      endpoint: venue.url,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      onSubscribe: 'nothing',
    }),
  });
  const states: ConnectionState[] = [];
  const last = new Map<string, Quote<10>>();
  feed.state$.subscribe((state) => states.push(state));
  feed.quotes(venue.symbols, { depth: 10 }).subscribe((quote) => last.set(quote.symbol, quote));
  await until(() => feed.stats().connected);

  await venue.setRate(rate);
  await sleep(warmUp);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const memory: MemorySample[] = [];
  let unbalanced = 0;
  const before = await venue.setRate(rate);
  const [begin, start, cpu] = [feed.stats().received, performance.now(), cpuTime()];
  for (let second = 1; second <= seconds; second += 1) {
    await sleep(start + second * 1_000 - performance.now());
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    memory.push({ heap: heapUsed, rss });
    try {
      checkConservation(feed.stats());
    } catch {
      unbalanced += 1;
    }
  }
  const [received, took, used] = [feed.stats().received - begin, performance.now() - start, cpuTime() - cpu];
  const middle = await venue.setRate(rate);
  delay.disable();
  const reading = await venue.setRate(0);
  await until(() => feed.stats().received === reading.counts.delivered && feed.stats().inFlight === 0);

  const live = states.findIndex(({ status }) => status === 'live');
  const interruptions = states.slice(live).filter(({ status }) => status !== 'live').length;
  const run: SoakRun = {
    ...{ asked: rate, least, took, received, interruptions, unbalanced, memory },
    ...{ stats: feed.stats(), venue: reading, last },
  };
  const bounds = soakBounds(run);
  await feed.close();
  venue.stop();

  const sent = middle.counts.published.quote - before.counts.published.quote;
  const figures = {
    date: new Date().toISOString().slice(0, 10),
    machine: `Node ${process.versions.node}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}`,
    // Two of these processes belong to the benchmark; the others used the same cores.
    load: loadavg()[0] ?? NaN,
    seconds,
    feedMicroseconds: (used * 1_000) / received,
    venueMicroseconds: ((middle.cpu - before.cpu) * 1_000) / sent,
    loopDelay99: delay.percentile(99) / 1e6,
    heapMegabytes: memory.at(-1)!.heap / 1e6,
    residentMegabytes: memory.at(-1)!.rss / 1e6,
    bounds,
  };
  if (record) recordSoak(figures);
  const lines = bounds.map(({ name, found, holds }) => `${holds ? 'ok    ' : 'FAILED'} ${name.padEnd(28)} ${found}`);
  const costs =
    `processor time a message: feed ${figures.feedMicroseconds.toFixed(1)} µs, venue ` +
    `${figures.venueMicroseconds.toFixed(1)} µs; loop delay p99 ${figures.loopDelay99.toFixed(0)} ms; ` +
    `load of the machine ${figures.load.toFixed(1)}; heap ${figures.heapMegabytes.toFixed(0)} MB, resident ${figures.residentMegabytes.toFixed(0)} MB`;
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : `${lines.join('\n')}\n${costs}\n`);
  process.exitCode = bounds.every(({ holds }) => holds) ? 0 : 1;
}
