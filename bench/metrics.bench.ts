/**
 * The cost of metrics for a feed, and of symbols in them.
 *
 * Run with `npm run bench metrics`. Bounds are on ratios within one run: it ends with 1 when one is broken. CPU time of this
 * process, the median of rounds that take turns. The cost of one scrape is a row of `npm run bench:peers`.
 */
import { Registry } from 'prom-client';
import { exposeMetrics } from '../src/metrics/index.js';
import { mqttVenue, quoteFeed } from '../src/index.js';
import type { QuoteFeed } from '../src/index.js';
import { fakeTransport } from '../src/testing/index.js';

const rounds = 15;
const perRound = 100_000;
const payload = new TextEncoder().encode('70.25');

interface Subject {
  readonly feed: QuoteFeed<{ readonly symbol: string; readonly price: number }>;
  /** Sends so many messages, the symbols by turns, and lets the event loop run in between. */
  send(messages: number, each?: () => Promise<unknown>): Promise<void>;
}

function subject(symbolCount: number): Subject {
  const symbols = Array.from({ length: symbolCount }, (_, index) => `SYM${String(index)}`);
  const topics = symbols.map((symbol) => `px/${symbol}`);
  const fake = fakeTransport();
  const feed = quoteFeed({
    venue: mqttVenue({
      endpoint: 'mqtt://bench.test',
      topics: 'px/{symbol}',
      decode: (bytes, _topic, symbol) => ({ symbol, price: bytes.length }),
      onSubscribe: 'nothing',
    }),
    transport: fake.transport,
    capacity: 32_768,
  });
  feed.quotes(symbols).subscribe();
  const connection = fake.current;
  let turn = 0;
  const send = async (messages: number, each?: () => Promise<unknown>): Promise<void> => {
    for (let sent = 0; sent < messages; sent += 1_000) {
      for (let one = 0; one < 1_000; one += 1) {
        connection.send(topics[turn] as string, payload);
        turn = (turn + 1) % topics.length;
      }
      await new Promise(setImmediate);
      if (each !== undefined && sent % 20_000 === 0) await each();
    }
  };
  return { feed, send };
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** ns a message of each variant: the median of its rounds; the variants take turns, so that noise hits all alike. */
async function compare<K extends string>(variants: Record<K, () => Promise<void>>): Promise<Record<K, number>> {
  const taken = new Map<string, number[]>();
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, run] of Object.entries<() => Promise<void>>(variants)) {
      const before = cpu();
      await run();
      if (round >= 0) taken.set(name, [...(taken.get(name) ?? []), ((cpu() - before) * 1e6) / perRound]);
    }
  }
  return Object.fromEntries([...taken].map(([name, all]) => [name, median(all)])) as Record<K, number>;
}

let broken = false;
function report(what: string, value: number, bound: string, holds: boolean): void {
  console.log(`${holds ? 'ok    ' : 'BROKEN'} ${what}: ${value.toFixed(2)} (${bound})`);
  broken ||= !holds;
}

const registry = new Registry();
const [watched, few, many] = [subject(800), subject(100), subject(10_000)];
await watched.send(perRound);
exposeMetrics({ registry, feeds: { watched: watched.feed } });

const { off, on } = await compare({
  off: () => watched.send(perRound),
  on: () => watched.send(perRound, () => registry.metrics()),
});
console.log(`ns a message: ${off.toFixed(0)} unwatched, ${on.toFixed(0)} with a scrape every 20,000 messages`);
report('throughput watched / unwatched', off / on, 'at least 0.95', off / on >= 0.95);

const { at100, at10000 } = await compare({
  at100: () => few.send(perRound),
  at10000: () => many.send(perRound),
});
console.log(`ns a message: ${at100.toFixed(0)} of 100 symbols, ${at10000.toFixed(0)} of 10,000`);
report('cost of a message at 10,000 symbols / at 100', at10000 / at100, 'at most 1.5', at10000 / at100 <= 1.5);

await Promise.all([watched, few, many].map(({ feed }) => feed.close()));
process.exitCode = broken ? 1 : 0;
