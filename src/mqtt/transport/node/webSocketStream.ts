import { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { UpgradeRefused } from '../classifyFailure.js';
import type { Target } from '../endpointUrl.js';
import { type Tap, tapInto } from './tappedStream.js';
import { nodeTlsOptions } from './tcpStream.js';

/**
 * The most bytes of a control frame from a server (RFC 6455, sections 5.2 and 5.5). A proxy may send pings although the broker
 * is gone, so a ping is no sign of the broker.
 */
const LONGEST_CONTROL_FRAME = 127;

/**
 * A WebSocket of sub-protocol `mqtt` as a byte stream; `onUp` is called when it is open.
 *
 * All bytes that are read go through `tap`. Before them, `onBytes` is called: once for all messages of one read of the socket, and
 * for each read that brings a part of a message. The stream never pauses reading. It is destroyed with `UpgradeRefused` when the
 * status of the upgrade is not 101.
 */
export function webSocketStream(
  { scheme, address, path, host, endpoint }: Target,
  onUp: () => void,
  tap: Tap,
  onBytes: () => void,
): Duplex {
  const socket = new WebSocket(`${address}${path}`, ['mqtt'], {
    // Market data is small, hot and binary: compressing it costs more than it saves.
    perMessageDeflate: false,
    ...(endpoint.headers === undefined ? {} : { headers: { ...endpoint.headers } }),
    ...(scheme === 'wss' ? nodeTlsOptions(host, endpoint.tls) : {}),
  });

  const send = (bytes: Uint8Array, done: (error?: Error | null) => void): void => {
    if (socket.readyState === WebSocket.CONNECTING)
      socket.once('open', () => {
        socket.send(bytes, done);
      });
    else socket.send(bytes, done);
  };

  const stream = new Duplex({
    read() {
      // Bytes are pushed as they come: holding them back would hold back ping answers too.
    },
    write(chunk: Uint8Array, _encoding, done) {
      send(chunk, done);
    },
    writev(chunks, done) {
      send(Buffer.concat(chunks.map(({ chunk }) => chunk as Uint8Array)), done);
    },
    final(done) {
      socket.close();
      done();
    },
    destroy(error, done) {
      socket.terminate();
      done(error);
    },
  });

  const read = tapInto(stream, tap);
  let isReported = false;
  socket.on('open', onUp);
  // `ws` reports a large message over a slow link only when it is whole, so its parts are noticed here.
  socket.on('upgrade', (response) => {
    response.socket.on('data', ({ length }: Buffer) => {
      isReported = length > LONGEST_CONTROL_FRAME;
      if (isReported) onBytes();
    });
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isReported) onBytes();
    // MQTT-6.0.0-1: on a text frame the receiver closes the connection.
    if (isBinary) read(data);
    else stream.destroy(Object.assign(new Error('a text frame'), { code: 'RXQ_TEXT_FRAME' }));
  });
  socket.on('unexpected-response', (_request, response) => {
    // With a listener to this event, `ws` leaves the socket open: destroying the stream ends it.
    stream.destroy(new UpgradeRefused(response.statusCode ?? 0, response.headers['retry-after']));
  });
  // Stays for good: terminating a socket that is still connecting emits an error later.
  socket.on('error', (error) => {
    stream.destroy(error);
  });
  socket.on('close', () => {
    stream.destroy();
  });
  return stream;
}
