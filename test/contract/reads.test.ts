import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { defaultTransport, systemClock } from '../../src/index.js';
import { publishPacket } from '../support/mqttPackets.js';
import { type LocalServer, startServer } from './muteServer.js';
import { until } from './openConnection.js';

const CONNACK = Buffer.of(0x20, 2, 0, 0);

type Send = (bytes: Buffer) => void;

/** Starts a server that accepts one connection, and gives it to `onClient` when CONNECT was read. */
type StartBroker = (onClient: (send: Send) => void) => Promise<LocalServer>;

const overTcp: StartBroker = (onClient) =>
  startServer(createServer(), (socket) => {
    socket.setNoDelay(true);
    socket.once('data', () => {
      onClient((bytes) => socket.write(bytes));
    });
  });

const overWebSocket: StartBroker = (onClient) => {
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (socket: WebSocket) => {
    socket.once('message', () => {
      onClient((bytes) => {
        socket.send(bytes);
      });
    });
  });
  return startServer(http);
};

/** As many messages as payloads, in one write; the payloads make it longer than a control frame of a WebSocket. */
function chunkOf(...payloads: readonly string[]): Buffer {
  return Buffer.concat(
    payloads.map((text) => publishPacket({ topic: 'a', payload: Buffer.from(text.padEnd(200)), qos: 0 })),
  );
}

describe.each([
  ['mqtt', true, overTcp],
  ['mqtt', false, overTcp],
  ['ws', true, overWebSocket],
  ['ws', false, overWebSocket],
] as const)('the transport of Node over %s with frameTap: %s', (scheme, frameTap, startBroker) => {
  it('emits `read` before the messages of a chunk, and not between them', async () => {
    const seen: string[] = [];
    let send: Send | undefined;
    const server = await startBroker((client) => {
      send = client;
      client(CONNACK);
    });
    const subscription = defaultTransport({ clock: systemClock, frameTap })({
      url: `${scheme}://127.0.0.1:${String(server.port)}`,
    }).subscribe((event) => {
      if (event.type === 'frame') seen.push(Buffer.from(event.payload).toString().trim());
      // Several in a row are as one.
      else if (event.type === 'open' || (event.type === 'read' && seen.at(-1) !== 'read')) seen.push(event.type);
    });
    await until(() => seen.includes('open'), 'the connection was open');
    send?.(chunkOf('1', '2', '3'));
    await until(() => seen.includes('3'), 'the first chunk was read');
    send?.(chunkOf('4', '5'));
    await until(() => seen.includes('5'), 'the second chunk was read');
    subscription.unsubscribe();
    await server.stop();
    expect(seen).toEqual(['read', 'open', 'read', '1', '2', '3', 'read', '4', '5']);
  });
});
