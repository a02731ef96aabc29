import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { expect, it, onTestFinished } from 'vitest';
import { proxy, type ProxyConfig } from '../../examples/browser/proxy.js';
import { startSimulatedVenue } from '../../src/testing/index.js';
import { polled } from './polled.js';

const origin = 'https://page.example';
const signedIn = { Origin: origin, Cookie: 'session=1' };

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy at `/quotes`; where it is. */
async function startProxy(venue: ProxyConfig['venue'], maxWaiting?: number): Promise<string> {
  const server = createServer();
  const url = await listening(server);
  const isSignedIn = ({ headers }: IncomingMessage): boolean => headers.cookie === signedIn.Cookie;
  const config = { path: '/quotes', origin, isSignedIn, venue };
  onTestFinished(proxy(server, maxWaiting === undefined ? config : { ...config, maxWaiting }));
  return `${url}/quotes`;
}

/** A peer that is no broker: it records the bytes that it gets. */
async function startPeer(): Promise<{
  readonly url: string;
  readonly accepted: WebSocket[];
  readonly asked: IncomingMessage[];
}> {
  const server = createServer();
  const [accepted, asked]: [WebSocket[], IncomingMessage[]] = [[], []];
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'mqtt' });
  sockets.on('connection', (socket, request) => {
    accepted.push(socket);
    asked.push(request);
  });
  onTestFinished(() => {
    for (const socket of accepted) socket.terminate();
  });
  return { url: await listening(server), accepted, asked };
}

/** The answer to a page's upgrade: 101, or the status of the refusal. */
function upgrade(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const socket = new WebSocket(url, ['mqtt'], { headers });
  onTestFinished(() => {
    socket.terminate();
  });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      resolve(101);
    });
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      resolve(statusCode);
    });
    socket.on('error', reject);
  });
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, ['mqtt'], { headers: signedIn });
  onTestFinished(() => {
    socket.terminate();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

it('adds the credentials that a page can not send, requested for each connection', async () => {
  const { url, asked } = await startPeer();
  let tokens = 0;
  const proxied = await startProxy(async () => {
    tokens += 1;
    return { url, options: { headers: { Authorization: `Bearer ${tokens}` } } };
  });
  await open(proxied);
  await open(proxied);
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  // The session is the page's own server's, and none of the venue's business.
  expect(asked.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined]);
});

it('passes bytes unchanged in both directions', async () => {
  const { url, accepted } = await startPeer();
  const page = await open(await startProxy(async () => ({ url, options: {} })));
  const echoed: unknown[] = [];
  accepted[0]!.on('message', (data, binary) => {
    accepted[0]!.send(data, { binary });
  });
  page.on('message', (data: Buffer, binary) => echoed.push(binary, ...data));
  page.send(Uint8Array.of(0xe0, 0, 255));
  await polled(() => echoed).toEqual([true, 0xe0, 0, 255]);
});

it.each(['the page', 'the venue'])('ends both sides when %s ends, and keeps nothing', async (who) => {
  const { url, accepted } = await startPeer();
  const page = await open(await startProxy(async () => ({ url, options: {} })));
  const [venue] = accepted;
  (who === 'the page' ? page : venue!).terminate();
  await polled(() => [page.readyState, venue!.readyState]).toEqual([WebSocket.CLOSED, WebSocket.CLOSED]);
});

it('accepts only signed-in pages of its own origin that speak mqtt, and connects to the venue for no other', async () => {
  const { url } = await startPeer();
  let asked = 0;
  const proxied = await startProxy(async () => {
    asked += 1;
    return { url, options: {} };
  });
  const { Origin, Cookie } = signedIn;
  expect(await upgrade(proxied, { Origin: 'https://other.example', Cookie })).toBe(403);
  expect(await upgrade(proxied, { Cookie })).toBe(403);
  expect(await upgrade(proxied, { Origin })).toBe(401);
  expect(await upgrade(`${proxied}/more`, signedIn)).toBe(404);
  expect(asked).toBe(0);
  expect(await upgrade(proxied, signedIn)).toBe(101);
});

it('answers 502 when the venue refuses or is down, or without credentials', async () => {
  const venue = await startSimulatedVenue({ rate: 0 });
  const refusing = await startProxy(async () => ({ url: venue.wsUrl, options: {} }));
  expect(await upgrade(refusing, signedIn)).toBe(502);
  await venue.stop();
  expect(await upgrade(refusing, signedIn)).toBe(502);
  const failing = await startProxy(async () => {
    throw new Error('no token');
  });
  expect(await upgrade(failing, signedIn)).toBe(502);
});

it('drops the connection to the venue when the page has gone before the venue answered', async () => {
  const held: Duplex[] = [];
  const silent = createServer().on('upgrade', (_request, socket) => held.push(socket));
  const url = await listening(silent);
  const proxied = await startProxy(async () => ({ url, options: {} }));
  const page = new WebSocket(proxied, ['mqtt'], { headers: signedIn }).on('error', () => undefined);
  await polled(() => held.length).toBe(1);
  page.terminate();
  // Sooner than the proxy's own limit of 10 s on the venue's answer.
  await polled(() => held[0]!.destroyed || held[0]!.readableEnded, { timeout: 8_000 }).toBe(true);
  held[0]!.destroy();
});

it('disconnects a page that is too slow instead of dropping some of its bytes', async () => {
  const { url, accepted } = await startPeer();
  const { hostname, port } = new URL(await startProxy(async () => ({ url, options: {} }), 100_000));
  const page = connect(Number(port), hostname);
  const request = ['GET /quotes HTTP/1.1', 'Host: page.example', 'Connection: Upgrade', 'Upgrade: websocket'];
  const key = [
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
    'Sec-WebSocket-Protocol: mqtt',
  ];
  const headers = Object.entries(signedIn).map(([name, value]) => `${name}: ${value}`);
  page.write(`${[...request, ...key, ...headers].join('\r\n')}\r\n\r\n`);
  await polled(() => accepted.length).toBe(1);
  page.pause().on('error', () => undefined);

  // At most 64 MB: the system's buffers of a loopback connection take far less.
  const [venue] = accepted;
  for (let sent = 0; sent < 640 && venue!.readyState === WebSocket.OPEN; sent += 1) {
    await new Promise((resolve) => {
      venue!.send(new Uint8Array(100_000), resolve);
    });
  }
  await polled(() => venue!.readyState).toBe(WebSocket.CLOSED);
  page.destroy();
});
