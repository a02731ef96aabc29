import { Duplex } from 'node:stream';
import type { Clock } from '../../../model/clock.js';
import type { PacketLimits } from '../packetLimits.js';
import { ReadTurn } from './readTurn.js';

/**
 * Makes a function that takes the bytes of a socket as they are read. `pass` passes on a packet to MQTT.js, `send` sends packets
 * to the peer.
 */
export type Tap = (pass: (packet: Uint8Array) => void, send: (packets: Uint8Array) => void) => (bytes: Buffer) => void;

/** The parts that a socket's stream works with. */
export interface TapConfig {
  readonly tap: Tap;
  readonly limits: Pick<PacketLimits, 'unread' | 'unsent'>;
  /** Called when bytes were read, before they go through the tap. */
  readonly onBytes: () => void;
}

/**
 * Makes a reader of bytes. If the tap throws, the reader destroys `stream` with the error. After the end of the stream
 * was requested, it drops bytes, so that a flood can't delay the end.
 */
export function tapInto(stream: Duplex, { tap, limits }: Pick<TapConfig, 'tap' | 'limits'>): (bytes: Buffer) => void {
  let waiting = 0;
  /**
   * The number of bytes that waited before the present ones: MQTT.js may read the packets of a large WebSocket message
   * only after the whole message.
   */
  let before = 0;
  const pass = (packet: Uint8Array): void => {
    // MQTT.js stops reading while the peer does not read the answers.
    waiting = stream.readableLength === 0 ? 0 : waiting + 1;
    limits.unread(waiting, before);
    stream.push(packet);
  };
  const send = (packets: Uint8Array): void => {
    // A listener of a message may have ended the stream.
    if (stream.destroyed || stream.writableEnded) return;
    limits.unsent(stream.writableLength);
    stream.write(packets);
  };
  const read = tap(pass, send);
  return (bytes) => {
    if (stream.destroyed || stream.writableEnded) return;
    before = stream.readableLength;
    try {
      read(bytes);
    } catch (error) {
      stream.destroy(error as Error);
    }
  };
}

/** A socket as a stream for MQTT.js. All bytes go through the tap. It never pauses reading for longer than a turn. */
export function tappedStream(socket: Duplex, clock: Pick<Clock, 'monotonic' | 'io'>, config: TapConfig): Duplex {
  const turn = new ReadTurn(clock, socket);
  const stream = new Duplex({
    read() {
      // Bytes are pushed as they come, since holding them back would also hold back ping answers.
    },
    write(chunk: Uint8Array, _encoding, done) {
      socket.write(chunk, done);
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  const read = tapInto(stream, config);
  socket.on('data', (bytes: Buffer) => {
    turn.onChunk();
    config.onBytes();
    read(bytes);
  });
  // This listener is never removed: a socket may report an error after it was destroyed.
  socket.on('error', (error) => {
    stream.destroy(error);
  });
  socket.on('close', () => {
    stream.destroy();
  });
  return stream;
}
