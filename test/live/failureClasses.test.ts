import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, STATUS_CODES } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionFailure, Endpoint } from '../../src/index.js';
import { absentPort, type LocalServer, startServer } from '../contract/silentServer.js';
import { until } from '../contract/openConnection.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { liveFeed, type LiveFeed } from './liveFeed.js';

const servers: LocalServer[] = [];
let live: LiveFeed | undefined;
afterEach(async () => {
  await live?.feed.close();
  for (const server of servers.splice(0)) await server.stop();
});

let directory: string;
let good: Certificates;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rx-quotes-classes-'));
  good = makeCertificates(directory);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const portOf = async (server: Promise<LocalServer>): Promise<number> => {
  servers.push(await server);
  return (await server).port;
};

/** A server that answers the first bytes of each connection. */
const answering = (answer: (socket: Socket) => void): (() => Promise<Endpoint>) => {
  return async () => {
    const server = startServer(createServer(), (socket) => {
      socket.once('data', () => {
        answer(socket);
      });
    });
    return { url: `mqtt://127.0.0.1:${String(await portOf(server))}` };
  };
};

/** A fatal alert of TLS 1.2: the message was not expected (RFC 5246, 7.2). */
const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 10);

const connack = (code: number): (() => Promise<Endpoint>) =>
  answering((socket) => socket.write(Uint8Array.of(0x20, 2, 0, code)));

const upgrade =
  (status: number, ...headers: string[]): (() => Promise<Endpoint>) =>
  async () => {
    const http = createHttpServer().on('upgrade', (_, socket) => {
      const lines = [
        `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
        'Content-Length: 0',
        ...headers,
        '',
        '',
      ];
      socket.end(lines.join('\r\n'));
    });
    return { url: `ws://127.0.0.1:${String(await portOf(startServer(http)))}/mqtt` };
  };

/** A TLS server with a certificate, and what the client trusts. */
const certified =
  (make: () => Certificates, trust: (made: Certificates) => Endpoint['tls']): (() => Promise<Endpoint>) =>
  async () => {
    const made = make();
    const server = createTlsServer({ cert: made.cert, key: made.key });
    server.on('tlsClientError', () => undefined);
    const tls = trust(made);
    const url = `mqtts://127.0.0.1:${String(await portOf(startServer(server)))}`;
    return { url, ...(tls === undefined ? {} : { tls }) };
  };

const made = (options: Parameters<typeof makeCertificates>[1]) => (): Certificates =>
  makeCertificates(mkdtempSync(join(directory, 'made-')), options);

interface FailureClass {
  readonly kind: ConnectionFailure['kind'];
  /** `undefined` where nothing tells more than the kind. */
  readonly subcause: ConnectionFailure['subcause'];
  readonly endpoint: () => Promise<Endpoint>;
  readonly message: RegExp;
  /** Other fields of the failure. */
  readonly carries?: Partial<ConnectionFailure>;
}

/** Failures that a feed can meet before it is live, each from a real socket. */
const classes: Readonly<Record<string, FailureClass>> = {
  'a name that does not resolve': {
    kind: 'network',
    subcause: 'dns',
    // A label of more than 63 bytes is no name (RFC 1035, 2.3.4): the resolver says so without asking anyone.
    endpoint: () => Promise.resolve({ url: `mqtt://${'a'.repeat(64)}.invalid:1883` }),
    message: /has a host name that does not resolve \((ENOTFOUND|EAI_\w+)\): check the name and the DNS/,
  },
  'a port nobody listens on': {
    kind: 'network',
    subcause: 'refused',
    endpoint: async () => ({ url: `mqtt://127.0.0.1:${String(await absentPort())}` }),
    message: /refused the connection \(ECONNREFUSED\): check host and port/,
  },
  'a reset': {
    kind: 'network',
    subcause: 'reset',
    endpoint: answering((socket) => socket.resetAndDestroy()),
    message: /cut the connection \(ECONNRESET\): look for the reason in the broker's log/,
  },
  'a close before CONNACK': {
    kind: 'network',
    subcause: 'closed',
    endpoint: answering((socket) => socket.end()),
    message: /closed the connection: look for the reason in the broker's log/,
  },
  'a close after CONNACK': {
    kind: 'network',
    subcause: 'closed',
    endpoint: answering((socket) => socket.end(Uint8Array.of(0x20, 2, 0, 0))),
    message: /closed the connection: look for the reason in the broker's log/,
  },
  'a certificate that is not trusted': {
    kind: 'tls',
    subcause: 'certificate-issuer',
    endpoint: certified(
      () => good,
      () => undefined,
    ),
    message: /has a certificate that is not trusted \(\w+\): pass its issuer's certificate as tls\.ca/,
  },
  'a certificate that has expired': {
    kind: 'tls',
    subcause: 'certificate-date',
    endpoint: certified(made({ days: -1 }), ({ ca }) => ({ ca })),
    message: /is not valid now \(CERT_HAS_EXPIRED\): renew it, or set this machine's clock/,
  },
  'a certificate for another name': {
    kind: 'tls',
    subcause: 'certificate-name',
    endpoint: certified(made({ altNames: 'DNS:venue.example' }), ({ ca }) => ({ ca })),
    message: /for another name \(ERR_TLS_CERT_ALTNAME_INVALID\): use that name, or pass it as tls\.servername/,
  },
  'no TLS where there should be': {
    kind: 'tls',
    subcause: 'tls-on-plain-port',
    endpoint: async () => {
      const { url } = await answering((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))();
      return { url: url.replace('mqtt:', 'mqtts:') };
    },
    message: /does not speak TLS \(\w+\): check the port; mqtt: and ws: are without TLS/,
  },
  'HTTP 307': {
    kind: 'protocol',
    subcause: 'not-websocket',
    endpoint: upgrade(307, 'Location: ws://127.0.0.1:1/'),
    message: /redirects elsewhere \(HTTP 307\): pass the final URL/,
    carries: { httpStatus: 307 },
  },
  'HTTP 401': {
    kind: 'auth',
    subcause: 'no-credentials',
    endpoint: upgrade(401),
    message: /wants credentials, and none were sent \(HTTP 401\): set the endpoint's username and password/,
    carries: { httpStatus: 401 },
  },
  'HTTP 403': {
    kind: 'policy',
    subcause: 'forbidden',
    endpoint: upgrade(403),
    message: /forbids the connection \(HTTP 403\): check the account's rights/,
    carries: { httpStatus: 403 },
  },
  'HTTP 404': {
    kind: 'protocol',
    subcause: 'not-websocket',
    endpoint: upgrade(404),
    message: /is no WebSocket \(HTTP 404\): check the path/,
    carries: { httpStatus: 404 },
  },
  'HTTP 407': {
    kind: 'auth',
    subcause: 'proxy',
    endpoint: upgrade(407),
    message: /is behind a proxy that wants credentials \(HTTP 407\)/,
    carries: { httpStatus: 407 },
  },
  'HTTP 429 with Retry-After': {
    kind: 'policy',
    subcause: 'too-many',
    endpoint: upgrade(429, 'Retry-After: 45'),
    message: /is asked too often \(HTTP 429\): wait/,
    carries: { httpStatus: 429, retryAfter: 45_000 },
  },
  'HTTP 500': {
    kind: 'venue',
    subcause: 'unavailable',
    endpoint: upgrade(500),
    message: /fails \(HTTP 500\): it will be asked again/,
    carries: { httpStatus: 500 },
  },
  'HTTP 503 with Retry-After': {
    kind: 'venue',
    subcause: 'unavailable',
    endpoint: upgrade(503, 'Retry-After: 45'),
    message: /fails \(HTTP 503\): it will be asked again/,
    carries: { httpStatus: 503, retryAfter: 45_000 },
  },
  'CONNACK 1': {
    kind: 'protocol',
    subcause: undefined,
    endpoint: connack(1),
    message: /refuses MQTT 3\.1\.1 \(CONNACK 1\): use a broker that speaks it/,
    carries: { connackCode: 1 },
  },
  'CONNACK 2': {
    kind: 'policy',
    subcause: 'client-id',
    endpoint: connack(2),
    message: /refuses the client id \(CONNACK 2\): pass another clientId, or none/,
    carries: { connackCode: 2 },
  },
  'CONNACK 3': {
    kind: 'venue',
    subcause: 'unavailable',
    endpoint: connack(3),
    message: /says its service is unavailable \(CONNACK 3\): it will be asked again/,
    carries: { connackCode: 3 },
  },
  'CONNACK 4': {
    kind: 'auth',
    subcause: 'no-credentials',
    endpoint: connack(4),
    message: /wants credentials, and none were sent \(CONNACK 4\): set the endpoint's username and password/,
    carries: { connackCode: 4 },
  },
  'CONNACK 5': {
    kind: 'auth',
    subcause: 'no-credentials',
    endpoint: connack(5),
    message: /wants credentials, and none were sent \(CONNACK 5\): set the endpoint's username and password/,
    carries: { connackCode: 5 },
  },
  'CONNACK 6, which there is not': {
    kind: 'protocol',
    subcause: undefined,
    endpoint: connack(6),
    message: /answers with a code that MQTT 3\.1\.1 does not know \(CONNACK 6\)/,
    carries: { connackCode: 6 },
  },
  'CONNACK 4 to a wrong password': {
    kind: 'auth',
    subcause: 'credentials',
    endpoint: async () => ({ ...(await connack(4)()), username: 'trader', password: 'wrong' }),
    message: /refuses user name or password \(CONNACK 4\): renew the credentials/,
    carries: { connackCode: 4 },
  },
  'CONNACK 5 to an empty password': {
    kind: 'auth',
    subcause: 'no-credentials',
    endpoint: async () => ({ ...(await connack(5)()), username: 'token', password: '' }),
    message: /wants credentials, and none were sent \(CONNACK 5\)/,
    carries: { connackCode: 5 },
  },
  'HTTP 401 to a wrong token': {
    kind: 'auth',
    subcause: 'credentials',
    endpoint: async () => ({ ...(await upgrade(401)()), headers: { Authorization: 'Bearer old' } }),
    message: /refuses the credentials \(HTTP 401\): renew them/,
    carries: { httpStatus: 401 },
  },
  'an MQTT port, for mqtts:': {
    kind: 'network',
    subcause: 'tls-on-plain-port',
    endpoint: async () => {
      const { url } = await answering((socket) => socket.end())();
      return { url: url.replace('mqtt:', 'mqtts:') };
    },
    message: /cut the connection before TLS was agreed \(ECONNRESET\): check that the port speaks TLS/,
  },
  'a TLS port that closes, for mqtt:': {
    kind: 'network',
    subcause: 'closed',
    endpoint: async () => {
      const { url } = await certified(
        () => good,
        () => undefined,
      )();
      return { url: url.replace('mqtts:', 'mqtt:') };
    },
    message: /closed the connection: look for the reason in the broker's log, and check whether the port speaks TLS/,
  },
  'a TLS port that answers with an alert, for mqtt:': {
    kind: 'protocol',
    subcause: 'plain-on-tls-port',
    endpoint: answering((socket) => socket.end(alert)),
    message: /speaks TLS, and the URL asks for none \(RXQ_PACKET_REFUSED\): use mqtts: for mqtt:, or wss: for ws:/,
  },
  'a TLS port that answers with an alert, for ws:': {
    kind: 'protocol',
    subcause: 'plain-on-tls-port',
    endpoint: async () => {
      const { url } = await answering((socket) => socket.end(alert))();
      return { url: url.replace('mqtt:', 'ws:') };
    },
    message: /speaks TLS, and the URL asks for none \(HPE_\w+\): use mqtts: for mqtt:, or wss: for ws:/,
  },
  'a port of HTTP': {
    kind: 'protocol',
    subcause: 'http',
    endpoint: answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    message:
      /speaks HTTP and no MQTT \(RXQ_PACKET_REFUSED\): check the port; MQTT over WebSocket has a URL with ws: or wss:/,
  },
  'what is no MQTT': {
    kind: 'protocol',
    subcause: 'not-mqtt',
    endpoint: answering((socket) => socket.write(Uint8Array.of(0xf0, 2, 0xff, 0xff))),
    message: /does not speak MQTT 3\.1\.1.*: check that the port is that of an MQTT broker/,
  },
};

/** When a kind is retried slowly, and whether it asks for new credentials: as the page of the connection has it. */
const rules: Readonly<Record<string, { readonly slowAfter: number; readonly renew: boolean }>> = {
  network: { slowAfter: Infinity, renew: false },
  venue: { slowAfter: Infinity, renew: false },
  auth: { slowAfter: 2, renew: true },
  policy: { slowAfter: 2, renew: false },
  tls: { slowAfter: 3, renew: false },
  protocol: { slowAfter: 3, renew: false },
};

type Failed = Extract<LiveFeed['states'][number], { status: 'waiting' | 'rejected' }>;
const failed = ({ states }: LiveFeed): Failed[] =>
  states.filter((state): state is Failed => state.status === 'waiting' || state.status === 'rejected');

describe('a failure is reported by its kind and code, with a remedy, and retried by its rule', () => {
  it.each(Object.entries(classes))('%s', async (_, { kind, subcause, endpoint, message, carries = {} }) => {
    const target = await endpoint();
    const { slowAfter = NaN, renew } = rules[kind] ?? {};
    const met = liveFeed(() => [target]);
    live = met;
    met.feed.quotes(['AOT']).subscribe();
    // A rule that never slows down has been followed for long enough after two.
    const count = slowAfter === Infinity ? 2 : slowAfter;
    await met.skipUntil(() => failed(met).length >= count, 'it failed as often');
    const [first] = failed(met);
    expect(first).toMatchObject({
      status: 'waiting',
      reason: {
        kind,
        code: `RXQ_${kind.toUpperCase()}`,
        message: expect.stringMatching(message) as string,
        ...carries,
      },
    });
    expect(first?.reason?.subcause).toBe(subcause);
    expect(met.requests[1]).toMatchObject({ renew, previous: { kind } });
    expect(failed(met).map(({ status }) => status)).toEqual(
      failed(met).map((_state, index) => (index + 1 < slowAfter ? 'waiting' : 'rejected')),
    );
    const { retryAfter = 0 } = carries;
    expect(first?.status === 'waiting' && first.delay >= retryAfter).toBe(true);
  });

  /** Passes time until the feed waits, in steps that are no stall. */
  const waits = ({ clock, states }: LiveFeed): Promise<void> =>
    until(() => {
      const isWaiting = states.at(-1)?.status === 'waiting';
      if (!isWaiting) clock.skip(200);
      return isWaiting;
    }, 'the feed has noticed');

  it.each([
    [
      'no answer to TLS',
      () => undefined,
      /^mqtts:\/\/127\.0\.0\.1:\d+ does not answer: no connection within 10 s: check/,
    ],
    [
      'no answer to CONNECT',
      () => undefined,
      /^mqtt:\/\/127\.0\.0\.1:\d+ did not answer CONNECT within 10 s: check that the port speaks MQTT/,
    ],
    [
      'no answer to SUBSCRIBE',
      (socket: Socket) => socket.write(Uint8Array.of(0x20, 2, 0, 0)),
      /^mqtt:\/\/127\.0\.0\.1:\d+ did not answer SUBSCRIBE within 5 s, for px\/AOT, market: look/,
    ],
    [
      'no answer to pings',
      (socket: Socket) => {
        socket.write(Uint8Array.of(0x20, 2, 0, 0));
        // Two topics in one SUBSCRIBE, and nothing after.
        socket.once('data', (packet: Buffer) => {
          socket.write(Uint8Array.of(0x90, 4, packet[2] ?? 0, packet[3] ?? 0, 0, 0));
        });
      },
      /stopped answering pings: the network may have gone/,
    ],
  ])('%s', async (what, answer, message) => {
    const { url } = await answering(answer)();
    const target = { url: what.includes('TLS') ? url.replace('mqtt:', 'mqtts:') : url };
    const met = liveFeed(() => [target]);
    live = met;
    met.feed.quotes(['AOT']).subscribe();
    await until(() => met.states.at(-1)?.status === 'connecting', 'it connects');
    await waits(met);
    expect(met.states.at(-1)).toMatchObject({
      status: 'waiting',
      reason: { kind: 'timeout', code: 'RXQ_TIMEOUT', message: expect.stringMatching(message) as string },
    });
    await met.skipUntil(() => met.requests.length > 1, 'it is tried again');
    expect(met.requests[1]).toMatchObject({ renew: false, previous: { kind: 'timeout' } });
  });

  it('a broker that repeatedly accepts and drops', async () => {
    const target = await classes['a close after CONNACK']?.endpoint();
    const met = liveFeed(() => (target === undefined ? [] : [target]));
    live = met;
    met.feed.quotes(['AOT']).subscribe();
    await met.skipUntil(() => failed(met).length >= 3, 'it failed three times');
    expect(failed(met)[2]).toMatchObject({
      reason: { kind: 'flap', code: 'RXQ_FLAP', likely: ['accept-then-drop', 'takeover'], certain: false },
    });
  });
});
