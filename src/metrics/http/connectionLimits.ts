import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { SchedulerLike, Subscription } from 'rxjs';

/**
 * The most connections at one time; further ones are closed. Each may send a chunk full of requests, and Node takes
 * about 20 ms to parse such a chunk.
 */
const maxConnections = 8;

/** How long, in ms, a client may take to send its request. */
const requestTimeout = 5_000;

/** How long, in ms, an answer may take, until the client has read it. */
const answerTimeout = 10_000;

/** Node's own deadlines are off: Node checks them only every 30 s, and has none for a client that reads slowly. */
export const withoutTimeouts = { requestTimeout: 0, headersTimeout: 0 } as const;

/**
 * Passes requests to `onRequest`, and limits the number of clients and the time of each. A connection carries one
 * request, because a client that sends many requests and reads no answer would fill the memory.
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
