import type * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  knownOptions,
  optionalFunction,
  outOfRange,
  wholeNumber,
  wrongType,
} from '../../operators/support/argument.js';
import { onRejection } from '../../operators/support/callbackFailures.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { Clock } from '../model/clock.js';
import { ListenError } from '../model/errors.js';
import { nodeModule } from '../nodeModule.js';
import { systemClock } from '../model/systemClock.js';
import { exposeMetrics, type ExposeMetricsConfig } from './exposeMetrics.js';
import { limitConnections, withoutTimeouts } from './connectionLimits.js';
import { watchHealth } from './feedHealth.js';
import { checkHostNames, foreignName } from './hostNames.js';
import { type AnswerSources, foreignHost, type HttpAnswer, SharedAnswers, unreadable } from './metricsAnswer.js';

/** Options of `serveMetrics`. */
export interface ServeMetricsConfig extends ExposeMetricsConfig {
  /** Feeds by the name they have in the label `feed` and in the answers. */
  readonly feeds: Readonly<
    Record<string, Pick<QuoteFeed, 'stats' | 'delays' | 'symbols' | 'state$' | 'subscriptions$'>>
  >;
  /** TCP port; 0 for a free one. @defaultValue 8000 */
  readonly port?: number;
  /** Interface to listen on. Nobody has to sign in: open it to others only behind a firewall. @defaultValue 127.0.0.1 */
  readonly host?: string;
  /**
   * Host names by which clients may ask, e.g. `['metrics.example.com']`, without scheme and port. Every IP address, `localhost` and
   * `host` are answered without being named; a request with another name in its `Host` header gets 403. So no web page can read
   * the answers by a name of its own that resolves to this machine. @defaultValue none
   */
  readonly allowedHosts?: readonly string[];
  /** Makes what `/health` adds about each feed, e.g. `findings` of `rx-quotes/playbook`. @defaultValue nothing */
  readonly findings?: (feed: ServeMetricsConfig['feeds'][string]) => readonly unknown[];
  /** Time and chance. @defaultValue the system's */
  readonly clock?: Clock;
}

/** A server that is listening. */
export interface MetricsServer extends AsyncDisposable {
  /** Where it is, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Answers what was asked already, for at most 1 s, and frees the port. */
  close(): Promise<void>;
}

/** How long, in ms, `close()` waits for answers that are being sent. */
const closeTimeout = 1_000;

const name = 'serveMetrics';
const optionNames = ['registry', 'feeds', 'aliases', 'perSymbol', 'port', 'host', 'allowedHosts', 'findings', 'clock'];

/**
 * Serves the metrics of feeds over HTTP, and whether they are well.
 *
 * - `/metrics`: all of the registry, the feeds' metrics among it (`exposeMetrics`)
 * - `/health`: 200 when nothing is wrong with any feed, else 503, as JSON that says what
 * - `/ready`: 200 when every feed is idle, or live with every wanted topic answered, else 503, as JSON
 *
 * An idle feed is well and ready: it connects for its first subscriber. For an orchestrator use `/ready`; to start a
 * process anew because of `/health` mends no broker. The server alone keeps no process alive. Node only.
 *
 * @example
 * ```ts
 * const server = await serveMetrics({ registry, feeds: { settrade: feed }, port: 8000 });
 * log(server.url);
 * await server.close();
 * ```
 *
 * @returns rejects with code `RXQ_LISTEN` when it can't listen, e.g. because the port is in use
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, before anything is opened
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
    findings,
    clock = systemClock,
  } = config;
  if (wholeNumber(`${name}.port`, port, 0) > 65_535) throw outOfRange(`${name}.port`, port, 'pass 0 to 65535');
  if (typeof host !== 'string' || host === '') throw wrongType(`${name}.host`, host, 'pass a host name or address');
  checkHostNames(`${name}.allowedHosts`, allowedHosts);
  optionalFunction(`${name}.findings`, findings);
  exposeMetrics({
    registry,
    feeds,
    ...(aliases === undefined ? {} : { aliases }),
    ...(perSymbol === undefined ? {} : { perSymbol }),
  });
  return start({ registry, feeds, port, host, allowedHosts: [...allowedHosts, host], findings, clock });
}

type Settings = Required<
  Pick<ServeMetricsConfig, 'registry' | 'feeds' | 'port' | 'host' | 'allowedHosts' | 'clock'>
> & {
  readonly findings: ServeMetricsConfig['findings'];
};

async function start(settings: Settings): Promise<MetricsServer> {
  const { registry, feeds, port, host, allowedHosts, findings, clock } = settings;
  const { createServer } = (await nodeModule('node:http')) as typeof http;
  const watched = Object.entries(feeds).map(([feedName, feed]) => ({ feedName, feed, watch: watchHealth(feed) }));
  const sources: AnswerSources = {
    registry,
    health: () =>
      Object.fromEntries(
        watched.map(({ feedName, feed, watch }) => [
          feedName,
          { ...watch.read(), ...(findings === undefined ? {} : { findings: found(findings(feed)) }) },
        ]),
      ),
  };
  const shared = new SharedAnswers(sources, clock.io);
  const server = createServer(withoutTimeouts);
  limitConnections(server, clock.background, (request, response) => {
    void answer(shared, allowedHosts, request, response);
  });
  const stop = (): void => {
    for (const { watch } of watched) watch.stop();
  };
  try {
    await listen(server, port, host);
  } catch (cause) {
    stop();
    throw new ListenError(`${name} can't listen on ${host}, port ${port}: ${reasonOf(cause)}`, { cause });
  }
  server.unref();
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    stop();
    closed ??= closeServer(server, clock);
    return closed;
  };
  const { address, family, port: bound } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  return { url, close, [Symbol.asyncDispose]: close };
}

/** The answer of a function of the user's. If the function is async, its rejection must not end the process. */
function found(findings: readonly unknown[]): readonly unknown[] {
  onRejection(findings, () => undefined);
  return findings;
}

async function answer(
  answers: SharedAnswers,
  allowedHosts: readonly string[],
  { method = '', url = '', headers }: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const [path = ''] = url.split('?');
  const foreign = foreignName(headers.host ?? '', allowedHosts);
  try {
    send(response, foreign === undefined ? await answers.get(method, path) : foreignHost(foreign));
  } catch {
    // The metrics of a registry other than prom-client's may be no text, or its content type no header value.
    send(response, unreadable(path));
  }
}

/** Sends an answer whole, or throws before any of it is sent. */
function send(response: http.ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.statusCode = status;
  const all = { ...headers, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' };
  for (const [header, value] of Object.entries(all)) response.setHeader(header, value);
  response.end(body);
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A server that can't take a connection, e.g. for want of file handles, must not end the process of the feed.
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
