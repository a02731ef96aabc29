import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { SchedulerLike, Subscription } from 'rxjs';

/**
 * How many connections there are at once; further ones are closed. Each may bring a chunk full of requests, and Node takes some 20 ms
 * to parse such a chunk.
 */
const maxConnections = 8;

/** How long, in ms, a client may take to send its request. */
const requestTimeout = 5_000;

/** How long, in ms, an answer may take: to be made, and to be read by the client. */
const answerTimeout = 10_000;

/** Node's own deadlines are off: it looks at them every 30 s only, and it has no deadline for the reading of an answer. */
export const withoutTimeouts = { requestTimeout: 0, headersTimeout: 0 } as const;

/**
 * Passes requests to `onRequest`, and bounds what clients can cost: how many there are, and how long each may take. A connection
 * carries one request, since a client that sends many and reads no answer would fill the memory with answers.
 */
export function limitConnections(server: Server, timers: SchedulerLike, onRequest: RequestListener): void {
  const deadlines = new WeakMap<Socket, Subscription>();
  const asked = new WeakSet<Socket>();
  const endAfter = (socket: Socket, ms: number): void => {
    deadlines.get(socket)?.unsubscribe();
    deadlines.set(
      socket,
      timers.schedule(() => {
        socket.destroy();
      }, ms),
    );
  };
  server.maxConnections = maxConnections;
  server.on('connection', (socket) => {
    socket.unref();
    endAfter(socket, requestTimeout);
    socket.once('close', () => deadlines.get(socket)?.unsubscribe());
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    if (asked.has(socket)) {
      socket.destroy();
      return;
    }
    asked.add(socket);
    endAfter(socket, answerTimeout);
    response.shouldKeepAlive = false;
    onRequest(request, response);
  });
}
