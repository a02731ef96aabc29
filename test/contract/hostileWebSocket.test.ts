import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { defaultTransport, systemClock } from '../../src/index.js';
import { type LocalServer, startServer } from './silentServer.js';
import { failureOf, type Probe, probe, subscribeTo, until } from './openConnection.js';

const transport = defaultTransport({ clock: systemClock });
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const frame = (byte: number): Uint8Array => Uint8Array.of(0x30, 4, 0, 1, 0x61, byte);

const servers: LocalServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const connect = ({ port }: LocalServer): Probe => probe(transport, { url: `ws://127.0.0.1:${String(port)}/mqtt?a=b` });

/** A WebSocket server that hands each socket to `serve` once CONNECT has come. */
async function connectTo(
  serve: (socket: WebSocket, request: IncomingMessage) => void,
  protocol: string | false = 'mqtt',
): Promise<Probe> {
  const http = createHttpServer();
  new WebSocketServer({ server: http, handleProtocols: () => protocol }).on('connection', (socket, request) => {
    socket.once('message', () => {
      serve(socket, request);
    });
  });
  const server = await startServer(http);
  servers.push(server);
  return connect(server);
}

it('the transport requests path, query and sub-protocol mqtt, and offers no compression', async () => {
  let asked: Partial<IncomingMessage> = {};
  const seen = await connectTo((socket, request) => {
    asked = request;
    socket.send(CONNACK);
  });
  await seen.opened;
  expect(asked.url).toBe('/mqtt?a=b');
  expect(asked.headers?.['sec-websocket-protocol']).toBe('mqtt');
  expect(asked.headers).not.toHaveProperty('sec-websocket-extensions');
  seen.subscription.unsubscribe();
});

it('the transport sends a packet as one message, for any number of writes', async () => {
  const got: number[][] = [];
  const seen = await connectTo((socket) => {
    socket.on('message', (data: Buffer) => {
      got.push([...data]);
      socket.send(Uint8Array.of(0x90, 3, ...data.subarray(2, 4), 0));
    });
    socket.send(CONNACK);
  });
  await subscribeTo(await seen.opened, 'a');
  expect(got).toHaveLength(1);
  expect(got[0]?.slice(4)).toEqual([0, 1, 0x61, 0]);
  seen.subscription.unsubscribe();
});

it('the transport reads packets that are cut anywhere, and several in one message', async () => {
  const seen = await connectTo((socket) => {
    const bytes = Buffer.concat([CONNACK, frame(1), frame(2), frame(3)]);
    for (const byte of bytes.subarray(0, 12)) socket.send(Uint8Array.of(byte));
    socket.send(bytes.subarray(12));
  });
  await until(() => seen.frames.length === 3, 'the frames came');
  expect(seen.frames.map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
  seen.subscription.unsubscribe();
});

it('the transport counts the parts of an incomplete message as read, but not pings of the WebSocket', async () => {
  let server: { readonly socket: WebSocket; readonly bytes: IncomingMessage['socket'] } | undefined;
  const seen = await connectTo((socket, { socket: bytes }) => {
    server = { socket, bytes };
    socket.send(CONNACK);
  });
  const connection = await seen.opened;
  const before = connection.reads?.() ?? Infinity;
  let pongs = 0;
  server?.socket.on('pong', () => (pongs += 1)).ping(Buffer.alloc(125));
  await until(() => pongs === 1, 'the ping was answered');
  expect(connection.reads?.()).toBe(before);
  // The head of a binary message of 65,535 bytes (RFC 6455, section 5.2), and its first bytes.
  server?.bytes.write(Buffer.concat([Uint8Array.of(0x82, 126, 0xff, 0xff), Buffer.alloc(1_000)]));
  await until(() => (connection.reads?.() ?? 0) > before, 'the part was read');
  expect(seen.frames).toEqual([]);
  seen.subscription.unsubscribe();
});

it('hands over frames that come together with the end, then a network failure', async () => {
  const thousand = Buffer.concat(Array.from({ length: 1000 }, (_, index) => frame(index)));
  const seen = await connectTo((socket) => {
    socket.send(CONNACK);
    for (let round = 0; round < 30; round += 1) socket.send(thousand);
    socket.close(1012);
  });
  expect(await failureOf(seen)).toMatchObject({ kind: 'network' });
  expect(seen.frames).toHaveLength(30_000);
});

it('hands over frames that come together with garbage, then a protocol failure', async () => {
  const seen = await connectTo((socket) => {
    socket.send(Buffer.concat([CONNACK, frame(1), frame(2), frame(3), Uint8Array.of(0xf0, 2, 0xff, 0xff)]));
  });
  expect(await failureOf(seen)).toMatchObject({ kind: 'protocol' });
  expect(seen.frames.map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
});

it('a text message is a protocol failure', async () => {
  const seen = await connectTo((socket) => {
    socket.send(CONNACK);
    socket.send(String.fromCharCode(...frame(1)));
  });
  expect(await failureOf(seen)).toMatchObject({ kind: 'protocol', cause: { code: 'RXQ_TEXT_FRAME' } });
  expect(seen.frames).toEqual([]);
});

it('a server that does not confirm the sub-protocol is a protocol failure', async () => {
  const seen = await connectTo(() => undefined, false);
  expect(await failureOf(seen)).toMatchObject({ kind: 'protocol' });
  expect(seen.events).toEqual([]);
});

it('a port that does not speak HTTP is a protocol failure', async () => {
  const server = await startServer(createServer(), (socket) => {
    socket.write(CONNACK);
  });
  servers.push(server);
  expect(await failureOf(connect(server))).toMatchObject({ kind: 'protocol' });
});
