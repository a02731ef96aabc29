import { createServer, type Socket } from 'node:net';
import { asyncScheduler, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultTransport, type Endpoint, systemClock } from '../../src/index.js';
import { type LocalServer, startServer } from './silentServer.js';
import { failureOf, type Probe, probe, subscribeTo, until } from './openConnection.js';

const transport = defaultTransport({ clock: systemClock });
const CONNACK = [0x20, 2, 0, 0];
/** Frames are small here: one byte of length is enough. */
const publish = (topic: string, byte: number, flags = 0): readonly number[] => [
  0x30 | flags,
  3 + topic.length,
  0,
  topic.length,
  ...Buffer.from(topic),
  byte,
];
/** The packet identifier of a SUBSCRIBE. */
const idOf = (packet: Buffer): readonly number[] => [...packet.subarray(2, 4)];

const servers: LocalServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** A server that answers the first bytes a client sends with `hello`, and everything after through `answer`. */
async function connectTo(
  hello: readonly number[],
  answer: (packet: Buffer, socket: Socket) => void = () => undefined,
  endpoint: Partial<Endpoint> = {},
): Promise<Probe> {
  const server = await startServer(createServer(), (socket) => {
    socket.once('data', () => {
      socket.write(Uint8Array.from(hello));
      socket.on('data', (packet: Buffer) => {
        answer(packet, socket);
      });
    });
  });
  servers.push(server);
  return probe(transport, { url: `mqtt://127.0.0.1:${String(server.port)}`, ...endpoint });
}

describe('bytes of an incomplete message', () => {
  it('change the value of reads(), but the answer to a ping does not', async () => {
    const seen = await connectTo(CONNACK, (packet, socket) => {
      const isPing = packet[0] === 0xc0;
      socket.write(Uint8Array.from(isPing ? [0xd0, 0] : publish('a', 1).slice(0, 4)));
    });
    const connection = await seen.opened;
    const before = connection.reads?.();
    await new Promise<void>((done) => {
      connection.ping?.().subscribe({ complete: done });
    });
    expect(connection.reads?.()).toBe(before);
    connection.subscribe(['a']).subscribe();
    await until(() => connection.reads?.() !== before, 'a part of a message is read');
    expect(seen.frames).toEqual([]);
    seen.subscription.unsubscribe();
  });
});

describe('bytes that arrive together', () => {
  it('CONNACK and frames in one chunk: open comes first and no frame is lost', async () => {
    const seen = await connectTo([...CONNACK, ...publish('a', 1), ...publish('b', 2, 1), ...publish('a', 3)]);
    await until(() => seen.frames.length === 3, 'the frames came');
    expect(seen.events).toEqual(['handshake', 'open', 'frame', 'frame', 'frame']);
    expect(seen.frames.map(({ topic, retain, payload }) => [topic, retain, payload[0]])).toEqual([
      ['a', false, 1],
      ['b', true, 2],
      ['a', false, 3],
    ]);
    seen.subscription.unsubscribe();
  });

  it('SUBACK and frames in one chunk: the codes come before the frames that follow them', async () => {
    const seen = await connectTo(CONNACK, (packet, socket) => {
      socket.write(Uint8Array.from([...publish('a', 1), 0x90, 4, ...idOf(packet), 0, 0x80, ...publish('a', 2)]));
    });
    const order: unknown[] = [];
    seen.onFrame = ({ payload }) => order.push(payload[0]);
    (await seen.opened).subscribe(['a', 'b']).subscribe((codes) => order.push(codes));
    await until(() => order.length === 3, 'all of it came');
    expect(order).toEqual([1, [0, 0x80], 2]);
    seen.subscription.unsubscribe();
  });

  it('frames in one chunk: none is emitted after unsubscribing in the middle', async () => {
    // A second CONNACK is an error that MQTT.js emits after the end: no subscriber may get it.
    const seen = await connectTo([...CONNACK, ...[1, 2, 3, 4, 5, 6].flatMap((byte) => publish('a', byte)), ...CONNACK]);
    let left = 0;
    seen.onFrame = ({ payload }) => {
      if (payload[0] === 3) seen.subscription.unsubscribe();
    };
    seen.subscription.add(() => {
      left += 1;
    });
    await until(() => left === 1, 'the third frame came');
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seen.frames.map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
    expect(seen.endings).toEqual([]);
  });

  it('frames and garbage in one chunk: the frames are handed over before the failure', async () => {
    const frames = [1, 2, 3, 4, 5, 6].flatMap((byte) => publish('a', byte));
    const seen = await connectTo([...CONNACK, ...frames, 0xf0, 2, 0xff, 0xff]);
    expect(await failureOf(seen)).toMatchObject({ kind: 'protocol' });
    expect(seen.frames.map(({ payload }) => payload[0])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('frames and the end of the connection: the frames are handed over before the failure', async () => {
    const many = Array.from({ length: 200 }, (_, index) => publish('a', index)).flat();
    const seen = await connectTo(CONNACK, (_packet, socket) => {
      socket.end(Uint8Array.from(many));
    });
    void (await seen.opened).subscribe(['a']).subscribe();
    expect(await failureOf(seen)).toMatchObject({ kind: 'network' });
    expect(seen.frames).toHaveLength(200);
  });
});

describe('answers out of order or missing', () => {
  it('SUBACKs in reverse order reach the right SUBSCRIBEs', async () => {
    const asked: (readonly number[])[] = [];
    const seen = await connectTo(CONNACK, (packets, socket) => {
      // Two SUBSCRIBEs of topics `a` and `b` may come in one chunk or two: 8 bytes each.
      for (let at = 0; at < packets.length; at += 8) asked.push(idOf(packets.subarray(at)));
      if (asked.length === 2)
        socket.write(Uint8Array.from([0x90, 3, ...(asked[1] ?? []), 0x80, 0x90, 3, ...(asked[0] ?? []), 0]));
    });
    const connection = await seen.opened;
    expect(await Promise.all([subscribeTo(connection, 'a'), subscribeTo(connection, 'b')])).toEqual([[0], [0x80]]);
    seen.subscription.unsubscribe();
  });

  it('close() settles after 2 s of the clock although a SUBSCRIBE has no answer and the peer keeps the socket', async () => {
    const delays: (number | undefined)[] = [];
    const timers: SchedulerLike = {
      now: () => asyncScheduler.now(),
      schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T) {
        delays.push(delay);
        return asyncScheduler.schedule(work, delay === 2000 ? 1 : delay, state);
      },
    };
    const server = await startServer(createServer({ allowHalfOpen: true }), (socket) => {
      socket.resume().once('data', () => socket.write(Uint8Array.from(CONNACK)));
    });
    servers.push(server);
    const hurried = defaultTransport({ clock: { ...systemClock, timers } });
    const seen = probe(hurried, { url: `mqtt://127.0.0.1:${String(server.port)}` });
    const connection = await seen.opened;
    connection.subscribe(['a']).subscribe();
    await new Promise<void>((resolve) => {
      connection.close().subscribe({ complete: resolve });
    });
    expect(seen.endings).toEqual([{ type: 'complete' }]);
    expect(delays).toContain(2000);
  });

  it('close() sends DISCONNECT after all earlier packets', async () => {
    const got: number[] = [];
    const seen = await connectTo(CONNACK, (packet) => {
      got.push(...packet);
    });
    const connection = await seen.opened;
    connection.unsubscribe(['a']);
    connection.close().subscribe();
    await seen.ended;
    expect(got).toHaveLength(7 + 2);
    expect(got[0]).toBe(0xa2);
    expect(got.slice(-2)).toEqual([0xe0, 0]);
  });

  it('a peer that stops answering pings ends the connection with a timeout failure', async () => {
    const server = await startServer(createServer(), (socket) => {
      socket.once('data', () => socket.write(Uint8Array.from(CONNACK)));
    });
    servers.push(server);
    const impatient = defaultTransport({ clock: systemClock, keepAlive: 1 });
    const seen = probe(impatient, { url: `mqtt://127.0.0.1:${String(server.port)}` });
    expect(await failureOf(seen)).toMatchObject({ kind: 'timeout', code: 'RXQ_TIMEOUT' });
    expect(seen.endings).toHaveLength(1);
  });
});

describe('a peer that breaks the protocol', () => {
  it.each([
    [1, 'protocol'],
    [2, 'policy'],
    [3, 'venue'],
    [4, 'auth'],
    [5, 'auth'],
    [99, 'protocol'],
  ])('CONNACK %i is a failure of kind %s that carries the code', async (connackCode, kind) => {
    const seen = await connectTo([0x20, 2, 0, connackCode]);
    expect(await failureOf(seen)).toMatchObject({ kind, connackCode });
    expect(seen.events).toEqual(['handshake']);
    expect(seen.endings).toHaveLength(1);
  });

  it.each([
    ['garbage', [0xf0, 5, 0xff, 0xff, 1, 2, 3]],
    ['HTTP', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]],
    ['a PUBLISH before CONNACK', publish('a', 1)],
    ['a PUBLISH with QoS 3', [...CONNACK, ...publish('a', 1, 6)]],
  ])('%s is a protocol failure', async (_what, hello) => {
    const seen = await connectTo(hello);
    expect(await failureOf(seen)).toMatchObject({ kind: 'protocol' });
    expect(seen.frames).toEqual([]);
    expect(seen.endings).toHaveLength(1);
  });

  it('a SUBACK with fewer codes than topics is a protocol failure', async () => {
    const seen = await connectTo(CONNACK, (packet, socket) =>
      socket.write(Uint8Array.from([0x90, 3, ...idOf(packet), 0])),
    );
    (await seen.opened).subscribe(['a', 'b']).subscribe();
    expect(await failureOf(seen)).toMatchObject({ kind: 'protocol' });
  });

  it('an endpoint that is none is a protocol failure with the argument error as cause', async () => {
    const failure = await failureOf(probe(transport, { url: 'mqtt://user:hunter22@localhost' }));
    expect(failure).toMatchObject({ kind: 'protocol', cause: { code: 'RXQ_ARGUMENT', option: 'endpoint.url' } });
    expect(JSON.stringify([failure.message, failure.cause, failure.stack])).not.toContain('hunter22');
  });
});
