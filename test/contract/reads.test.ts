import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { defaultTransport, systemClock } from '../../src/index.js';
import { publishPacket } from '../support/mqttPackets.js';
import { type LocalServer, startServer } from './silentServer.js';
import { until } from './openConnection.js';

const CONNACK = Buffer.of(0x20, 2, 0, 0);

/** Sends packets in one write; over a WebSocket each is a message. */
type Send = (...packets: readonly Buffer[]) => void;

/** Starts a server that accepts one connection, and gives it to `onClient` when CONNECT was read. */
type StartBroker = (onClient: (send: Send) => void) => Promise<LocalServer>;

const overTcp: StartBroker = (onClient) =>
  startServer(createServer(), (socket) => {
    socket.setNoDelay(true);
    socket.once('data', () => {
      onClient((...packets) => socket.write(Buffer.concat(packets)));
    });
  });

const overWebSocket: StartBroker = (onClient) => {
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (webSocket: WebSocket, { socket }) => {
    webSocket.once('message', () => {
      onClient((...packets) => {
        socket.cork();
        for (const packet of packets) webSocket.send(packet);
        socket.uncork();
      });
    });
  });
  return startServer(http);
};

/** A message that is longer than a control frame of a WebSocket. */
function message(text: string): Buffer {
  return publishPacket({ topic: 'a', payload: Buffer.from(text.padEnd(200)), qos: 0 });
}

describe.each([
  ['mqtt', true, overTcp],
  ['mqtt', false, overTcp],
  ['ws', true, overWebSocket],
  ['ws', false, overWebSocket],
] as const)('the transport of Node over %s with frameTap: %s', (scheme, frameTap, startBroker) => {
  it('emits `read` once before the messages of a chunk, and not between them', async () => {
    const received: string[] = [];
    let send: Send | undefined;
    const server = await startBroker((client) => {
      send = client;
      client(CONNACK);
    });
    const subscription = defaultTransport({ clock: systemClock, frameTap })({
      url: `${scheme}://127.0.0.1:${String(server.port)}`,
    }).subscribe((event) => {
      if (event.type === 'frame') received.push(Buffer.from(event.payload).toString().trim());
      else if (event.type === 'open' || event.type === 'read') received.push(event.type);
    });
    await until(() => received.includes('open'), 'the connection was open');
    send?.(message('1'), message('2'), message('3'));
    await until(() => received.includes('3'), 'the first chunk was read');
    send?.(message('4'), message('5'));
    await until(() => received.includes('5'), 'the second chunk was read');
    subscription.unsubscribe();
    await server.stop();
    expect(received).toEqual(['read', 'open', 'read', '1', '2', '3', 'read', '4', '5']);
  });
});
