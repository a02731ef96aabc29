import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Clock, defaultTransport, systemClock } from '../../src/index.js';
import { otherPacket, publishPacket } from '../support/mqttPackets.js';
import { type LocalServer, startServer } from './silentServer.js';
import { failureOf, type Probe, probe, until } from './openConnection.js';

const CONNACK = otherPacket(0x20, [0, 0]);
const PINGRESP = otherPacket(0xd0, []);
const quote = publishPacket({ topic: 'a', payload: Uint8Array.of(1), qos: 0 });
/** The head of a packet of 256 MB, the longest there is. */
const endless = (header: number): Buffer => Buffer.of(header, 0xff, 0xff, 0xff, 0x7f);
const many = (packet: Uint8Array, count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => packet));

/** A broker's side of one connection. */
interface Peer {
  readonly socket: Socket;
  /** Sends bytes; over a WebSocket as one message. */
  readonly send: (bytes: Uint8Array) => void;
}

interface Opened {
  readonly observed: Probe;
  readonly peer: Peer;
}

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve(scheme: 'mqtt' | 'ws', onPeer: (peer: Peer) => void): Promise<LocalServer> {
  if (scheme === 'mqtt')
    return startServer(createServer(), (socket) => {
      const send = (bytes: Uint8Array): void => {
        socket.write(bytes);
      };
      socket.once('data', () => {
        onPeer({ socket, send });
      });
    });
  const http = createHttpServer();
  new WebSocketServer({ server: http }).on('connection', (webSocket, { socket }) => {
    const send = (bytes: Uint8Array): void => {
      webSocket.send(bytes);
    };
    webSocket.once('message', () => {
      onPeer({ socket, send });
    });
  });
  return startServer(http);
}

/** A connection that is open, and its broker's side. */
async function openOver(scheme: 'mqtt' | 'ws', frameTap = true, clock: Clock = systemClock): Promise<Opened> {
  let peer: Peer | undefined;
  const server = await serve(scheme, (accepted) => {
    peer = accepted;
    accepted.send(CONNACK);
  });
  const url = `${scheme}://127.0.0.1:${String(server.port)}`;
  const observed = probe(defaultTransport({ clock, frameTap }), { url });
  await observed.opened;
  endings.push(async () => {
    observed.subscription.unsubscribe();
    await server.stop();
  });
  if (peer === undefined) throw new Error('open before CONNECT was read');
  return { observed, peer };
}

async function endOf({ observed: seen }: Opened): Promise<string> {
  const failure = await failureOf(seen);
  expect(failure).toMatchObject({ kind: 'protocol', code: 'RXQ_PROTOCOL' });
  return failure.message;
}

describe.each([
  ['mqtt', true],
  ['mqtt', false],
  ['ws', true],
  ['ws', false],
] as const)('over %s with frameTap: %s, a broker ends the connection', (scheme, frameTap) => {
  it.each([
    ['an endless SUBACK', endless(0x90), 'sent a SUBACK of 268435455 bytes; at most 65536'],
    ['an endless UNSUBACK', endless(0xb0), 'sent an UNSUBACK of 268435455 bytes; at most 2'],
    ['a PUBLISH with QoS 2', otherPacket(0x34, [0, 1, 0x61, 0, 1]), 'sent a PUBLISH with QoS 2; only QoS 0'],
    ['1,001 PINGRESPs', many(PINGRESP, 1_001), 'sent a PINGRESP as packet 1001'],
    ['1,001 PUBRELs', many(otherPacket(0x62, [0, 1]), 1_001), 'sent a PUBREL as packet 1001'],
    ['1,001 SUBACKs', many(otherPacket(0x90, [0, 1, 0]), 1_001), 'sent a SUBACK as packet 1001'],
    ['a second CONNACK', CONNACK, 'sent a second CONNACK'],
    ['a SUBSCRIBE', otherPacket(0x82, [0, 1, 0, 1, 0x61, 0]), 'sent a SUBSCRIBE, which no broker sends'],
    ['an empty topic', otherPacket(0x30, [0, 0, 1]), 'sent a PUBLISH with a topic that is empty'],
    ['a topic with NUL', otherPacket(0x30, [0, 2, 0x61, 0, 1]), 'sent a PUBLISH with a topic that holds NUL'],
    [
      'a topic with a wildcard',
      otherPacket(0x32, [0, 1, 0x23, 0, 1]),
      'sent a PUBLISH with a topic that holds a wildcard',
    ],
    ['a topic that is not UTF-8', otherPacket(0x30, [0, 1, 0xff]), 'sent a PUBLISH with a topic that is not UTF-8'],
  ])('by %s, after the messages before it', async (_what, bytes, message) => {
    const opened = await openOver(scheme, frameTap);
    opened.peer.send(Buffer.concat([quote, bytes, quote]));
    expect(await endOf(opened)).toContain(message);
    expect(opened.observed.frames).toHaveLength(1);
  });

  it('by packets in the smallest pieces as late as by whole packets', async () => {
    const opened = await openOver(scheme, frameTap);
    const bytes = Buffer.concat([
      quote,
      many(PINGRESP, 900),
      publishPacket({ topic: 'b', payload: bytesOf(600), qos: 1 }),
    ]);
    for (const byte of bytes) opened.peer.send(Uint8Array.of(byte));
    await until(() => opened.observed.frames.length === 2, 'both messages came');
    expect(opened.observed.frames[1]?.payload).toEqual(Uint8Array.from(bytesOf(600)));
    expect(opened.observed.endings).toEqual([]);
  });

  it('by leaving 16,385 UNSUBSCRIBEs without an answer', async () => {
    const opened = await openOver(scheme, frameTap);
    const connection = await opened.observed.opened;
    for (let round = 0; round < 16_384; round += 1) connection.unsubscribe(['a']);
    expect(opened.observed.endings).toEqual([]);
    connection.unsubscribe(['a']);
    expect(await endOf(opened)).toContain('left 16385 UNSUBSCRIBEs without an answer; 16384 may wait');
  });

  it('by not reading the bytes that it is sent', async () => {
    const opened = await openOver(scheme, frameTap);
    opened.peer.socket.pause();
    const connection = await opened.observed.opened;
    const topics = Array.from({ length: 10 }, (_, index) => String(index).padEnd(60_000, 'x'));
    for (let round = 0; round < 100; round += 1) connection.unsubscribe(topics);
    expect(await endOf(opened)).toMatch(/does not read fast enough: \d+ bytes wait to be sent; at most 16777216 may/);
  });

  it('never by a PUBLISH with QoS 0 that is too long: its beginning is emitted, and so is the next message', async () => {
    const { observed: seen, peer } = await openOver(scheme, frameTap);
    peer.send(Buffer.concat([publishPacket({ topic: 'a', payload: bytesOf(3_000_000), qos: 0 }), quote]));
    await until(() => seen.frames.length === 2, 'both messages came');
    expect(seen.frames[0]?.payload.length).toBeGreaterThan(262_144);
    expect(seen.frames[0]?.payload.length).toBeLessThan(400_000);
    expect(seen.frames[1]?.payload).toEqual(Uint8Array.of(1));
  });
});

function bytesOf(length: number): Uint8Array {
  return new Uint8Array(length).fill(7);
}

describe.each(['mqtt', 'ws'] as const)('over %s, while a broker floods', (scheme) => {
  /** Sends 64 KiB of messages again and again, as fast as they are read, until the socket is gone. */
  function flood({ send, socket }: Peer): void {
    const chunk = many(quote, Math.floor(65_536 / quote.length));
    const go = (): void => {
      if (socket.destroyed) return;
      send(chunk);
      if (socket.writableNeedDrain) socket.once('drain', go);
      else setImmediate(go);
    };
    go();
  }

  it('close() completes, and no message comes after it was called', async () => {
    const { observed: seen, peer } = await openOver(scheme);
    flood(peer);
    await until(() => seen.frames.length > 50_000, 'the flood came');
    const connection = await seen.opened;
    const closed = new Promise<void>((resolve) => {
      connection.close().subscribe({ complete: resolve });
    });
    const before = seen.frames.length;
    await closed;
    expect(seen.frames.length - before).toBe(0);
    expect(seen.endings).toEqual([{ type: 'complete' }]);
  });

  it('a ping is answered', async () => {
    const { observed: seen, peer } = await openOver(scheme);
    flood(peer);
    const connection = await seen.opened;
    let pongs = 0;
    peer.socket.on('data', () => {
      peer.send(PINGRESP);
    });
    connection.ping?.().subscribe({ complete: () => (pongs += 1) });
    await until(() => pongs === 1, 'the ping was answered');
    expect(seen.endings).toEqual([]);
  });
});

describe('a WebSocket server ends the connection', () => {
  it.each([
    ['by announcing a message of 8 MiB and a byte', Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x80, 0, 1)],
    ['by a message in 16,385 parts', Buffer.concat([Buffer.of(0x02, 1, 0x30), many(Buffer.of(0, 1, 0x41), 16_384)])],
  ])('%s', async (_how, frames) => {
    const opened = await openOver('ws');
    opened.peer.socket.write(frames);
    expect(await endOf(opened)).toContain('sent a WebSocket message of more than 8388608 bytes or 16384 parts');
  });

  it.each([true, false])('not by one message with 20 large packets (frameTap: %s)', async (frameTap) => {
    const opened = await openOver('ws', frameTap);
    opened.peer.send(many(publishPacket({ topic: 'a', payload: new Uint8Array(250_000), qos: 0 }), 20));
    await until(() => opened.observed.frames.length === 20 || opened.observed.endings.length > 0, 'all came');
    expect(opened.observed.endings).toEqual([]);
  });

  it.each([
    ['ping', 0x89],
    ['pong', 0x8a],
  ])('by 1,001 %ss without a message, and not by 1,000', async (name, opcode) => {
    const opened = await openOver('ws');
    const { socket, send } = opened.peer;
    for (let round = 1; round <= 2; round += 1) {
      socket.write(many(Buffer.of(opcode, 0), 1_000));
      send(quote);
      await until(() => opened.observed.frames.length === round, 'a message came');
    }
    socket.write(many(Buffer.of(opcode, 0), 1_001));
    expect(await endOf(opened)).toContain(
      `sent 1001 WebSocket ${name}s without a message within 60 s; 1000 are allowed`,
    );
  });

  it('not by more pings than that in total, with a few in each minute', async () => {
    let now = 0;
    const opened = await openOver('ws', true, { ...systemClock, monotonic: () => now });
    const { socket, send } = opened.peer;
    let pongs = 0;
    socket.on('data', ({ length }: Buffer) => (pongs += length / 6));
    for (let minute = 1; minute <= 3; minute += 1) {
      socket.write(many(Buffer.of(0x89, 0), 600));
      await until(() => pongs >= 600 * minute || opened.observed.endings.length > 0, 'all were answered');
      now += 60_000;
    }
    send(quote);
    await until(() => opened.observed.frames.length === 1 || opened.observed.endings.length > 0, 'a message came');
    expect(opened.observed.endings).toEqual([]);
  });

  it('answers a ping with its data', async () => {
    const { peer } = await openOver('ws');
    const received: Buffer[] = [];
    peer.socket.prependListener('data', (bytes: Buffer) => received.push(Buffer.from(bytes)));
    peer.socket.write(Buffer.of(0x89, 2, 0x68, 0x69));
    await until(() => Buffer.concat(received).length >= 8, 'the pong came');
    // A client's frame has a mask of four bytes (RFC 6455, section 5.2).
    const [first, length, ...rest] = Buffer.concat(received);
    const text = rest.slice(4).map((byte, index) => byte ^ (rest[index % 4] ?? 0));
    expect([first, length, text]).toEqual([0x8a, 0x82, [0x68, 0x69]]);
  });
});
