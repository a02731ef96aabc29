import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { startPortKeeper } from './portKeeper.js';
import { type Packet, packetReader } from './packets.js';
import { type Action, type Direction, type Rule, Rules } from './rules.js';

/** How a proxy is reached. */
export interface FaultProxyConfig {
  /** @defaultValue 'mqtt' */
  readonly scheme?: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  /** PEM, for `mqtts` and `wss`. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A packet that came to the proxy. */
export interface ReceivedPacket extends Packet {
  readonly connection: number;
  readonly direction: Direction;
}

/** Stands between a client and a broker, and does to their packets what its rules say. */
export interface FaultProxy {
  readonly url: string;
  /** Connections taken so far, each by its time, ms of `performance.now()`. */
  readonly connections: readonly number[];
  /** Packets that came so far but for PUBLISH, in order. */
  readonly packets: readonly ReceivedPacket[];
  /** Puts a rule in force; the function returned takes it back. */
  rule(rule: Rule): () => void;
  /** Does something to every connection now. */
  now(action: Action): void;
  /** Stops listening on the port; connections stay. */
  refuse(): void;
  /** Listens on the same port again. */
  accept(): Promise<void>;
  stop(): void;
}

/** The client's side of a connection. */
interface Leg {
  write(bytes: Uint8Array): void;
  end(action: 'reset' | 'half-close' | number): void;
  destroy(): void;
}

/** `raw` is the TCP socket below `socket`: only that can be reset. */
function socketLeg(socket: Socket, raw: Socket): Leg {
  return {
    write: (bytes) => socket.write(bytes),
    end: (action) => {
      if (action === 'reset') raw.resetAndDestroy();
      else socket.end();
    },
    destroy: () => socket.destroy(),
  };
}

function webSocketLeg(socket: WebSocket, raw: Socket): Leg {
  return {
    write: (bytes) => {
      socket.send(bytes);
    },
    end: (action) => {
      if (action === 'reset') raw.resetAndDestroy();
      else if (action === 'half-close') raw.end();
      else socket.close(action);
    },
    destroy: () => {
      socket.terminate();
    },
  };
}

/** The waiting bytes of one direction: order is kept, so packets behind a delayed packet wait for it. */
interface Waiting {
  count: number;
  last: Promise<void>;
}

/** One connection: the client's side and the broker's. */
class Proxied {
  private readonly leg: Leg;
  private readonly broker: Socket;
  private readonly waiting: Readonly<Record<Direction, Waiting>> = {
    'to broker': { count: 0, last: Promise.resolve() },
    'to client': { count: 0, last: Promise.resolve() },
  };
  private blackHole = false;

  constructor(leg: Leg, broker: Socket) {
    this.leg = leg;
    this.broker = broker;
  }

  /** One side has ended. */
  end(): void {
    if (!this.blackHole) this.destroy();
  }

  destroy(): void {
    this.leg.destroy();
    this.broker.destroy();
  }

  /** Does to the whole connection what a rule says. */
  act(action: Action): void {
    if (action.kind === 'black-hole') this.blackHole = true;
    else if (action.kind === 'reset' || action.kind === 'half-close') this.leg.end(action.kind);
    else if (action.kind === 'close') this.leg.end(action.code);
  }

  pass(direction: Direction, bytes: Uint8Array, action: Action | undefined): void {
    const pieces = piecesOf(bytes, action);
    if (pieces === undefined) {
      if (action !== undefined) this.act(action);
      return;
    }
    const ms = action?.kind === 'delay' ? action.ms : 0;
    const waiting = this.waiting[direction];
    if (ms === 0 && waiting.count === 0) this.write(direction, pieces);
    else {
      waiting.count += 1;
      waiting.last = waiting.last
        .then(() => (ms === 0 ? undefined : pause(ms)))
        .then(() => {
          waiting.count -= 1;
          this.write(direction, pieces);
        });
    }
  }

  private write(direction: Direction, pieces: readonly Uint8Array[]): void {
    if (this.blackHole) return;
    const side = direction === 'to broker' ? this.broker : this.leg;
    for (const piece of pieces) side.write(piece);
  }
}

/** The bytes that are passed on instead of a packet; `undefined` when there are none. */
function piecesOf(bytes: Uint8Array, action: Action | undefined): readonly Uint8Array[] | undefined {
  if (action === undefined || action.kind === 'delay') return [bytes];
  if (action.kind === 'replace') return [action.bytes];
  if (action.kind === 'inject') return [bytes, action.bytes];
  if (action.kind !== 'slice') return undefined;
  const { size } = action;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

/**
 * Starts a proxy on a free loopback port. Bytes that come in by `scheme` go on over plain TCP.
 *
 * @param target - `mqtt://127.0.0.1:port` of the broker
 */
export async function startFaultProxy(target: string, config: FaultProxyConfig = {}): Promise<FaultProxy> {
  const { scheme = 'mqtt', tls } = config;
  const { hostname, port: brokerPort } = new URL(target);
  const rules = new Rules();
  const connections: number[] = [];
  const packets: ReceivedPacket[] = [];
  const open = new Set<Proxied>();

  const take = (leg: Leg, onBytes: (read: (bytes: Buffer) => void) => void, onEnd: (end: () => void) => void): void => {
    const connection = connections.push(performance.now()) - 1;
    const broker = connect(Number(brokerPort), hostname).setNoDelay(true);
    const proxied = new Proxied(leg, broker);
    open.add(proxied);
    const reader = (direction: Direction): ((bytes: Buffer) => void) =>
      packetReader((packet) => {
        if (packet.name !== 'publish') packets.push({ ...packet, connection, direction });
        proxied.pass(direction, packet.bytes, rules.take(connection, direction, packet));
      });
    onBytes(reader('to broker'));
    broker.on('data', reader('to client'));
    const end = (): void => {
      proxied.end();
    };
    onEnd(end);
    broker.on('error', () => undefined).once('close', end);
  };

  const server = serverOf(scheme, tls, take);
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
  const port = await listen(0);
  const keeper = await startPortKeeper();
  let release = (): void => undefined;

  return {
    url: `${scheme}://127.0.0.1:${String(port)}`,
    connections,
    packets,
    rule: (rule) => rules.add(rule),
    now: (action) => {
      for (const proxied of open) proxied.act(action);
    },
    refuse: () => {
      // It calls back when the last connection has ended, which may be never.
      server.close();
      release = keeper.hold(port);
    },
    accept: async () => {
      await listen(port);
      release();
    },
    stop: () => {
      for (const proxied of open) proxied.destroy();
      if (server.listening) server.close();
      release();
      keeper.stop();
    },
  };
}

type Take = (leg: Leg, onBytes: (read: (bytes: Buffer) => void) => void, onEnd: (end: () => void) => void) => void;

function serverOf(scheme: string, tls: FaultProxyConfig['tls'], take: Take): Server {
  const raws = new Map<number | undefined, Socket>();
  const rawOf = (socket: Socket): Socket => raws.get(socket.remotePort) ?? socket;
  const onRaw = (raw: Socket): void => {
    const { remotePort } = raw;
    raws.set(remotePort, raw);
    raw.once('close', () => raws.delete(remotePort));
  };
  if (scheme === 'mqtt' || scheme === 'mqtts') {
    const onSocket = (socket: Socket): void => {
      socket.setNoDelay(true).on('error', () => undefined);
      take(
        socketLeg(socket, rawOf(socket)),
        (read) => socket.on('data', read),
        (end) => socket.once('close', end),
      );
    };
    const server = scheme === 'mqtt' ? createServer(onSocket) : createTlsServer({ ...tls }, onSocket);
    return server.prependListener('connection', onRaw);
  }
  const http = scheme === 'ws' ? createHttpServer() : createHttpsServer({ ...tls });
  const server = new WebSocketServer({ server: http, handleProtocols: () => 'mqtt', perMessageDeflate: false });
  server.on('connection', (socket, { socket: carrier }) => {
    socket.on('error', () => undefined);
    take(
      webSocketLeg(socket, rawOf(carrier)),
      (read) => socket.on('message', read),
      (end) => socket.once('close', end),
    );
  });
  return http.prependListener('connection', onRaw);
}
