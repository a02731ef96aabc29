/**
 * A relay for pages: a browser can't set a header on a WebSocket, and should not hold the credentials that go into it.
 * The page connects to its own server, which connects to the venue with the header and passes bytes both ways.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';

/** The venue's side of a connection: what is the relay's own, and no page's, to know. */
export interface VenueLink {
  readonly url: string;
  readonly options: Pick<ClientOptions, 'headers' | 'ca'>;
}

/** Options of a relay. */
export interface RelayConfig {
  /** Where on the server pages connect to, e.g. `/quotes`. */
  readonly path: string;
  /**
   * The page's origin. A browser lets any page open a WebSocket to any server, with that server's cookies: without this
   * check other people's pages could read the feed with your user's session.
   */
  readonly origin: string;
  /** Whether the sender of the request is signed in to the page's own server. */
  readonly isSignedIn: (request: IncomingMessage) => boolean;
  /** Asked for each connection, so that the credentials are fresh. */
  readonly venue: () => Promise<VenueLink>;
  /** Bytes that may wait for a slow page before it is cut off. @defaultValue 1048576 */
  readonly maxWaiting?: number;
}

const ignore = (): void => {};

/** A browser shows a page no more than that it failed; the status is for your own logs. */
function refuse(socket: Duplex, status: string): void {
  // A client that is refused and doesn't close the connection is disconnected.
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Passes on what comes, and the end. Nothing is ever left out: a page that is too slow is cut, and knows of it. */
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

/** Relays WebSockets of a server's pages to a venue. The function returned cuts them all. */
export function relay(server: Server, config: RelayConfig): () => void {
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
    // A page that goes meanwhile is noticed only by reading; it has nothing to say before it is let in.
    socket.once('end', abandon).once('close', abandon).resume();
    toVenue.once('error', fail);
    // The page is let in once the venue has let us in: so nothing has to wait in between.
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
