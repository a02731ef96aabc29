/**
 * A venue, a relay, a Mosquitto and many readers, each in processes of their own: `npm run bench:relay`. It reports the processor
 * time of each and the delay from relay to reader, and exits with 1 when a bound fails. `--write` puts the table into
 * docs/scale.md. `--clients`, `--seconds` and `--rate` change the run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startBrokerProcess } from './relay/brokerProcess.js';
import { startChild } from './relay/childProcess.js';
import { type ReaderJob, type ReaderReading, serveReaders } from './relay/readerRole.js';
import { type RelayJob, type RelayReading, serveRelay } from './relay/relayRole.js';
import { serveVenue, startVenueProcess } from './soak/venueProcess.js';

const symbolCount = 100;
const each = 20;
const processes = 4;
/** Code is compiled and retained images are read in the first seconds, in ms. */
const warmUp = 5_000;

const job =
  process.argv[2]?.startsWith('{') === true ? (JSON.parse(process.argv[2]) as RelayJob | ReaderJob) : undefined;
if (process.send === undefined) await run();
else if (job === undefined) await serveVenue(symbolCount);
else if (job.role === 'relay') await serveRelay(job);
else await serveReaders(job);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '500' },
      seconds: { type: 'string', default: '20' },
      rate: { type: 'string', default: '2000' },
      write: { type: 'boolean', default: false },
    },
  });
  const [clients, seconds, rate] = [Number(values.clients), Number(values.seconds), Number(values.rate)];
  const venue = await startVenueProcess(process.argv[1]!);
  const { symbols } = venue;
  const broker = await startBrokerProcess();
  const relay = await startChild<RelayReading>({
    role: 'relay',
    ...{ upstream: venue.url, broker: broker.tcpUrl, symbols },
  });
  await venue.setRate(rate);
  await sleep(2_000);
  const share = Math.ceil(clients / processes);
  const readers = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      startChild<ReaderReading>({
        ...{ role: 'readers', broker: broker.wsUrl, symbols, each, first: index * share },
        clients: Math.min(share, clients - index * share),
      }),
    ),
  );
  await sleep(warmUp);

  const read = async () => ({
    at: performance.now(),
    relay: await relay.read(),
    readers: await Promise.all(readers.map((one) => one.read())),
    broker: broker.cpu(),
  });
  const before = await read();
  await sleep(seconds * 1_000);
  const after = await read();
  const took = (after.at - before.at) / 1_000;
  const sum = (readings: readonly ReaderReading[], of: (one: ReaderReading) => number): number =>
    readings.reduce((total, one) => total + of(one), 0);
  const delivered = sum(after.readers, ({ received }) => received) - sum(before.readers, ({ received }) => received);
  const delays = after.readers.flatMap((one) => one.delays).sort((one, other) => one - other);
  const upstream = after.relay.upstream - before.relay.upstream;
  const published = after.relay.stats.published - before.relay.stats.published;
  const core = (ms: number): number => ms / took / 1_000;
  const [relayCpu, brokerCpu] = [after.relay.cpu - before.relay.cpu, after.broker - before.broker];
  const readersCpu = sum(after.readers, ({ cpu }) => cpu) - sum(before.readers, ({ cpu }) => cpu);
  const [lost, ready] = [sum(after.readers, (one) => one.lost), sum(after.readers, (one) => one.ready)];
  // Half a core leaves room for the open of a market. Each reader gets two updates a second of each symbol, and a status.
  const eachSecond = 2 * each + 1;
  const half = (ms: number): string => Math.floor(500 / ms).toLocaleString('en');
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const rows: readonly (readonly [string, string])[] = [
    ['readers, each a WebSocket with 20 of 100 symbols', String(clients)],
    ['messages a second into the relay', (upstream / took).toFixed(0)],
    ['messages a second from the relay to the broker', (published / took).toFixed(0)],
    ['messages a second from the broker to the readers', (delivered / took).toFixed(0)],
    [
      'relay: part of a core, µs a message in',
      `${(core(relayCpu) * 100).toFixed(1)} %, ${((relayCpu * 1_000) / upstream).toFixed(1)} µs`,
    ],
    ['relay: resident memory', megabytes(after.relay.memory)],
    [
      'Mosquitto: part of a core, µs a message out',
      `${(core(brokerCpu) * 100).toFixed(1)} %, ${((brokerCpu * 1_000) / delivered).toFixed(1)} µs`,
    ],
    ['Mosquitto: resident memory', megabytes(broker.memory())],
    [
      'readers, all of them: cores, µs a message',
      `${core(readersCpu).toFixed(2)}, ${((readersCpu * 1_000) / delivered).toFixed(1)} µs`,
    ],
    [
      'delay from relay to reader: median, 99 %, 99.9 %',
      [0.5, 0.99, 0.999].map((part) => `${percentile(delays, part).toFixed(0)} ms`).join(', '),
    ],
    ['messages that a reader missed, by their counters', String(lost)],
    ['reckoned: messages a second from Mosquitto at half a core', half(brokerCpu / delivered)],
    ['reckoned: such readers of one Mosquitto at half a core', half((brokerCpu / delivered) * eachSecond)],
    ['reckoned: messages a second into a relay at half a core', half(relayCpu / upstream)],
  ];
  const bounds = [
    { name: 'the relay takes at most a quarter of a core', holds: core(relayCpu) <= 0.25 },
    { name: 'every reader has all its symbols tradable', holds: ready === clients },
    { name: 'no message was lost', holds: lost === 0 },
  ];
  const table = ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
  const machine = `Node ${process.versions.node}, ${String(cpus().length)} cores, all processes on one machine, ${took.toFixed(0)} s`;
  process.stdout.write(`${table}\n\n${machine}\n`);
  for (const { name, holds } of bounds) process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${name}\n`);
  if (values.write) {
    const page = readFileSync('docs/scale.md', 'utf8');
    const block = /(<!-- relay -->\n)[^]*?(<!-- \/relay -->)/;
    writeFileSync('docs/scale.md', page.replace(block, `$1${table}\n\n${machine}.\n$2`));
  }
  for (const one of readers) one.stop();
  relay.stop();
  venue.stop();
  broker.stop();
  process.exitCode = bounds.every(({ holds }) => holds) ? 0 : 1;
}
