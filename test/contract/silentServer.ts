import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';

/** A server on a free loopback port that does what `onSocket` says and nothing else. */
export interface LocalServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a TCP or HTTP server; sockets still open when it stops are destroyed. */
export async function startServer(server: Server, onSocket?: (socket: Socket) => void): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A peer that goes away without a word is nothing these servers care about.
    socket
      .on('error', () => undefined)
      .once('close', () => {
        sockets.delete(socket);
      });
    onSocket?.(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Takes TCP connections, reads, and never writes. */
export function startSilentTcp(): Promise<LocalServer> {
  return startServer(createServer(), (socket) => {
    socket.resume();
  });
}

/** Takes WebSockets, reads, and never writes. */
export async function startSilentWs(): Promise<LocalServer> {
  const http = createHttpServer();
  new WebSocketServer({ server: http });
  return startServer(http);
}

/** A loopback port without a listener: it was free a moment ago. */
export async function absentPort(): Promise<number> {
  const { port, stop } = await startServer(createServer());
  await stop();
  return port;
}
