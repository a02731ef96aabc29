import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { doctor } from '../../src/cli/doctor/doctor.js';
import { parseCommand } from '../../src/cli/options/command.js';
import type { DoctorCommand } from '../../src/cli/options/doctor.js';
import { run } from '../../src/cli/run.js';
import { startSimulatedVenue } from '../../src/testing/index.js';
import { fakeScreen } from '../cli/fakeScreen.js';
import { type FakeTerminal, fakeTerminal } from '../cli/fakeTerminal.js';
import { until } from '../contract/openConnection.js';
import { absentPort, type LocalServer, startServer } from '../contract/silentServer.js';
import { makeCertificates } from '../support/certificates.js';
import { skippingClock } from './skippingClock.js';

const SECRET = 'S3cretPassw0rd';
const symbols = ['AOT', 'PTT'];
const venue = await startSimulatedVenue({ symbols, rate: 100 });
const env = {
  SETTRADE_APP_ID: venue.appId,
  SETTRADE_APP_SECRET: venue.appSecret,
  SETTRADE_APP_CODE: venue.appCode,
  SETTRADE_BROKER_ID: venue.brokerId,
  SETTRADE_BASE_URL: venue.restUrl,
};
const servers: LocalServer[] = [];
const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-doctor-'));
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(async () => {
  await venue.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Step {
  readonly step: string;
  readonly status: string;
  readonly code?: string;
  readonly text: string;
  readonly fix?: string;
  readonly doc?: string;
  readonly about?: string;
}

/** The exit code of `rx-quotes doctor --json`, its steps, and all that it printed. */
async function examined(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly steps: readonly Step[]; readonly printed: string }> {
  const terminal = fakeTerminal();
  const code = await run(['doctor', ...args, '--json'], terminal, { env: environment });
  expect(terminal.lines).toHaveLength(1);
  const { steps, exitCode } = JSON.parse(terminal.lines[0] ?? '') as { steps: readonly Step[]; exitCode: number };
  expect(exitCode).toBe(code);
  return { code, steps, printed: `${terminal.lines.join('\n')}${terminal.errors()}` };
}

/** Steps that are not well. That a timer is late on a busy machine is nothing these tests are about. */
const troubles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter(({ status, step }) => status !== 'ok' && status !== 'skipped' && step !== 'event-loop');

const statusOf = (steps: readonly Step[], name: string): readonly string[] =>
  steps.filter(({ step }) => step === name).map(({ status }) => status);

describe('without --connect', () => {
  it('no CONNECT and no credential reach the broker, and the reason and the other way are given', async () => {
    let received = Buffer.alloc(0);
    const server = await startServer(createServer(), (socket) => {
      socket.on('data', (bytes: Buffer) => {
        received = Buffer.concat([received, bytes]);
        socket.end();
      });
    });
    servers.push(server);
    const url = `mqtt://127.0.0.1:${String(server.port)}`;
    const { steps } = await examined(['AOT', '--url', url], { API_TOKEN: SECRET });
    expect(troubles(steps)).toEqual([]);
    // The protocol's name stands in every CONNECT (OASIS MQTT 3.1.1, 3.1.2.1).
    expect(received.toString('latin1')).not.toMatch(new RegExp(`MQTT|${SECRET}`));
    expect(received.length).toBeGreaterThan(0);
    const [connack] = steps.filter(({ step }) => step === 'connack');
    expect(connack).toMatchObject({
      status: 'skipped',
      text: expect.stringMatching(/--connect.*rx-quotes status/) as string,
    });
  });

  it('nothing is signed in to at Settrade: only the time is asked for', async () => {
    const asked: string[] = [];
    const http: Server = createHttpServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.end();
    });
    const server = await startServer(http);
    servers.push(server);
    const at = { ...env, SETTRADE_BASE_URL: `http://127.0.0.1:${String(server.port)}` };
    const { steps } = await examined(['AOT', '--settrade'], at);
    expect(troubles(steps)).toEqual([]);
    expect(asked).toEqual(['HEAD /']);
    expect(statusOf(steps, 'sign-in')).toEqual(['skipped']);
    expect(statusOf(steps, 'connack')).toEqual(['skipped']);
  });

  it('the demonstration is examined to its end, because it has no live feed to hurt', async () => {
    const { steps } = await examined(['--demo']);
    expect(troubles(steps)).toEqual([]);
    expect(statusOf(steps, 'connack')).toEqual(['ok']);
    expect(statusOf(steps, 'first-message')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(statusOf(steps, 'market')).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });
});

it('with --connect and no symbol nothing is connected, because there is nothing to subscribe to', async () => {
  const { steps } = await examined(['--url', venue.tcpUrl, '--connect']);
  expect(steps.filter(({ step }) => step === 'connack')).toMatchObject([
    { status: 'skipped', text: expect.stringContaining('no symbol') as string },
  ]);
});

describe('with --settrade --connect', () => {
  it('sign-in, token, the broker of the dispatcher and the market of each symbol are well, and no secret is printed', async () => {
    const { steps, printed } = await examined([...symbols, '--settrade', '--connect'], env);
    expect(troubles(steps)).toEqual([]);
    expect(steps.map(({ step }) => step).filter((step, index, all) => step !== all[index - 1])).toEqual([
      ...['clock', 'dns', 'tcp', 'proxy', 'sign-in', 'token', 'dns', 'tcp', 'upgrade', 'connack', 'ping', 'suback'],
      ...['first-message', 'decode', 'market', 'event-loop', 'room', 'findings'],
    ]);
    expect(printed).not.toContain(venue.appSecret);
    expect(printed).not.toContain('Bearer');
    expect(venue.connections).toBe(0);
  });

  it.each([
    ['a refused sign-in', 'login', 401, 'sign-in', 'RXP_CREDENTIALS', 'SETTRADE_APP_ID'],
    ['a service that is down', 'login', 503, 'sign-in', 'RXP_UNAVAILABLE', 'status page'],
    ['a dispatcher that forbids the call', 'dispatcher', 403, 'token', 'RXP_FORBIDDEN', 'right to connect'],
    ['a refused token', 'upgrade', 401, 'upgrade', 'RXP_CREDENTIALS', 'signs in anew'],
    ['too many connections', 'upgrade', 429, 'upgrade', 'RXP_TOO_MANY', 'wait'],
  ] as const)('%s is named at its step', async (_, fault, status, step, code, fix) => {
    const restore = venue.fail(fault, { kind: 'status', status });
    const { code: exitCode, steps } = await examined(['AOT', '--settrade', '--connect'], env);
    restore();
    expect(exitCode).toBe(1);
    expect(steps.filter((one) => one.step === step && one.status === 'failed')).toMatchObject([
      { code, fix: expect.stringContaining(fix) as string },
    ]);
  });

  it('a wrong clock is found before a sign-in is tried', async () => {
    venue.clockOffset = 600_000;
    const { steps } = await examined(['AOT', '--settrade', '--connect'], env);
    venue.clockOffset = 0;
    expect(steps[0]).toMatchObject({ step: 'clock', status: 'failed', code: 'RXP_CLOCK' });
    expect(statusOf(steps, 'sign-in')).toEqual(['skipped']);
  });

  it.each([
    ['the sign-in', 401, []],
    ['the dispatcher', 200, ['GET']],
  ])('a token is asked for once, also where %s refuses', async (_, login, dispatched) => {
    const asked: string[] = [];
    const http = createHttpServer((request, response) => {
      if (request.method !== 'HEAD') asked.push(request.method ?? '');
      response.statusCode = request.method === 'POST' ? login : 401;
      response.end('{"access_token":"t0k3n-t0k3n","expires_in":3600}');
    });
    const server = await startServer(http);
    servers.push(server);
    const at = { ...env, SETTRADE_BASE_URL: `http://127.0.0.1:${String(server.port)}` };
    const { printed } = await examined(['AOT', '--settrade', '--connect'], at);
    expect(asked).toEqual(['POST', ...dispatched]);
    expect(printed).not.toContain('t0k3n');
  });
});

describe('the exit code', () => {
  it('is 1 after a failure', async () => {
    expect((await examined(['AOT', '--url', `mqtt://127.0.0.1:${String(await absentPort())}`])).code).toBe(1);
  });

  it('is 3 when there are only warnings', async () => {
    const { cert, key, caFile } = makeCertificates(directory, { days: 5 });
    const tls = createTlsServer({ cert, key });
    tls.on('tlsClientError', () => undefined);
    const server = await startServer(tls);
    servers.push(server);
    const url = `mqtts://localhost:${String(server.port)}`;
    const { code, steps } = await examined(['--url', url, '--ca', caFile]);
    expect(statusOf(steps, 'tls')).toEqual(['warning']);
    expect(code).toBe(3);
  });

  it.each([
    [['AOT']],
    [['AOT', '--url', 'http://x']],
    [['AOT', '--demo', '--settrade']],
    [['--settrade']],
    [['--demo', '--speed']],
  ])('is 2 for %j', async (args) => {
    const terminal = fakeTerminal();
    expect(await run(['doctor', ...args], terminal, { env: {} })).toBe(2);
    expect(terminal.lines).toEqual([]);
  });
});

const commandOf = (...args: string[]): DoctorCommand => parseCommand(['doctor', ...args]) as DoctorCommand;

describe('for a person', () => {
  it('a failure has its remedy and its page, which --docs-base makes an address', async () => {
    const url = `mqtt://127.0.0.1:${String(await absentPort())}`;
    const terminal = fakeTerminal();
    expect(await run(['doctor', '--url', url, '--docs-base', 'https://docs.example/q'], terminal, { env: {} })).toBe(1);
    const text = terminal.lines.join('\n');
    expect(text).toContain(`rx-quotes doctor: ${url}`);
    expect(text).toMatch(/✗ TCP .*\n.*\n +→ check the port/);
    expect(text).toContain('https://docs.example/q/playbook.md#rxp-refused');
    expect(text).toMatch(/1 failure, \d+ well, \d+ not tried, in /);
  });

  it('the lines fit the screen', async () => {
    const url = `mqtt://127.0.0.1:${String(await absentPort())}`;
    for (const columns of [80, 120]) {
      const terminal = { ...fakeTerminal(), screen: fakeScreen({ rows: 24, columns }) };
      await run(['doctor', '--url', url], terminal, { env: {} });
      const widest = Math.max(...terminal.lines.map(({ length }) => length));
      expect(widest).toBe(columns);
    }
  });

  it('Ctrl-C ends it at once, with what was found so far', async () => {
    const terminal: FakeTerminal = fakeTerminal((line, { end }) => {
      if (line.includes('TCP')) end('interrupted');
    });
    expect(await run(['doctor', '--demo'], terminal, { env: {} })).toBe(0);
    expect(terminal.lines.join('\n')).not.toContain('findings');
    expect(terminal.lines.at(-1)).toMatch(/well.* in /);
  });
});

describe('with --watch', () => {
  it('the place is examined again 5 s after the end, until Ctrl-C, and the last examination makes the exit code', async () => {
    const clock = skippingClock();
    const port = await absentPort();
    const terminal = fakeTerminal();
    const ended = doctor(
      commandOf('--url', `mqtt://127.0.0.1:${String(port)}`, '--watch', '--json'),
      terminal,
      {},
      clock,
    );
    await until(() => terminal.lines.length === 1, 'the first examination');
    clock.skip(4_000);
    const broker = createServer((socket) => socket.on('data', () => socket.end()).on('error', () => undefined));
    await new Promise<void>((resolve) => broker.listen(port, '127.0.0.1', resolve));
    expect(terminal.lines).toHaveLength(1);
    clock.skip(1_000);
    await until(() => terminal.lines.length === 2, 'the second examination');
    terminal.end('interrupted');
    broker.close();
    const codes = terminal.lines.map((line) => (JSON.parse(line) as { exitCode: number }).exitCode);
    expect(codes[0]).toBe(1);
    expect(codes[1]).not.toBe(1);
    expect(await ended).toBe(codes[1]);
  });

  it('on a screen each examination takes the place of the one before', async () => {
    const clock = skippingClock();
    const written: string[] = [];
    const screen = fakeScreen({ rows: 60, columns: 80 });
    const terminal = {
      ...fakeTerminal(),
      screen,
      out: (text: string) => {
        written.push(text);
        screen.write(text.replaceAll('\n', ''));
      },
    };
    const url = `mqtt://127.0.0.1:${String(await absentPort())}`;
    const ended = doctor(commandOf('--url', url, '--watch'), terminal, {}, clock);
    await until(() => written.length === 1, 'the first examination');
    clock.skip(5_000);
    await until(() => written.length === 2, 'the second examination');
    terminal.end('interrupted');
    expect(await ended).toBe(1);
    for (const text of written) expect(text.startsWith('\u001b[2J\u001b[1;1H')).toBe(true);
  });
});

it.each([
  ['the path of the address', (port: number) => [`ws://127.0.0.1:${String(port)}/${SECRET}`, {}]],
  ['the query of the address', (port: number) => [`ws://127.0.0.1:${String(port)}/x?token=${SECRET}`, {}]],
  ['the token', (port: number) => [`ws://127.0.0.1:${String(port)}/x`, { API_TOKEN: SECRET }]],
  [
    'the password',
    (port: number) => [`ws://127.0.0.1:${String(port)}/x`, { MQTT_USERNAME: 'desk', MQTT_PASSWORD: SECRET }],
  ],
  [
    'a proxy’s address',
    (port: number) => [`ws://127.0.0.1:${String(port)}/x`, { HTTPS_PROXY: `http://u:${SECRET}@p` }],
  ],
] satisfies readonly [string, (port: number) => [string, NodeJS.ProcessEnv]][])(
  'a secret in %s is in no output, also when the peer sends it back',
  async (_, make) => {
    const http = createHttpServer((_request, response) => response.end());
    http.on('upgrade', (request, socket) => {
      const echo = `${request.url ?? ''} ${request.headers.authorization ?? ''}`;
      socket.end(`HTTP/1.1 401 ${echo}\r\nRetry-After: ${echo}\r\nContent-Length: 0\r\n\r\n`);
    });
    const server = await startServer(http);
    servers.push(server);
    const [url, environment] = make(server.port);
    for (const more of [[], ['--json']]) {
      const terminal = fakeTerminal();
      await run(['doctor', 'AOT', '--url', url, '--connect', ...more], terminal, { env: environment });
      const printed = `${terminal.lines.join('\n')}${terminal.errors()}`;
      expect(printed).toContain('upgrade');
      expect(printed).not.toContain(SECRET);
    }
  },
);
