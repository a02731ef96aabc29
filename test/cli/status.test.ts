import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/run.js';
import { exitCodeOf, status } from '../../src/cli/status/status.js';
import type { FeedReport, StatusReport } from '../../src/cli/status/report.js';
import { statusLines } from '../../src/cli/status/statusLines.js';
import { widthOf } from '../../src/cli/terminal/cells.js';
import { type MetricsServer, serveMetrics } from '../../src/metrics/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import { absentPort, startServer } from '../contract/silentServer.js';
import { scene } from '../feed/scene.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { fakeScreen } from './fakeScreen.js';
import { fakeTerminal } from './fakeTerminal.js';

const url = 'http://127.0.0.1:8000';
const at = '2026-11-30T03:00:07.000Z';
const noSymbols = { awaiting: 0, live: 0, quiet: 0, suspect: 0, stale: 0, refused: 0 };

const well: FeedReport = {
  ...{ ok: true, ready: true, status: 'live', epoch: 3, since: '2026-11-30T02:58:00.000Z', findings: [], inDoubt: [] },
  symbols: { ...noSymbols, live: 2 },
};
const warned: FeedReport = {
  ...well,
  findings: [{ code: 'RXP_SYMBOLS_STALE', severity: 'warning', symptom: '1 symbol stale', fixes: ['wait'] }],
};
const broken: FeedReport = {
  ...{ ok: false, ready: false, status: 'waiting', epoch: 3, since: '2026-11-30T03:00:00.000Z' },
  symbols: { ...noSymbols, live: 1, suspect: 2, stale: 1 },
  findings: [
    {
      ...{ code: 'RXP_RESET', severity: 'critical', doc: 'docs/playbook.md#rxp-reset' },
      ...{ since: '2026-11-30T01:45:00.000Z', last: '2026-11-30T03:00:00.000Z' },
      symptom: 'not connected: broker.test:1883 reset the connection (RXQ_NETWORK), 3 times in the last 5 min',
      fixes: [
        'look for the reason in the broker’s log',
        'check that no firewall, no proxy and no limit of the account cuts the connection after a while, e.g. when it is idle',
      ],
    },
  ],
  inDoubt: [
    { symbol: 'AOT', state: 'suspect', age: 7_400 },
    { symbol: 'S & J', state: 'suspect' },
    { symbol: 'PTT', state: 'stale', age: 4_000_000 },
  ],
  explain: [
    {
      topic: 'px/AOT',
      why: 'suspect: messages were missed: link lost, the connection was reset (RXQ_NETWORK), in epoch 3',
      silence: { text: 'stale after 60.0 s without a message' },
      messages: [{ at: '2026-11-30T02:59:58.000Z', count: 12, outcome: 'live image' }],
    },
  ],
};
const report: StatusReport = { url, at, symbol: 'AOT', feeds: { settrade: broken, spare: well } };

const plain = { paint: (_: unknown, text: string): string => text };

/** The text of a report; times of day depend on the time zone of the machine. */
function textOf(shown: StatusReport, width: number, docsBase?: string): string {
  const lines = statusLines(shown, { ...plain, width, ...(docsBase === undefined ? {} : { docsBase }) });
  return lines.join('\n').replace(/\d\d:\d\d:\d\d/g, 'hh:mm:ss');
}

describe('the text of a report', () => {
  it('has each feed with its findings, remedies, symbols in doubt and the explained symbol', () => {
    expect(`\n${textOf(report, 80)}\n`).toBe(`
http://127.0.0.1:8000 at hh:mm:ss

✗ settrade: waiting since hh:mm:ss (7 s ago); epoch 3; not ready; symbols: 1
  live, 2 suspect, 1 stale

  ✗ RXP_RESET critical
    not connected: broker.test:1883 reset the connection (RXQ_NETWORK), 3 times
    in the last 5 min
    since hh:mm:ss (1 h 15 min ago), last hh:mm:ss (7 s ago)
    → look for the reason in the broker’s log
    → check that no firewall, no proxy and no limit of the account cuts the
      connection after a while, e.g. when it is idle
    docs/playbook.md#rxp-reset

  suspect: AOT 7 s, S & J
  stale: PTT 1 h 6 min

  px/AOT is suspect: messages were missed: link lost, the connection was reset
  (RXQ_NETWORK), in epoch 3
    stale after 60.0 s without a message
      hh:mm:ss (9 s ago): 12 × live image

✓ spare: live since hh:mm:ss (2 min 7 s ago); epoch 3; ready; symbols: 2 live
`);
  });

  it.each([40, 80, 120])('loses no word in %d columns, and no line is wider', (width) => {
    const words = (text: string): string => text.replace(/\s+/g, ' ');
    expect(words(textOf(report, width))).toBe(words(textOf(report, 1_000)));
    for (const line of textOf(report, width).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width);
  });

  it('has the pages of the documentation at another address', () => {
    expect(textOf(report, 120, 'https://docs.test/x')).toContain('    https://docs.test/x/playbook.md#rxp-reset\n');
  });

  it('names 20 symbols of a state, and counts the others', () => {
    const inDoubt = Array.from({ length: 23 }, (_, index) => ({ symbol: `S${String(index)}`, state: 'awaiting' }));
    const text = textOf({ url, at, feeds: { px: { ...well, inDoubt } } }, 1_000);
    expect(text).toMatch(/awaiting: S0, .*, S19, 3 more$/);
  });

  it('says when no feed has the symbol, and when the process has no feeds', () => {
    expect(textOf({ url, at, symbol: 'XX', feeds: { px: well } }, 80)).toMatch(
      /\n! No feed has a subscriber for XX\.$/,
    );
    expect(textOf({ url, at, feeds: {} }, 80)).toMatch(/\nThis process has no feeds\.$/);
  });

  it('has no control characters of the server', () => {
    const finding = { code: '\u001b[2J', severity: 'warning', symptom: '\u0007\u202e', fixes: ['\u001b]0;x\u0007'] };
    const feeds = { '\u001b[1m': { ...broken, status: '\u009b2J', findings: [finding] } };
    expect(textOf({ url, at, feeds }, 80).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('the exit code', () => {
  it.each<[string, number, StatusReport]>([
    ['no finding', 0, { url, at, feeds: { px: well } }],
    ['a warning', 3, { url, at, feeds: { px: well, spare: warned } }],
    ['a critical finding of one feed', 1, { url, at, feeds: { px: warned, spare: broken } }],
    ['no answer', 1, { url, at, error: 'no answer' }],
  ])('of %s is %d', (_, code, shown) => {
    expect(exitCodeOf(shown)).toBe(code);
  });
});

const servers: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map((stop) => stop()));
});

async function serving(feeds: Parameters<typeof serveMetrics>[0]['feeds']): Promise<MetricsServer> {
  const clock = { ...systemClock, now: () => 1_000 };
  const server = await serveMetrics({ registry: new Registry(), feeds, port: 0, clock });
  servers.push(() => server.close());
  return server;
}

async function answering(onRequest: RequestListener): Promise<string> {
  const { port, stop } = await startServer(createServer(onRequest));
  servers.push(stop);
  return `http://127.0.0.1:${String(port)}`;
}

/** Runs the command. */
async function asked(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const terminal = fakeTerminal();
  const code = await run(['status', ...args], terminal, { env: {} });
  return { code, text: `${terminal.lines.join('\n')}${terminal.errors()}` };
}

describe('rx-quotes status', () => {
  it('shows a running process: its findings, its symbols in doubt, and why a symbol is', async () => {
    const secret = 'hunter2-hunter2';
    const { feed, listen, price, fake } = scene({
      venue: { endpoint: { url: 'mqtt://broker.test', username: 'desk', password: secret } },
      fake: { suback: (topic) => (topic === 'px/BAD' ? 128 : 0) },
    });
    const server = await serving({ px: feed, spare: scene().feed });
    const { url: address } = server;
    expect(await asked(address)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/\n✓ px: idle .*\n\n✓ spare: /),
    });
    listen(['AOT', 'KBANK', 'BAD']);
    price('AOT', 70);
    fake.drop();
    const { code, text } = await asked(address, '--symbol', 'AOT');
    const health = (await (await fetch(`${address}/health`)).json()) as { feeds: { px: FeedReport } };
    const [finding] = health.feeds.px.findings;
    expect(code).toBe(1);
    for (const part of [finding?.code, finding?.symptom, finding?.fixes[0], 'suspect: AOT 0 s', 'awaiting: KBANK']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('refused: BAD');
    expect(text.replace(/\s+/g, ' ')).toContain(`px/AOT is ${feed.explain('AOT')[0]?.why ?? 'missing'}`);

    const json = await asked(address, '--symbol', 'AOT', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.text)).toMatchObject({
      ...{ url: address, symbol: 'AOT' },
      feeds: {
        px: { ...health.feeds.px, inDoubt: [{ symbol: 'AOT' }, { symbol: 'KBANK' }, { symbol: 'BAD' }] },
        spare: { ok: true, inDoubt: [] },
      },
    });
    expect(json.text + text).not.toContain(secret);
    expect((await asked(address, '--symbol', 'XX')).text).toContain('No feed has a subscriber for XX.');
  });

  const json = { 'Content-Type': 'application/json' };
  const text = { 'Content-Type': 'text/plain' };

  it.each<[what: string, number, Readonly<Record<string, string>>, body: string, expected: string]>([
    [
      'a page in words',
      200,
      text,
      'hello',
      'the answer to /health (HTTP 200) is not that of serveMetrics: check the port',
    ],
    [
      'JSON of its own',
      200,
      json,
      '{"feeds":{"px":{"status":"UP"}}}',
      '/health (HTTP 200) is not that of serveMetrics',
    ],
    ['JSON that is cut', 200, json, '{"feeds":', '/health (HTTP 200) is not that of serveMetrics'],
    ['a redirection', 302, { Location: 'http://127.0.0.1:1/' }, '', '/health (HTTP 302) is not that of serveMetrics'],
    [
      'a refused host name',
      403,
      text,
      'Refused: pass allowedHosts.',
      'answers /health with HTTP 403: Refused: pass allowedHosts.',
    ],
    ['an error page', 502, { 'Content-Type': 'text/html' }, '<b>', 'the server answers /health with HTTP 502'],
  ])('explains an answer that is %s, with exit code 1', async (_, code, headers, body, expected) => {
    const address = await answering((_request, response) => response.writeHead(code, headers).end(body));
    const shown = await asked(address);
    expect([shown.code, shown.text.replace(/\s+/g, ' ')]).toEqual([1, expect.stringContaining(expected)]);
    const { error } = JSON.parse((await asked(address, '--json')).text) as { readonly error: string };
    expect(error).toContain(expected);
  });

  it('explains a refused connection, a server without HTTP, a port of another protocol, and a missing TLS', async () => {
    const { port, stop } = await startServer(createTcpServer(), (socket) => socket.end('SSH-2.0\r\n'));
    servers.push(stop);
    const { url: address } = await serving({});
    const cases: readonly (readonly [string, RegExp])[] = [
      [`http://127.0.0.1:${String(await absentPort())}`, /the connection is refused: no server listens there/],
      [`http://127.0.0.1:${String(port)}`, /the server does not speak HTTP: check the port/],
      ['http://127.0.0.1:25', /fetch refuses this port/],
      [address.replace('http', 'https'), /no secure connection: serveMetrics has no TLS, so pass http:\/\//],
    ];
    for (const [place, expected] of cases) {
      const shown = await asked(place);
      expect([shown.code, shown.text.replace(/\s+/g, ' ')]).toEqual([1, expect.stringMatching(expected)]);
    }
  });

  it('waits at most 5 s for an answer, and says so', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    timeout.mockImplementation(() => AbortSignal.abort(new DOMException('late', 'TimeoutError')));
    const shown = await asked(await answering(() => undefined));
    expect([shown.code, shown.text]).toEqual([1, expect.stringContaining('no answer within 5 s')]);
    expect(timeout).toHaveBeenCalledWith(5_000);
  });

  it('is refused without an address, with exit code 2', async () => {
    expect(await asked()).toMatchObject({ code: 2, text: expect.stringContaining('URL is undefined') as string });
  });
});

describe('rx-quotes status --watch', () => {
  const command = { name: 'status', url, json: false, watch: true } as const;

  /** Lets time pass, also for promises. */
  async function pass(scheduler: FastScheduler, ms: number): Promise<void> {
    scheduler.advance(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }

  /** A process whose reports are those of a list, the last one again and again. */
  function reading(reports: readonly StatusReport[]): { count: number; read: () => Promise<StatusReport> } {
    const reader = {
      count: 0,
      read: () => {
        const present = reports[Math.min(reader.count, reports.length - 1)];
        reader.count += 1;
        return present === undefined ? Promise.reject(new Error('no report')) : Promise.resolve(present);
      },
    };
    return reader;
  }

  const ok: StatusReport = { url, at, feeds: { px: well } };
  const later: StatusReport = { url, at: '2026-11-30T03:00:09.000Z', feeds: { px: well } };
  const warning: StatusReport = { url, at, feeds: { px: warned } };

  it('reads every 2 s, prints lines when something changed, and ends with the code of the last report', async () => {
    const [scheduler, terminal, reader] = [new FastScheduler(), fakeTerminal(), reading([ok, later, warning])];
    const ended = status(command, terminal, { now: () => 0, timers: scheduler }, reader.read);
    for (let second = 0; second < 8; second += 1) await pass(scheduler, second === 0 ? 0 : 1_000);
    expect(reader.count).toBe(4);
    expect(terminal.lines.filter((line) => line.startsWith('http'))).toHaveLength(2);
    terminal.end('interrupted');
    expect(await ended).toBe(3);
    await pass(scheduler, 10_000);
    expect(reader.count).toBe(4);
  });

  it('prints every report as a line of JSON with --json', async () => {
    const [scheduler, terminal, reader] = [new FastScheduler(), fakeTerminal(), reading([ok, later, warning])];
    const ended = status({ ...command, json: true }, terminal, { now: () => 0, timers: scheduler }, reader.read);
    for (const ms of [0, 2_000, 2_000]) await pass(scheduler, ms);
    terminal.end('interrupted');
    await ended;
    expect(terminal.lines.map((line) => JSON.parse(line) as unknown)).toEqual([ok, later, warning]);
  });

  it('shows the newest report on a screen within its size, and leaves it on the terminal', async () => {
    const screen = fakeScreen({ columns: 60, rows: 12 });
    const lines: string[] = [];
    const out = (text: string): void => {
      if (screen.isEntered()) screen.write(text);
      else lines.push(text);
    };
    const [scheduler, reader] = [new FastScheduler(), reading([report, ok])];
    const terminal = fakeTerminal();
    const ended = status(command, { ...terminal, out, screen }, { now: () => 0, timers: scheduler }, reader.read);
    await pass(scheduler, 0);
    expect(screen.text()).toMatch(/^http.*\n\n✗ settrade: [^]*\n… \d+ more lines: enlarge the window$/);
    screen.resize({ columns: 60, rows: 60 });
    expect(screen.text()).toContain('✓ spare');
    await pass(scheduler, 2_000);
    expect(screen.text()).toMatch(/^http.*\n\n✓ px: [^]* 2 live$/);
    expect(screen.isOverfull()).toBe(false);
    terminal.end('interrupted');
    expect(await ended).toBe(0);
    expect(screen.isEntered()).toBe(false);
    expect(lines.join('')).toMatch(/^http.*\n\n✓ px: /);
  });
});
