/**
 * How many messages a second a simulated venue sends over TCP to one connection that wants all books.
 *
 * Run with `npm run bench simulatedVenue`. The venue has a process of its own; here the bytes are counted and the PUBLISH
 * frames in them, without reading any. Take the figure with the machine it was made on.
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import process from 'node:process';
import { startSimulatedVenue } from '../src/testing/index.js';

const [symbols, span, rates] = [800, 5_000, [10_000, 50_000, 100_000, 150_000, 200_000]] as const;

if (process.send === undefined) await receive();
else await serve();

async function serve(): Promise<void> {
  const venue = await startSimulatedVenue({ symbols, rate: 0 });
  let before = process.cpuUsage();
  process.on('message', (rate: number) => {
    venue.rate = rate;
    const { counts } = venue;
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    process.send?.({ published: counts.published.quote, dropped: counts.dropped, cpu: (user + system) / 1_000 });
  });
  process.once('disconnect', () => void venue.stop());
  process.send?.(venue.tcpUrl);
}

interface Reading {
  readonly published: number;
  readonly dropped: number;
  readonly cpu: number;
}

async function receive(): Promise<void> {
  const child = fork(process.argv[1]!);
  const answer = <T>(): Promise<T> => new Promise((resolve) => child.once('message', (value) => resolve(value as T)));
  const url = new URL(await answer<string>());
  const socket = connect(Number(url.port), url.hostname);
  const seen = { bytes: 0, frames: 0 };
  const text = new TextEncoder();
  const field = (value: string): number[] => [0, value.length, ...text.encode(value)];
  const packet = (head: number, body: number[]): Uint8Array => Uint8Array.from([head, body.length, ...body]);
  socket.write(packet(0x10, [...field('MQTT'), 4, 2, 0, 0, ...field('bench')]));
  await new Promise((resolve) => socket.once('data', resolve));
  const count = frameCounter(() => (seen.frames += 1));
  socket.on('data', (chunk: Buffer) => {
    seen.bytes += chunk.length;
    count(chunk);
  });
  socket.write(packet(0x82, [0, 1, ...field('proto/topic/bidofferv3/+'), 0]));
  const tell = (rate: number): Promise<Reading> => {
    child.send(rate);
    return answer<Reading>();
  };
  for (const rate of rates) {
    // The first second warms the code up and is not counted.
    await tell(rate);
    await sleep(1_000);
    const [start, from, frames, bytes] = [await tell(rate), performance.now(), seen.frames, seen.bytes];
    await sleep(span);
    const [end, took] = [await tell(rate), (performance.now() - from) / 1_000];
    const of = (value: number): string => Math.round(value / took).toLocaleString('en');
    process.stdout.write(
      `asked for ${of(rate * took)}: ${of(end.published - start.published)} published, ` +
        `${of(seen.frames - frames)} received a second, ${((seen.bytes - bytes) / took / 1e6).toFixed(1)} MB/s, ` +
        `${String(end.dropped - start.dropped)} dropped, ` +
        `${((end.cpu * 1_000) / (end.published - start.published)).toFixed(1)} µs of the venue's CPU a message\n`,
    );
  }
  socket.destroy();
  child.disconnect();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Steps from frame to frame by their lengths, over the bounds of chunks. */
function frameCounter(onPublish: () => void): (chunk: Uint8Array) => void {
  let [skip, head, length, scale] = [0, -1, 0, 1];
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        [skip, at] = [skip - step, at + step];
        continue;
      }
      const byte = chunk[at++]!;
      if (head < 0) {
        [head, length, scale] = [byte, 0, 1];
        continue;
      }
      length += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte >= 0x80) continue;
      if (head >> 4 === 3) onPublish();
      [skip, head] = [length, -1];
    }
  };
}
