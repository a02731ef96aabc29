import type * as net from 'node:net';
import { timer } from 'rxjs';
import { knownOptions, outOfRange, wrongType } from '../../operators/internal/argument.js';
import type { Clock } from '../clock.js';
import { systemClock } from '../systemClock.js';
import type { FakePayload } from './fakeTransport.js';
import { loadAedes } from './loadAedes.js';
import { nodeModule } from '../nodeModule.js';

/** What a replay broker publishes, and how fast. */
export interface ReplayBrokerConfig {
  /** Payloads by topic, in the order to publish them; after a topic's last comes its first again. */
  readonly payloads: Readonly<Record<string, readonly FakePayload[]>>;
  /** Payloads a second over all topics, which take turns; 0.1 to 1000. @defaultValue 20 */
  readonly rate?: number;
  /** Times the publishing. @defaultValue the system's */
  readonly clock?: Pick<Clock, 'timers'>;
}

/** An MQTT broker in this process that plays a recording until it is stopped. */
export interface ReplayBroker {
  /** `mqtt://127.0.0.1:port`, the port a free one. */
  readonly url: string;
  /** Cuts every connection without a goodbye, as a lost network does; goes on listening and publishing. */
  dropConnections(): void;
  /** Ends connections, timers and the port. Resolves when nothing is left of it; may be called again. */
  stop(): Promise<void>;
}

type Recording = readonly { readonly topic: string; readonly payloads: readonly Uint8Array[] }[];

const OWNER = 'startReplayBroker';
const LOOPBACK = '127.0.0.1';
const [SLOWEST, FASTEST] = [0.1, 1000];

function checkRecording(payloads: unknown): Recording {
  const option = `${OWNER}.payloads`;
  const remedy = 'pass at least one payload of at least one topic: { topic: [payload, …] }';
  if (typeof payloads !== 'object' || payloads === null) throw wrongType(option, payloads, remedy);
  const entries = Object.entries(payloads as Readonly<Record<string, unknown>>);
  if (entries.length === 0) throw outOfRange(option, payloads, remedy);
  return entries.map(([topic, recorded]) => {
    const here = `${option}[${JSON.stringify(topic)}]`;
    if (topic === '' || /[+#\0]/.test(topic)) throw outOfRange(here, topic, 'name a topic, without + and #');
    if (!Array.isArray(recorded)) throw wrongType(here, recorded, 'pass an array of payloads');
    if (recorded.length === 0) throw outOfRange(here, recorded, remedy);
    return {
      topic,
      payloads: recorded.map((payload: unknown, index) => bytesOf(`${here}[${String(index)}]`, payload)),
    };
  });
}

function bytesOf(option: string, payload: unknown): Uint8Array {
  if (typeof payload === 'string') return new TextEncoder().encode(payload);
  if (payload instanceof Uint8Array) return payload;
  throw wrongType(option, payload, 'pass a Uint8Array, or text as UTF-8');
}

/** Resolves when the server accepts connections; its URL. */
async function listen(server: net.Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  return `mqtt://${LOOPBACK}:${String(typeof address === 'object' ? address?.port : address)}`;
}

async function start(recording: Recording, rate: number, clock: Pick<Clock, 'timers'>): Promise<ReplayBroker> {
  const broker = await loadAedes(OWNER);
  const { createServer } = (await nodeModule('node:net')) as typeof net;
  const aedes = await broker.createBroker();
  const sockets = new Set<net.Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
    });
    aedes.handle(socket);
  });
  const closed = new Promise((resolve) => {
    aedes.once('closed', resolve);
  });
  const url = await listen(server);

  const publishing = timer(0, 1000 / rate, clock.timers).subscribe((turn) => {
    const { topic, payloads } = recording[turn % recording.length] as Recording[number];
    const payload = payloads[Math.floor(turn / recording.length) % payloads.length] as Uint8Array;
    aedes.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false },
      () => undefined,
    );
  });

  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    publishing.unsubscribe();
    const released = new Promise((resolve) => server.close(resolve));
    dropConnections();
    aedes.close();
    await Promise.all([released, closed]);
  };
  return { url, dropConnections, stop: () => (stopped ??= stop()) };
}

/**
 * Starts an MQTT broker on a free port of the loopback interface that publishes recorded payloads over and over: for
 * demonstrations, examples and tests that want real sockets. It takes any client, keeps nothing and retains nothing.
 *
 * Node only, with the optional peer `aedes`.
 *
 * @example
 * ```ts
 * const broker = await startReplayBroker({ payloads: { 'px/AOT': ['{"bid":62.25}', '{"bid":62.5}'] } });
 * const feed = quoteFeed({ venue: mqttVenue({ endpoint: broker.url, topics: 'px/{symbol}', decode }) });
 * // …
 * await feed.close();
 * await broker.stop();
 * ```
 *
 * @returns rejects when `aedes` is not installed or no port is free
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function startReplayBroker(config: ReplayBrokerConfig): Promise<ReplayBroker> {
  knownOptions(OWNER, config, ['payloads', 'rate', 'clock']);
  const { payloads, rate = 20, clock = systemClock } = config;
  const bounds = `pass payloads a second, ${String(SLOWEST)} to ${String(FASTEST)}`;
  if (typeof rate !== 'number') throw wrongType(`${OWNER}.rate`, rate, bounds);
  if (!(rate >= SLOWEST && rate <= FASTEST)) throw outOfRange(`${OWNER}.rate`, rate, bounds);
  return start(checkRecording(payloads), rate, clock);
}
