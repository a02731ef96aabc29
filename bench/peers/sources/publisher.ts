import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { otherPacket } from '../../../test/support/mqttPackets.js';

/** Connects to a broker as a client that only publishes; what is written to the socket after that goes out as it is. */
export async function connectPublisher(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port }).setNoDelay(true);
  // MQTT 3.1.1, clean session, no keep-alive, client id "source".
  const client = Buffer.from('source');
  socket.write(otherPacket(0x10, [0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0, 0, client.length, ...client]));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (answer[0] !== 0x20 || answer[3] !== 0)
    throw new Error(`the broker refused the publisher: ${answer.toString('hex')}`);
  return socket;
}
