import type * as http from 'node:http';
import type * as https from 'node:https';
import type * as net from 'node:net';
import type { Duplex } from 'node:stream';
import type * as tls from 'node:tls';
import { nodeModule } from '../../../nodeModule.js';
import type { VenueConfig } from '../venueConfig.js';

const loopback = '127.0.0.1';

/** The handlers of requests and connections of clients. */
export interface ListenerPorts {
  readonly answer: http.RequestListener;
  /** Returns whether the socket is an MQTT connection now. */
  readonly upgrade: (request: http.IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  readonly connect: (socket: Duplex) => void;
}

/** Host and port of HTTP with WebSockets, and of MQTT. */
export interface PortPair {
  readonly http: string;
  readonly tcp: string;
}

/** The open ports; `secure` where there is a certificate. */
export interface Listeners {
  readonly plain: PortPair;
  readonly secure: PortPair | undefined;
  /** MQTT connections that are open. */
  connections(): number;
  /** Destroys the sockets of all MQTT connections. */
  drop(): void;
  /**
   * Holds back all bytes that are written to MQTT connections, also to new ones, until the returned function is called.
   */
  freeze(): () => void;
  stop(): Promise<void>;
}

/** Resolves with host and port when the server listens on a free port. */
async function listen(server: net.Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, loopback, resolve);
  });
  const address = server.address();
  return `${loopback}:${String(typeof address === 'object' ? address?.port : address)}`;
}

/** Opens a port for HTTP and WebSockets and one for MQTT; with a certificate also the same two with TLS. */
export async function startListeners(config: VenueConfig, ports: ListenerPorts): Promise<Listeners> {
  const sockets = new Set<Duplex>();
  const mqtt = new Set<Duplex>();
  const servers: net.Server[] = [];
  /** Upgrade requests that came while frozen: they wait, because an ended answer would be sent despite the freeze. */
  const held: (() => void)[] = [];
  let freezes = 0;
  const track = (set: Set<Duplex>, socket: Duplex): void => {
    set.add(socket);
    socket.once('close', () => {
      set.delete(socket);
    });
  };
  const watched = <T extends net.Server>(server: T): T => {
    servers.push(server);
    for (const event of ['connection', 'secureConnection']) {
      server.on(event, (socket: Duplex) => {
        track(sockets, socket);
        // An error of a socket without another listener must not end the process.
        socket.on('error', () => undefined);
      });
    }
    return server;
  };
  const forMqtt = (server: net.Server, event: string): net.Server =>
    watched(server).on(event, (socket: net.Socket) => {
      socket.setNoDelay(true);
      track(mqtt, socket);
      if (freezes > 0) socket.cork();
      ports.connect(socket);
    });
  const forHttp = (server: http.Server): http.Server =>
    watched(server).on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
      const take = (): void => {
        if (!socket.destroyed && ports.upgrade(request, socket, head)) track(mqtt, socket);
      };
      if (freezes > 0) held.push(take);
      else take();
    });
  const freeze = (): (() => void) => {
    freezes += 1;
    // The code above continues to write and close, but the peer receives no byte, not even an answer to a ping.
    if (freezes === 1) for (const socket of mqtt) socket.cork();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      freezes -= 1;
      if (freezes > 0) return;
      for (const socket of mqtt) socket.uncork();
      for (const take of held.splice(0)) take();
    };
  };

  const stop = async (): Promise<void> => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };

  const { createServer: createHttp } = (await nodeModule('node:http')) as typeof http;
  const { createServer: createTcp } = (await nodeModule('node:net')) as typeof net;
  const { createServer: createHttps } = (await nodeModule('node:https')) as typeof https;
  const { createServer: createTls } = (await nodeModule('node:tls')) as typeof tls;
  // All servers are made before the first one listens, so that an invalid certificate leaves no port open.
  const plain = { http: forHttp(createHttp(ports.answer)), tcp: forMqtt(createTcp(), 'connection') };
  const secure = config.tls && {
    http: forHttp(createHttps(config.tls, ports.answer)),
    tcp: forMqtt(createTls(config.tls), 'secureConnection'),
  };
  const open = async (pair: typeof plain): Promise<PortPair> => ({
    http: await listen(pair.http),
    tcp: await listen(pair.tcp),
  });

  return {
    plain: await open(plain),
    secure: secure && (await open(secure)),
    connections: () => mqtt.size,
    drop: () => {
      for (const socket of mqtt) socket.destroy();
    },
    freeze,
    stop,
  };
}
