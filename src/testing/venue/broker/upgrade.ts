import type * as http from 'node:http';
import type { Duplex } from 'node:stream';
import { timer } from 'rxjs';
import type * as ws from 'ws';
import { pathOf } from '../rest/answerHttp.js';
import { bearerToken, type TokenStore } from '../rest/tokenStore.js';
import type { PlannedFaults } from '../rest/venueFault.js';
import type { VenueConfig } from '../venueConfig.js';

/** The parts of the venue that judge an upgrade and take the new connection. */
export interface UpgradeParts {
  readonly config: VenueConfig;
  readonly tokens: TokenStore;
  readonly faults: PlannedFaults;
  readonly ws: typeof ws;
  readonly date: () => string;
  readonly handle: (stream: Duplex, request: http.IncomingMessage) => void;
}

/** The path of the WebSocket that carries MQTT. */
export function mqttPath({ brokerId }: VenueConfig): string {
  return `/api/dispatcher/v3/${brokerId}/mqtt`;
}

/** Refuses an upgrade request with an HTTP status. */
function refuse(socket: Duplex, status: number, date: string, retryAfter?: number): void {
  const headers = [`Date: ${date}`, 'Connection: close', 'Content-Length: 0'];
  if (retryAfter !== undefined) headers.push(`Retry-After: ${String(retryAfter)}`);
  socket.end(`HTTP/1.1 ${String(status)} Refused\r\n${headers.join('\r\n')}\r\n\r\n`);
}

/**
 * Turns upgrade requests into connections. It checks the path, then the dispatcher token (401 without a valid one),
 * then the sub-protocol `mqtt`. Returns whether the request was accepted.
 */
export function upgrade(parts: UpgradeParts): (request: http.IncomingMessage, socket: Duplex, head: Buffer) => boolean {
  const { config, tokens, faults, date, handle } = parts;
  const { WebSocketServer, createWebSocketStream } = parts.ws;
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => 'mqtt', perMessageDeflate: false });

  const cutAtExpiry = (socket: Duplex, token: string): void => {
    const end = tokens.endOf('dispatcher', token);
    if (!config.cutAtExpiry || end === undefined) return;
    const { clock } = config;
    const cut = timer(Math.max(0, end - clock.now()), clock.timers).subscribe(() => {
      socket.destroy();
    });
    socket.once('close', () => {
      cut.unsubscribe();
    });
  };

  return (request, socket, head) => {
    const { url, headers } = request;
    const token = bearerToken(headers.authorization);
    const fault = faults.take('upgrade');
    if (fault?.kind === 'hang') return false;
    const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (fault?.kind === 'reset') socket.destroy();
    else if (fault?.kind === 'status') refuse(socket, fault.status, date(), fault.retryAfter);
    else if (pathOf(url) !== mqttPath(config)) refuse(socket, 404, date());
    else if (config.upgrade === 'token' && !tokens.isGood('dispatcher', token)) refuse(socket, 401, date());
    else if (!protocols.includes('mqtt')) refuse(socket, 400, date());
    else {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        handle(createWebSocketStream(webSocket), request);
      });
      cutAtExpiry(socket, token);
      return true;
    }
    return false;
  };
}
