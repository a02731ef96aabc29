import { type AddressInfo, createServer, type Socket } from 'node:net';
import { packetReader } from './faultProxy/packets.js';
import { otherPacket } from './mqttPackets.js';

/** A broker of few words, for runs in which it must cost nothing: it grants everything and answers pings. */
export interface TerseBroker {
  readonly url: string;
  stop(): void;
}

/** Other behaviour of the broker. */
export interface TerseBrokerConfig {
  /** The time of every answer, in ms. @defaultValue 0 */
  readonly latency?: number;
  /** A connection was granted these topics. */
  readonly onGranted?: (socket: Socket, topics: readonly string[]) => void;
}

/** Starts one on a free port of the loopback interface. */
export async function startTerseBroker({ latency = 0, onGranted }: TerseBrokerConfig = {}): Promise<TerseBroker> {
  const server = createServer((socket) => {
    const answer = (packet: Buffer, then: () => void = () => undefined): void => {
      const send = (): void => {
        if (socket.destroyed) return;
        socket.write(packet);
        then();
      };
      if (latency === 0) send();
      else setTimeout(send, latency);
    };
    const read = packetReader(({ name, bytes, topics }) => {
      if (name === 'connect') answer(otherPacket(0x20, [0, 0]));
      else if (name === 'pingreq') answer(otherPacket(0xd0, []));
      else if (name === 'disconnect') socket.end();
      else if (name === 'subscribe') {
        // The packet id follows the fixed header, which is of two bytes up to 127 bytes of topics.
        const id = bytes.subarray(bytes.length - topics.reduce((sum, topic) => sum + Buffer.byteLength(topic) + 3, 2));
        answer(otherPacket(0x90, [...id.subarray(0, 2), ...topics.map(() => 0)]), () => onGranted?.(socket, topics));
      }
    });
    socket
      .setNoDelay(true)
      .on('error', () => undefined)
      .on('data', read);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtt://127.0.0.1:${String(port)}`,
    stop: () => {
      server.close();
    },
  };
}
