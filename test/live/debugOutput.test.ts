import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { format } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Endpoint } from '../../src/index.js';
import { type LocalServer, startServer } from '../contract/silentServer.js';
import { until } from '../contract/openConnection.js';

// The package debug reads it when it is loaded: before any import.
vi.hoisted(() => {
  process.env['DEBUG'] = '*';
});

const [USER, PASSWORD, TOKEN] = ['desk-four', 'S3cretPassw0rd', 'T0kenOfTheUpgrade'];
const [CONNECT, CONNACK] = [0x10, Uint8Array.of(0x20, 2, 0, 0)];
/** In clear, and as Node prints bytes. */
const traces = [USER, PASSWORD, TOKEN].flatMap((secret) => [
  secret,
  Buffer.from(secret).toString('hex'),
  (Buffer.from(secret).toString('hex').match(/../g) ?? []).join(' '),
]);

let received = '';
let servers: readonly LocalServer[] = [];

function answer(bytes: Uint8Array, send: (bytes: Uint8Array) => void): void {
  received += Buffer.from(bytes).toString('latin1');
  if (bytes[0] === CONNECT) send(CONNACK);
}

beforeAll(async () => {
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (socket, request) => {
    received += request.headers.authorization ?? '';
    socket.on('message', (data: Buffer) => {
      answer(data, (bytes) => {
        socket.send(bytes);
      });
    });
  });
  servers = [
    await startServer(createServer(), (socket) => {
      socket.on('data', (data) => {
        answer(data, (bytes) => socket.write(bytes));
      });
    }),
    await startServer(http),
  ];
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

const endpoints: readonly (readonly [over: string, endpointAt: (ports: readonly number[]) => Endpoint])[] = [
  ['TCP', ([tcp]) => ({ url: `mqtt://127.0.0.1:${String(tcp)}`, username: USER, password: PASSWORD })],
  [
    'a WebSocket',
    ([, ws]) => ({
      url: `ws://127.0.0.1:${String(ws)}/mqtt`,
      username: USER,
      password: PASSWORD,
      headers: { Authorization: `Bearer ${TOKEN}` },
    }),
  ],
];

it.each(endpoints)(
  'a connection over %s prints none of the credentials that it sends with DEBUG=*',
  async (_, endpointAt) => {
    const { mqttVenue, quoteFeed } = await import('../../src/index.js');
    let printed = '';
    const take = (...words: unknown[]): boolean => {
      printed += `${format(...words)}\n`;
      return true;
    };
    const spies = [process.stderr, process.stdout].map((out) => vi.spyOn(out, 'write').mockImplementation(take));
    spies.push(
      ...(['log', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name).mockImplementation(take) as never),
    );
    received = '';
    const endpoint = endpointAt(servers.map(({ port }) => port));
    const feed = quoteFeed({
      venue: mqttVenue({ endpoint, topics: 'px/{symbol}', decode: () => ({ symbol: 'AOT' }) }),
    });
    try {
      feed.quotes(['AOT']).subscribe();
      await until(() => received.includes('px/AOT'), 'the topic is asked for');
    } finally {
      await feed.close();
      for (const spy of spies) spy.mockRestore();
    }
    expect(printed).toContain('mqtt-packet:writeToStream');
    for (const sent of [USER, PASSWORD]) expect(received).toContain(sent);
    if (endpoint.headers !== undefined) expect(received).toContain(TOKEN);
    expect(traces.filter((trace) => printed.includes(trace))).toEqual([]);
  },
);
