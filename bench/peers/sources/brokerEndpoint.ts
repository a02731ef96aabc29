import { Buffer } from 'node:buffer';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { otherPacket } from '../../../test/support/mqttPackets.js';
import { packetCutter } from '../packetCutter.js';
import { webSocketFrame } from './webSocketFrame.js';

/** PEM texts of a server. */
export interface ServerKey {
  readonly cert: string;
  readonly key: string;
}

const connect = 0x10;
const subscribe = 0x80;
const pingRequest = 0xc0;

/** Answers what a client sends, with QoS 0 for every topic; `subscribed` gets the number of topics of each SUBSCRIBE. */
function session(write: (packet: Buffer) => void, subscribed: (topics: number) => void): (chunk: Buffer) => void {
  return packetCutter((bytes, at, body, end) => {
    const type = bytes[at]! & 0xf0;
    if (type === connect) write(otherPacket(0x20, [0, 0]));
    else if (type === pingRequest) write(otherPacket(0xd0, []));
    else if (type === subscribe) {
      let [topics, wildcard] = [0, false];
      for (let next = body + 2; next < end; topics += 1) {
        const length = bytes.readUInt16BE(next);
        wildcard ||= bytes.subarray(next, next + length + 2).includes('+');
        next += length + 3;
      }
      write(otherPacket(0x90, [bytes[body]!, bytes[body + 1]!, ...new Uint8Array(topics)]));
      subscribed(wildcard ? Infinity : topics);
    }
  });
}

/**
 * The server's half of MQTT 3.1.1 that a subscriber needs, over TCP or over WebSocket with TLS. `start` gets the socket once
 * `topics` topics, or a wildcard, were subscribed to; whatever it writes goes out as it is.
 */
export async function serveBroker(
  { topics, secure }: { readonly topics: number; readonly secure: ServerKey | undefined },
  start: (socket: Socket) => void,
): Promise<string> {
  const startsWhenSubscribed = (socket: Socket): ((count: number) => void) => {
    let left = topics;
    return (count) => {
      const before = left;
      left -= count;
      if (before > 0 && left <= 0) start(socket);
    };
  };
  let server: Server;
  if (secure === undefined) {
    server = createServer((socket) => {
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on(
        'data',
        session((packet) => socket.write(packet), startsWhenSubscribed(socket)),
      );
    });
  } else {
    const web = createSecureServer(secure);
    const upgraded = new WebSocketServer({ server: web, perMessageDeflate: false, handleProtocols: () => 'mqtt' });
    upgraded.on('connection', (webSocket, { socket }) => {
      socket.setNoDelay(true);
      webSocket.on('error', () => undefined);
      // Written past `ws`: what is sent later was framed before.
      const read = session((packet) => socket.write(webSocketFrame(packet)), startsWhenSubscribed(socket));
      webSocket.on('message', (data: Buffer) => {
        read(Buffer.from(data));
      });
    });
    server = web;
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `${secure === undefined ? 'mqtt' : 'wss'}://127.0.0.1:${String(port)}`;
}
