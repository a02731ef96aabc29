import { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../../../model/clock.js';
import { UpgradeRefused } from '../classifyFailure.js';
import type { Target } from '../endpointUrl.js';
import { PacketRefused } from '../packetLimits.js';
import { ReadTurn } from './readTurn.js';
import { type TapConfig, tapInto } from './tappedStream.js';
import { nodeTlsOptions } from './tcpStream.js';

/**
 * The most bytes of a control frame from a server (RFC 6455, sections 5.2 and 5.5). A proxy may send pings although the
 * broker is gone, so a ping does not show that the broker lives.
 */
const LONGEST_CONTROL_FRAME = 127;

/**
 * The longest message in bytes, unless `maxPayload` needs a longer one: `ws` keeps a message until it is complete.
 * `MOST_PARTS` bounds its parts, which are reads of the socket or fragments; a message with at least 512 bytes in each
 * part stays below it.
 */
const LONGEST_MESSAGE = 8_388_608;
const MOST_PARTS = 16_384;

/** The most bytes of a broker's packet without its payload: fixed header, topic and packet id. */
const BESIDES_PAYLOAD = 65_544;

/**
 * The most pings and pongs from a server between two messages within `SPAN` ms. Without the span, a proxy that sends
 * one ping a second would reach any limit while the market is closed and `keepAlive` is long.
 */
const MOST_CONTROL_FRAMES = 1_000;
const SPAN = 60_000;

/** While this number of bytes waits for the peer to read, its pings are not answered (RFC 6455, section 5.5.3, allows to skip some). */
const MOST_WAITING = 65_536;

/** The codes of the errors of `ws` for a message beyond a limit. */
const BEYOND_LIMIT = /^WS_ERR_(UNSUPPORTED_(MESSAGE|DATA_PAYLOAD)_LENGTH|TOO_MANY_BUFFERED_PARTS)$/;

function tooLong(longest: number): PacketRefused {
  return new PacketRefused(
    `sent a WebSocket message of more than ${String(longest)} bytes or ${String(MOST_PARTS)} parts`,
  );
}

/** The settings of a WebSocket besides its target. */
export interface WebSocketConfig extends TapConfig {
  readonly clock: Pick<Clock, 'monotonic' | 'io'>;
  readonly maxPayload: number;
  /** Called when the WebSocket is open. */
  readonly onUp: () => void;
}

/**
 * A WebSocket of sub-protocol `mqtt` as a byte stream.
 *
 * All bytes that are read go through the tap. Before them, `onBytes` is called: once for all messages of one read of the socket,
 * and for each read that brings a part of a message. The stream never pauses reading for longer than a turn. It is destroyed with
 * `UpgradeRefused` when the status of the upgrade is not 101, and with `PacketRefused` beyond a limit.
 */
export function webSocketStream({ scheme, address, path, host, endpoint }: Target, config: WebSocketConfig): Duplex {
  const { onUp, onBytes, clock } = config;
  const longest = Math.max(LONGEST_MESSAGE, config.maxPayload + BESIDES_PAYLOAD);
  const socket = new WebSocket(`${address}${path}`, ['mqtt'], {
    // Market data are small, frequent and binary: compression costs more than it saves.
    perMessageDeflate: false,
    maxPayload: longest,
    maxFragments: MOST_PARTS,
    maxBufferedChunks: MOST_PARTS,
    autoPong: false,
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
      // Bytes are pushed as they come, since holding them back would also hold back ping answers.
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

  const read = tapInto(stream, config);
  const turn = new ReadTurn(clock, socket);
  let isReported = false;
  let controlFrames = 0;
  let since = -Infinity;
  const onControlFrame = (name: string): void => {
    const now = clock.monotonic();
    if (now - since >= SPAN) {
      since = now;
      controlFrames = 0;
    }
    controlFrames += 1;
    // `ws` goes on to the end of what it has read.
    if (stream.destroyed || controlFrames <= MOST_CONTROL_FRAMES) return;
    const count = `${String(controlFrames)} WebSocket ${name}s without a message within ${String(SPAN / 1_000)} s`;
    stream.destroy(new PacketRefused(`sent ${count}; ${String(MOST_CONTROL_FRAMES)} are allowed`));
  };
  socket.on('open', onUp);
  // `ws` reports a large message over a slow link only when it is complete, so its parts are noticed here.
  socket.on('upgrade', (response) => {
    response.socket.on('data', ({ length }: Buffer) => {
      turn.onChunk();
      isReported = length > LONGEST_CONTROL_FRAME;
      if (isReported) onBytes();
    });
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isReported) onBytes();
    controlFrames = 0;
    // MQTT-6.0.0-1: on a text frame the receiver closes the connection.
    if (isBinary) read(data);
    else stream.destroy(Object.assign(new Error('a text frame'), { code: 'RXQ_TEXT_FRAME' }));
  });
  socket.on('ping', (data) => {
    onControlFrame('ping');
    if (!stream.destroyed && socket.bufferedAmount < MOST_WAITING) socket.pong(data);
  });
  socket.on('pong', () => {
    onControlFrame('pong');
  });
  socket.on('unexpected-response', (_request, response) => {
    // With a listener to this event, `ws` leaves the socket open: destroying the stream ends it.
    stream.destroy(new UpgradeRefused(response.statusCode ?? 0, response.headers['retry-after']));
  });
  // This listener is never removed: a connecting socket that is terminated emits an error later.
  socket.on('error', (error: Error & { readonly code?: string }) => {
    stream.destroy(BEYOND_LIMIT.test(error.code ?? '') ? tooLong(longest) : error);
  });
  socket.on('close', () => {
    stream.destroy();
  });
  return stream;
}
