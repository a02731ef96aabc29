import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { otherPacket } from '../../test/support/mqttPackets.js';

/** A hostile broker's side of one connection. */
export interface Peer {
  readonly socket: Socket;
  /** Sends bytes; over a WebSocket as one message. */
  readonly send: (bytes: Uint8Array) => void;
}

/** The steps of a client, as a mode may answer them. Each returns whether it was answered. */
export interface Manners {
  onConnect?: (peer: Peer) => void;
  onSubscribe?: (peer: Peer, packet: Buffer) => void;
  /** Called once, when the first SUBSCRIBE is answered. */
  attack?: (peer: Peer) => void;
}

const CONNACK = otherPacket(0x20, [0, 0]);
const PINGRESP = otherPacket(0xd0, []);

/** The SUBACK that grants each topic of a SUBSCRIBE. */
function subackFor(body: Buffer): Buffer {
  let topics = 0;
  for (let at = 2; at < body.length; at += 3 + body.readUInt16BE(at)) topics += 1;
  return otherPacket(0x90, [...body.subarray(0, 2), ...new Uint8Array(topics)]);
}

/** A function that takes a client's bytes and answers its packets. */
function answering(peer: Peer, manners: Manners): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  const answer = (type: number, body: Buffer): void => {
    if (type === 1) (manners.onConnect ?? (({ send }) => send(CONNACK)))(peer);
    if (type === 12) peer.send(PINGRESP);
    if (type !== 8) return;
    if (manners.onSubscribe !== undefined) manners.onSubscribe(peer, body);
    else peer.send(subackFor(body));
    if (isFirst) setTimeout(() => manners.attack?.(peer), 50);
    isFirst = false;
  };
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      let at = 1;
      let length = 0;
      for (let factor = 1; at < rest.length; factor *= 128) {
        const byte = rest[at++] ?? 0;
        length += (byte & 127) * factor;
        if (byte < 128) break;
      }
      if (rest.length < 2 || rest.length < at + length) return;
      const [type, body] = [(rest[0] ?? 0) >> 4, rest.subarray(at, at + length)];
      rest = rest.subarray(at + length);
      answer(type, body);
    }
  };
}

/** Starts a broker with these manners on a free port of the loopback. */
export async function startPeer(scheme: 'mqtt' | 'ws', manners: Manners): Promise<{ port: number; stop: () => void }> {
  const sockets = new Set<Socket>();
  let server: Server;
  if (scheme === 'mqtt')
    server = createServer((socket) => {
      const peer: Peer = { socket, send: (bytes) => void socket.write(bytes) };
      socket.on('data', answering(peer, manners));
    });
  else {
    const http = createHttpServer();
    server = http;
    new WebSocketServer({ server: http }).on('connection', (webSocket, { socket }) => {
      const peer: Peer = {
        socket,
        send: (bytes) => {
          webSocket.send(bytes);
        },
      };
      const answer = answering(peer, manners);
      webSocket
        .on('error', () => undefined)
        .on('message', (bytes: Buffer) => {
          answer(bytes);
        });
    });
  }
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
