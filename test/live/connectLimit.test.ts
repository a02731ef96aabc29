import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startServer } from '../contract/muteServer.js';
import { liveFeed } from './liveFeed.js';

const MINUTE = 60_000;

const refuse =
  (status: number) =>
  (socket: Socket): void => {
    socket.end(`HTTP/1.1 ${String(status)} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  };

it.each([
  ['401', 'ws', refuse(401)],
  ['403', 'ws', refuse(403)],
  ['503', 'ws', refuse(503)],
  ['503 with Retry-After: 0', 'ws', (socket: Socket) => socket.end('HTTP/1.1 503 No\r\nRetry-After: 0\r\n\r\n')],
  ['a reset', 'mqtt', (socket: Socket) => socket.destroy()],
  ['a CONNACK and a reset', 'mqtt', (socket: Socket) => socket.end(Uint8Array.of(0x20, 2, 0, 0))],
] as const)(
  'a server that always answers with %s sees at most 8 connects in any minute, and some',
  async (_, scheme, answer) => {
    const arrivals: number[] = [];
    const server = await startServer(createServer(), (socket) => {
      arrivals.push(clock.monotonic());
      socket.once('data', () => {
        answer(socket);
      });
    });
    const { feed, clock, requests, skipUntil } = liveFeed(() => [
      { url: `${scheme}://127.0.0.1:${String(server.port)}` },
    ]);
    const begin = clock.monotonic();
    feed.quotes(['AOT']).subscribe();
    // Asking for more does not get more.
    for (let minute = 1; minute <= 5; minute += 1) {
      await skipUntil(() => clock.monotonic() - begin > minute * MINUTE, `minute ${String(minute)} is over`);
      feed.reconnect({ renew: true });
      feed.reconnect();
    }
    await feed.close();
    await server.stop();

    expect(arrivals.length).toBeGreaterThanOrEqual(5);
    // What arrives was sent a little earlier: the odd millisecond is the machine's.
    const crowded = arrivals.filter((time, index) => time - (arrivals[index - 8] ?? -Infinity) < MINUTE - 1000);
    expect(crowded).toEqual([]);
    expect(requests.filter(({ renew }) => renew).length).toBeLessThanOrEqual(3 * 6);
  },
);
