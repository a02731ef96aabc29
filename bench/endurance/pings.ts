import { fork } from 'node:child_process';
import { tap } from 'rxjs';
import { defaultTransport, mqttVenue, quoteFeed, systemClock } from '../../src/index.js';
import type { Connection } from '../../src/model/transport.js';
import { decodeBidOfferV3 } from '../../src/settrade/index.js';
import { startTerseBroker } from '../../test/support/terseBroker.js';
import { messagesOf, symbolsOf, topicPrefix } from '../peers/messages.js';
import { burstWrites, sendBurst } from '../peers/sources/burst.js';
import { type Bound, sleep, until } from './bound.js';

/** The consumer's time for a message, in ms: far longer than the reading of a message, so the consumer uses up every slice. */
const work = 0.05;
/** Values of `maxSlice`, in ms: around the default of 20. */
const slices = [10, 20, 50, 100];
/**
 * How long a link with the default keep-alive waits for an answer before it ends, in ms. The machine may be busy with
 * other work.
 */
const mostWaiting = 3_000;
const topics = 500;

/** Runs the broker in the child process. It sends as fast as the client reads. */
export async function servePings(): Promise<void> {
  const writes = burstWrites(messagesOf(symbolsOf(topics)).packets);
  const broker = await startTerseBroker({
    onGranted: (socket, granted) => {
      if (granted.some((topic) => topic.startsWith(topicPrefix)) && socket.listenerCount('drain') === 0) {
        sendBurst(socket, writes);
      }
    },
  });
  process.once('disconnect', () => {
    broker.stop();
    process.exit();
  });
  process.send?.(broker.url);
}

async function waitsAt(url: string, maxSlice: number, seconds: number): Promise<Bound> {
  const connect = defaultTransport({ clock: systemClock });
  let connection: Connection | undefined;
  const symbols = symbolsOf(topics);
  const feed = quoteFeed({
    venue: mqttVenue({ endpoint: url, topics: `${topicPrefix}{symbol}`, decode: decodeBidOfferV3 }),
    maxSlice,
    transport: (endpoint) =>
      connect(endpoint).pipe(
        tap((event) => {
          if (event.type === 'open') ({ connection } = event);
        }),
      ),
  });
  feed.quotes(symbols, { depth: 10 }).subscribe(({ change }) => {
    if (change !== 'image') return;
    const end = performance.now() + work;
    while (performance.now() < end);
  });
  await until(() => feed.stats().conflated > 0, 'the source is faster than the consumer');
  const waits: number[] = [];
  for (const end = performance.now() + 1_000 * seconds; performance.now() < end; ) {
    const asked = performance.now();
    let answered = false;
    connection?.ping?.().subscribe({
      complete: () => {
        waits.push(performance.now() - asked);
        answered = true;
      },
    });
    await until(() => answered, 'a ping is answered');
    await sleep(20);
  }
  const { attempts, connected } = feed.stats();
  await feed.close();
  waits.sort((one, other) => one - other);
  const at = (share: number): string => waits[Math.floor(share * (waits.length - 1))]!.toFixed(0);
  return {
    name: `pings at slices of ${String(maxSlice)} ms`,
    found: `median ${at(0.5)} ms, longest ${at(1)} ms of ${String(waits.length)}; ${String(attempts - 1)} reconnects`,
    holds: connected && attempts === 1 && waits.at(-1)! <= mostWaiting,
  };
}

/** How long pings wait for their answer while a source sends as fast as it is read and a consumer uses up every slice. */
export async function pings(seconds: number): Promise<readonly Bound[]> {
  const child = fork(process.argv[1]!, ['--serve-pings']);
  const url = await new Promise<string>((resolve) => child.once('message', resolve));
  const bounds: Bound[] = [];
  for (const slice of slices) bounds.push(await waitsAt(url, slice, seconds));
  child.disconnect();
  return bounds;
}
