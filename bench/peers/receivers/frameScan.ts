import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { otherPacket } from '../../../test/support/mqttPackets.js';
import { topicPrefix } from '../messages.js';
import { packetCutter } from '../packetCutter.js';
import { readStamp } from '../stamp.js';
import type { Receiver } from './receiver.js';
import { webSocketReader } from './webSocketReader.js';

/** A client's frame of at most 125 bytes; masked with zeros, which leaves them as they are. */
function clientFrame(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x82, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

async function upgrade(socket: Socket, { host }: URL): Promise<void> {
  const headers = [
    'GET / HTTP/1.1',
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: mqtt',
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n`);
  // The server sends nothing more before the client does, so the answer is all there is to read.
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', function read(bytes: Buffer) {
      text += bytes.toString('latin1');
      if (!text.endsWith('\r\n\r\n')) return;
      socket.off('data', read);
      resolve(text);
    });
  });
  if (!answer.startsWith('HTTP/1.1 101')) throw new Error(`the source refused the upgrade: ${answer}`);
}

/** Packets cut out of the bytes of a socket and counted: the least that a receiver in JavaScript can do. */
export const receive: Receiver = async ({ url, ca, stampFromEnd }, deliver) => {
  const address = new URL(url);
  const [host, port, secure] = [address.hostname, Number(address.port), address.protocol === 'wss:'];
  const socket = secure ? connectTls({ host, port, ca }) : connect({ host, port });
  if (secure) await upgrade(socket, address);
  const send = (packet: Buffer): void => void socket.write(secure ? clientFrame(packet) : packet);
  const cut = packetCutter((bytes, at, _body, end) => {
    if ((bytes[at]! & 0xf0) === 0x30) deliver(readStamp(bytes, end - stampFromEnd));
  });
  socket.on('data', secure ? webSocketReader(cut) : cut);
  const filter = Buffer.from(`${topicPrefix}+`);
  send(otherPacket(0x10, [0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0, 0, 0]));
  send(otherPacket(0x82, [0, 1, 0, filter.length, ...filter, 0]));
  return undefined;
};
