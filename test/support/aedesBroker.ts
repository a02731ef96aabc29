import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

export interface AedesBrokerOptions {
  /** Whether a client may connect. Left out, every client may. */
  readonly authenticate?: (username: string | undefined, password: string | undefined) => boolean;
  /** Topics whose subscription is answered with 128. */
  readonly refuse?: (topic: string) => boolean;
}

export interface AedesBroker {
  readonly tcpUrl: string;
  readonly wsUrl: string;
  /** Resolves when the broker has handed the message to its subscribers. */
  publish(topic: string, payload: Uint8Array, retain?: boolean): Promise<void>;
  /** Cuts every connection without a word; the broker goes on listening. */
  dropAll(): void;
  /** Sockets that are open now. */
  connections(): number;
  stop(): Promise<void>;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** An embedded broker on free loopback ports, for TCP and WebSockets. */
export async function startAedes({ authenticate, refuse }: AedesBrokerOptions = {}): Promise<AedesBroker> {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, password, done) => {
      done(null, authenticate?.(username, password?.toString()) ?? true);
    },
    authorizeSubscribe: (_client, subscription, done) => {
      done(null, refuse?.(subscription.topic) === true ? null : subscription);
    },
  });
  const tcp = createServer((socket) => {
    aedes.handle(socket);
  });
  const http = createHttpServer();
  const sockets = new Set<Socket>();
  for (const server of [tcp, http]) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
      });
    });
  }
  const webSockets = new WebSocketServer({ server: http });
  webSockets.on('connection', (socket, request) => {
    aedes.handle(createWebSocketStream(socket), request);
  });
  const [tcpPort, wsPort] = [await listen(tcp), await listen(http)];
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    tcpUrl: `mqtt://127.0.0.1:${String(tcpPort)}`,
    wsUrl: `ws://127.0.0.1:${String(wsPort)}`,
    dropAll,
    connections: () => sockets.size,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), retain, qos: 0, dup: false } as const;
        aedes.publish(packet, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    stop: async () => {
      dropAll();
      webSockets.close();
      await Promise.all([tcp, http].map((server) => new Promise((resolve) => server.close(resolve))));
      await new Promise<void>((resolve) => {
        aedes.close(resolve);
      });
    },
  };
}
