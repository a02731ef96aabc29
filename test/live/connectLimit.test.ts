import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { startServer } from '../contract/silentServer.js';
import { liveFeed } from './liveFeed.js';

const MINUTE = 60_000;

/** Times at which more than `limit` had come within a minute. A second is left to the machine: sent is not arrived. */
const crowded = (times: readonly number[], limit: number): readonly number[] =>
  times.filter((time, index) => time - (times[index - limit] ?? -Infinity) < MINUTE - 1000);

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
  'a server that always answers with %s gets at most 8 connects in any minute, but some',
  async (_, scheme, answer) => {
    const [arrivals, renewals]: [number[], number[]] = [[], []];
    const server = await startServer(createServer(), (socket) => {
      arrivals.push(clock.monotonic());
      socket.once('data', () => {
        answer(socket);
      });
    });
    const { feed, clock, requests, skipUntil } = liveFeed(({ renew }) => {
      if (renew) renewals.push(clock.monotonic());
      return [{ url: `${scheme}://127.0.0.1:${String(server.port)}` }];
    });
    const begin = clock.monotonic();
    const isOver = (minutes: number): boolean => clock.monotonic() - begin > minutes * MINUTE;
    feed.quotes(['AOT']).subscribe();
    await skipUntil(() => isOver(4), 'four minutes are over');
    const unasked = arrivals.length;
    // Asking for more all the time does not get more than the limit.
    await skipUntil(() => {
      // Not before the server has seen the last connect: it is to note the time before any is skipped.
      if (arrivals.length === requests.length) feed.reconnect({ renew: arrivals.length % 2 === 0 });
      return isOver(8);
    }, 'four more minutes are over');
    await feed.close();
    await server.stop();

    expect(unasked).toBeGreaterThanOrEqual(4);
    expect(crowded(arrivals, 8)).toEqual([]);
    expect(crowded(renewals, 3)).toEqual([]);
  },
);
