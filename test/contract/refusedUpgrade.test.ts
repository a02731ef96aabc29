import { createServer, STATUS_CODES } from 'node:http';
import { describe, expect, it } from 'vitest';
import { defaultTransport, systemClock } from '../../src/index.js';
import { startServer } from './silentServer.js';
import { failureOf, probe, until } from './openConnection.js';

const NOW = Date.UTC(2026, 0, 5, 3, 0, 0);
const transport = defaultTransport({ clock: { ...systemClock, now: () => NOW } });

interface Answer {
  readonly status: number;
  readonly headers?: readonly string[];
}

/** Answers one upgrade with `answer`, keeping the connection open as a proxy may. */
async function refusedWith({ status, headers = [] }: Answer) {
  const http = createServer();
  let left = false;
  let authorization: string | undefined;
  http.on('upgrade', (request, socket) => {
    authorization = request.headers.authorization;
    const lines = [
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
      'Content-Length: 6',
      ...headers,
      '',
      'secret',
    ];
    socket.write(lines.join('\r\n'));
    socket.resume().once('end', () => {
      left = true;
    });
  });
  const server = await startServer(http);
  const url = `ws://127.0.0.1:${String(server.port)}/mqtt?token=in-the-query`;
  const received = probe(transport, { url, headers: { Authorization: 'Bearer t0p-secret' } });
  const failure = await failureOf(received);
  await until(() => left, 'the refused client left');
  await server.stop();
  expect(received.events).toEqual([]);
  expect(received.endings).toHaveLength(1);
  expect(authorization).toBe('Bearer t0p-secret');
  return failure;
}

describe('a refused WebSocket upgrade', () => {
  it.each([
    [401, 'auth'],
    [407, 'auth'],
    [403, 'policy'],
    [429, 'policy'],
    [500, 'venue'],
    [503, 'venue'],
    [302, 'protocol'],
    [400, 'protocol'],
    [404, 'protocol'],
    [200, 'protocol'],
  ])(
    'with HTTP %i is a failure of kind %s that carries the status, ends the socket and shows no secret',
    async (status, kind) => {
      const failure = await refusedWith({ status, headers: ['Location: http://127.0.0.1:1/?token=in-the-query'] });
      expect(failure).toMatchObject({ kind, httpStatus: status });
      expect(failure.message).toMatch(/^ws:\/\/127\.0\.0\.1:\d+ /);
      const shown = [JSON.stringify(failure), failure.message, failure.stack, String(failure.cause)].join();
      expect(shown).not.toMatch(/secret|in-the-query/);
    },
  );

  it.each([
    ['7', 7000],
    ['0', 0],
    [new Date(NOW + 90_000).toUTCString(), 90_000],
    [new Date(NOW - 90_000).toUTCString(), 0],
    ['soon', undefined],
  ])('with Retry-After %s requires a wait of %s ms', async (header, wait) => {
    for (const status of [429, 503]) {
      const failure = await refusedWith({ status, headers: [`Retry-After: ${header}`] });
      expect(failure.retryAfter).toBe(wait);
    }
  });
});
