import { Duplex } from 'node:stream';

/** Makes a function that takes the bytes of a socket as they are read. `push` passes on those that are for MQTT.js. */
export type Tap = (push: (bytes: Uint8Array) => void) => (bytes: Buffer) => void;

/** A reader of bytes. When it can't read them, it destroys `stream` with its error. */
export function tapInto(stream: Duplex, tap: Tap): (bytes: Buffer) => void {
  const read = tap((bytes) => {
    stream.push(bytes);
  });
  return (bytes) => {
    if (stream.destroyed) return;
    try {
      read(bytes);
    } catch (error) {
      stream.destroy(error as Error);
    }
  };
}

/** A socket as a stream for MQTT.js. All bytes go through `tap`, and `onBytes` is called before them. It never pauses reading. */
export function tappedStream(socket: Duplex, tap: Tap, onBytes: () => void): Duplex {
  const stream = new Duplex({
    read() {
      // Bytes are pushed as they come: holding them back would hold back ping answers too.
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
  const read = tapInto(stream, tap);
  socket.on('data', (bytes: Buffer) => {
    onBytes();
    read(bytes);
  });
  // Stays for good: a socket may report an error after it was destroyed.
  socket.on('error', (error) => {
    stream.destroy(error);
  });
  socket.on('close', () => {
    stream.destroy();
  });
  return stream;
}
