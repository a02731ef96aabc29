import type { Clock } from '../../model/clock.js';
import { cut, printable } from '../terminal/cells.js';
import { explanationsIn, healthsIn, type StatusReport, symbolsIn } from './report.js';

/** How long, in ms, the process may take to answer. */
const timeout = 5_000;

/** The states of a symbol whose price can't be trusted. */
const doubts = 'stale,suspect,refused,awaiting';

/** The longest text of the server that is shown, in characters. */
const longestText = 300;

/** An error that is explained to the user; its message is a sentence. */
class ReadError extends Error {}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The clock of the server, ISO 8601; it counts whole seconds. */
  readonly at?: string;
}

/** The explanations of errors of a connection, by their codes. */
const failures: readonly (readonly [codes: RegExp, why: string])[] = [
  [
    /^ECONNREFUSED$/,
    'the connection is refused: no server listens there. Check host and port, and that the process calls serveMetrics',
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the host name can’t be resolved: check its spelling and this machine’s DNS'],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, 'the host can’t be reached: check this machine’s network, its route and its VPN'],
  [
    /^(ERR_SSL|EPROTO|CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS)/,
    'no secure connection: serveMetrics has no TLS, so pass http:// unless a proxy adds it',
  ],
  [/^HPE_/, 'the server does not speak HTTP: check the port'],
  [
    /^(ECONNRESET|UND_ERR_SOCKET|EPIPE)$/,
    'the connection was closed without an answer: check that the port is that of serveMetrics; it takes 8 clients at once',
  ],
];

function whyFailed(error: unknown): string {
  const { name, cause } = error as Error;
  if (name === 'TimeoutError') {
    return `no answer within ${String(timeout / 1000)} s: the process may be blocked or stopped, or a firewall drops the connection`;
  }
  const { code = '', message = '' } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  if (message === 'bad port') return 'fetch refuses this port, which belongs to another protocol: serve on another one';
  const known = failures.find(([codes]) => codes.test(code));
  return known?.[1] ?? `the request failed${/^[A-Z_\d]{1,40}$/.test(code) ? ` (${code})` : ''}: check the address`;
}

async function get(url: string, path: string): Promise<Page> {
  try {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(timeout), redirect: 'manual' });
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      text: await response.text(),
      ...(Number.isNaN(date) ? {} : { at: new Date(date).toISOString() }),
    };
  } catch (error) {
    throw new ReadError(whyFailed(error));
  }
}

/** The data of a page. `/health` has its data also with HTTP 503; the text of an error is shown. */
function dataOf<T>({ status, type, text }: Page, path: string, read: (value: unknown) => T | undefined): T {
  const isJson = type.startsWith('application/json');
  if (!isJson && status >= 400) {
    const words = type.startsWith('text/plain') ? `: ${cut(printable(text.trim()), longestText)}` : '';
    throw new ReadError(`the server answers ${path} with HTTP ${String(status)}${words}`);
  }
  try {
    const data = isJson ? read(JSON.parse(text)) : undefined;
    if (data !== undefined) return data;
  } catch {
    // It is no JSON.
  }
  throw new ReadError(
    `the answer to ${path} (HTTP ${String(status)}) is not that of serveMetrics: check the port, and the version of rx-quotes there`,
  );
}

/** Asks a metrics server for the status of its feeds, and for the explanation of a symbol. */
export async function readStatus(
  url: string,
  symbol: string | undefined,
  clock: Pick<Clock, 'now'>,
): Promise<StatusReport> {
  const asked = { url, ...(symbol === undefined ? {} : { symbol }) };
  try {
    const explainPath = symbol === undefined ? undefined : `/explain?symbol=${encodeURIComponent(symbol)}`;
    const [health, symbols, explain] = await Promise.all([
      get(url, '/health'),
      get(url, `/symbols?state=${doubts}`),
      explainPath === undefined ? undefined : get(url, explainPath),
    ]);
    const healths = dataOf(health, '/health', healthsIn);
    const inDoubt = dataOf(symbols, '/symbols', symbolsIn);
    const explained =
      explain === undefined || explain.status === 404 ? {} : dataOf(explain, '/explain', explanationsIn);
    const feeds = Object.fromEntries(
      Object.entries(healths).map(([name, feed]) => {
        const topics = explained[name];
        return [name, { ...feed, inDoubt: inDoubt[name] ?? [], ...(topics === undefined ? {} : { explain: topics }) }];
      }),
    );
    return { ...asked, at: health.at ?? new Date(clock.now()).toISOString(), feeds };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return { ...asked, at: new Date(clock.now()).toISOString(), error: error.message };
  }
}
