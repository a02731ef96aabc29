import type * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { knownOptions, outOfRange, wholeNumber, wrongType } from '../../operators/support/argument.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { Clock } from '../model/clock.js';
import { ListenError } from '../model/errors.js';
import { nodeModule } from '../nodeModule.js';
import { systemClock } from '../model/systemClock.js';
import { checkFeeds, exposeMetrics, type ExposeMetricsConfig } from './exposeMetrics.js';
import type { HttpAnswer } from './http/answers.js';
import { limitConnections, withoutTimeouts } from './http/connectionLimits.js';
import { checkHostNames, foreignName } from './http/hostNames.js';
import { foreignHost, SharedAnswers, unreadable } from './http/sharedAnswers.js';
import { WatchedFeed } from './http/watchedFeed.js';

/** Options of `serveMetrics`. */
export interface ServeMetricsConfig extends ExposeMetricsConfig {
  /** Feeds by the name they have in the label `feed` and in the answers. */
  readonly feeds: Readonly<
    Record<
      string,
      Pick<QuoteFeed, 'stats' | 'delays' | 'symbols' | 'state$' | 'subscriptions$' | 'journal' | 'explain'> & {
        last(symbol: string): object | undefined;
      }
    >
  >;
  /** TCP port; 0 for a free one. @defaultValue 8000 */
  readonly port?: number;
  /**
   * Interface to listen on. There is no sign-in, so open it to other machines only behind a firewall. @defaultValue
   * 127.0.0.1
   */
  readonly host?: string;
  /**
   * Host names that clients may use, e.g. `['metrics.example.com']`, without scheme and port. IP addresses, `localhost`
   * and `host` are always allowed; a request with another name in its `Host` header gets 403. So no web page can read
   * the answers by a name of its own that resolves to this machine. @defaultValue none
   */
  readonly allowedHosts?: readonly string[];
  /** Time and chance. @defaultValue the system's */
  readonly clock?: Clock;
}

/** A server that is listening. */
export interface MetricsServer extends AsyncDisposable {
  /** The address of the server, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Finishes running requests, for at most 1 s, and frees the port. */
  close(): Promise<void>;
}

/** How long, in ms, `close()` waits for answers that are being sent. */
const closeTimeout = 1_000;

const name = 'serveMetrics';
const optionNames = ['registry', 'feeds', 'aliases', 'perSymbol', 'port', 'host', 'allowedHosts', 'clock'];

/**
 * Serves the metrics, the health and the findings of feeds over HTTP. docs/status.md has the shape of each answer.
 *
 * - `/metrics`: all metrics of the registry, with those of the feeds (`exposeMetrics`)
 * - `/live`: 200 while the event loop answers
 * - `/ready`: 200 when every feed is idle, or live with every wanted topic answered, else 503
 * - `/health`: 503 while a critical finding stands for a feed, else 200
 * - `/findings`, `/symbols`, `/explain`, `/events`: what is wrong with each feed, for people and `rx-quotes status`
 *
 * An idle feed is healthy and ready: it connects for its first subscriber. For an orchestrator use `/live` and
 * `/ready`: restarting a process because of `/health` does not repair a broker. The server alone keeps no process
 * alive. Node only.
 *
 * @example
 * ```ts
 * const server = await serveMetrics({ registry, feeds: { settrade: feed }, port: 8000 });
 * log(server.url);
 * await server.close();
 * ```
 *
 * @returns rejects with code `RXQ_LISTEN` when it can't listen, e.g. because the port is in use
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, before the server opens a port
 * @since 0.1.0
 */
export function serveMetrics(config: ServeMetricsConfig): Promise<MetricsServer> {
  knownOptions(name, config, optionNames);
  const {
    registry,
    feeds,
    aliases,
    perSymbol,
    port = 8_000,
    host = '127.0.0.1',
    allowedHosts = [],
    clock = systemClock,
  } = config;
  if (wholeNumber(`${name}.port`, port, 0) > 65_535) throw outOfRange(`${name}.port`, port, 'pass 0 to 65535');
  if (typeof host !== 'string' || host === '') throw wrongType(`${name}.host`, host, 'pass a host name or address');
  checkHostNames(`${name}.allowedHosts`, allowedHosts);
  checkFeeds(`${name}.feeds`, feeds, ['stats', 'symbols', 'journal', 'explain', 'last']);
  exposeMetrics({
    registry,
    feeds,
    ...(aliases === undefined ? {} : { aliases }),
    ...(perSymbol === undefined ? {} : { perSymbol }),
  });
  return start({ registry, feeds, port, host, allowedHosts: [...allowedHosts, host], clock });
}

type Settings = Required<Omit<ServeMetricsConfig, 'aliases' | 'perSymbol'>>;

async function start(settings: Settings): Promise<MetricsServer> {
  const { registry, feeds, port, host, allowedHosts, clock } = settings;
  const { createServer } = (await nodeModule('node:http')) as typeof http;
  const watched = Object.fromEntries(
    Object.entries(feeds).map(([feedName, feed]) => [feedName, new WatchedFeed(feed, clock)]),
  );
  const shared = new SharedAnswers({ registry, feeds: watched }, clock.io);
  const server = createServer(withoutTimeouts);
  limitConnections(server, clock.background, (request, response) => {
    void answer(shared, allowedHosts, request, response);
  });
  try {
    await listen(server, port, host);
  } catch (cause) {
    throw new ListenError(`${name} can't listen on ${host}, port ${port}: ${reasonOf(cause)}`, { cause });
  }
  server.unref();
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= closeServer(server, clock);
    return closed;
  };
  const { address, family, port: bound } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  return { url, close, [Symbol.asyncDispose]: close };
}

async function answer(
  answers: SharedAnswers,
  allowedHosts: readonly string[],
  { method = '', url = '', headers }: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const foreign = foreignName(headers.host ?? '', allowedHosts);
  try {
    send(response, foreign === undefined ? await answers.get(method, url) : foreignHost(foreign));
  } catch {
    // The metrics of a registry other than prom-client's may be no text, or its content type no header value.
    send(response, unreadable(url.split('?', 1).join()));
  }
}

/** Sends a whole answer, or throws before any byte is sent. */
function send(response: http.ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.statusCode = status;
  const all = { ...headers, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' };
  for (const [header, value] of Object.entries(all)) response.setHeader(header, value);
  response.end(body);
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // If the server can't accept a connection, e.g. without free file handles, this must not end the process of the
    // feed.
    server.on('error', reject);
    server.listen(port, host, resolve);
  });
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: string };
  if (code === 'EADDRINUSE') return 'the port is in use (EADDRINUSE): pass another, or 0 for a free one';
  if (code === 'EACCES') return 'the port needs more rights (EACCES): pass one above 1023';
  return String(code ?? (error instanceof Error ? error.message : error));
}

function closeServer(server: http.Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const deadline = clock.timers.schedule(() => {
      server.closeAllConnections();
    }, closeTimeout);
    server.close(() => {
      deadline.unsubscribe();
      resolve();
    });
    server.closeIdleConnections();
  });
}
