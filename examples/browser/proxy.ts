/**
 * A WebSocket proxy for pages: a browser can't set a header on a WebSocket, and should not have the credentials for it. The page
 * connects to its own server, which connects to the venue with the header and passes bytes both ways.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';

/** The venue's side of a connection, which only the proxy knows. */
export interface VenueLink {
  readonly url: string;
  readonly options: Pick<ClientOptions, 'headers' | 'ca'>;
}

/** Options of a proxy. */
export interface ProxyConfig {
  /** The path of the server to which pages connect, e.g. `/quotes`. */
  readonly path: string;
  /**
   * The page's origin. A browser lets any page open a WebSocket to any server, with that server's cookies. Without this
   * check, a foreign page could read the feed with your user's session.
   */
  readonly origin: string;
  /** Whether the sender of the request is signed in to the page's own server. */
  readonly isSignedIn: (request: IncomingMessage) => boolean;
  /** Called for each connection, so that the credentials are fresh. */
  readonly venue: () => Promise<VenueLink>;
  /** The most bytes that may wait for a slow page before it is disconnected. @defaultValue 1048576 */
  readonly maxWaiting?: number;
}

const ignore = (): void => {};

/** A browser shows a page only that the connection failed; the status is for your own logs. */
function refuse(socket: Duplex, status: string): void {
  // A client that is refused and doesn't close the connection is disconnected.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Passes on all messages and the end. No message is left out: a page that is too slow is disconnected. */
function passOn(from: WebSocket, to: WebSocket, maxWaiting: number): void {
  from.on('message', (data, binary) => {
    if (to.bufferedAmount > maxWaiting) to.terminate();
    else to.send(data, { binary }, ignore);
  });
  from.on('error', ignore);
  from.on('close', () => {
    to.close();
  });
}

/** Passes the WebSockets of a server's pages on to a venue. The returned function disconnects all of them. */
export function proxy(server: Server, config: ProxyConfig): () => void {
  const { path, origin, isSignedIn, venue, maxWaiting = 1_048_576 } = config;
  // A page sends no more than its subscriptions; compressing prices costs more than it saves.
  const pages = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'mqtt',
    maxPayload: 65_536,
    perMessageDeflate: false,
  });
  const sockets = new Set<Duplex>();

  const connect = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { url, options } = await venue();
    if (socket.destroyed) return;
    const toVenue = new WebSocket(url, ['mqtt'], { ...options, handshakeTimeout: 10_000, perMessageDeflate: false });
    const abandon = (): void => {
      toVenue.terminate();
    };
    const fail = (): void => {
      refuse(socket, '502 Bad Gateway');
    };
    // A page that leaves meanwhile is noticed only by reading; it sends nothing before it is accepted.
    socket.once('end', abandon).once('close', abandon).resume();
    toVenue.once('error', fail);
    // The page is accepted after the venue has accepted the proxy, so that no message has to wait.
    toVenue.once('open', () => {
      pages.handleUpgrade(request, socket, head, (page) => {
        socket.off('end', abandon).off('close', abandon);
        toVenue.off('error', fail);
        passOn(page, toVenue, maxWaiting);
        passOn(toVenue, page, maxWaiting);
      });
    });
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    sockets.add(socket);
    socket.on('error', ignore).once('close', () => sockets.delete(socket));
    if (request.url !== path) refuse(socket, '404 Not Found');
    else if (request.headers.origin !== origin) refuse(socket, '403 Forbidden');
    else if (!isSignedIn(request)) refuse(socket, '401 Unauthorized');
    else if (!protocols.includes('mqtt')) refuse(socket, '400 Bad Request');
    else {
      connect(request, socket, head).catch(() => {
        refuse(socket, '502 Bad Gateway');
      });
    }
  };

  server.on('upgrade', upgrade);
  return () => {
    server.off('upgrade', upgrade);
    for (const socket of sockets) socket.destroy();
  };
}
