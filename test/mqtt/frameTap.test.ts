import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/model/systemClock.js';
import { FrameTap } from '../../src/mqtt/transport/node/frameTap.js';
import { PacketLimits } from '../../src/mqtt/transport/packetLimits.js';
import { collected } from '../support/collected.js';
import { otherPacket, publishPacket } from '../support/mqttPackets.js';

interface TappedFrame {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** Bytes passed on before it. */
  readonly after: number;
}

interface Tapped {
  readonly tap: FrameTap;
  readonly frames: TappedFrame[];
  readonly passed: Buffer[];
}

/** The limits of a connection that the broker has accepted. */
function acceptedLimits(): PacketLimits {
  const limits = new PacketLimits(systemClock);
  limits.received(0x20, 2);
  return limits;
}

function tapped(maxPayload = 1_000): Tapped {
  const frames: TappedFrame[] = [];
  const passed: Buffer[] = [];
  let after = 0;
  const tap = new FrameTap({
    maxPayload,
    limits: acceptedLimits(),
    onPublish: (topic, payload, retain) => frames.push({ topic, payload: Uint8Array.from(payload), retain, after }),
    pass: (bytes) => {
      passed.push(Buffer.from(bytes));
      after += bytes.length;
    },
    send: () => undefined,
  });
  return { tap, frames, passed };
}

/** A frame as text, which is compared faster than bytes. */
const shown = ({ topic, payload, retain, after }: TappedFrame): unknown[] => [
  topic,
  Buffer.from(payload).toString('latin1'),
  retain,
  after,
];

/** Reads bytes in chunks that end where `cuts` say. */
function readInChunks(tap: FrameTap, bytes: Buffer, cuts: readonly number[]): void {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    // A chunk of its own, as sockets give them.
    tap.read(Buffer.from(bytes.subarray(from, cut)));
    from = cut;
  }
}

const bytesUpTo = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
/** A text without the characters that no topic may hold. */
const allowed = (text: string): string => text.replaceAll(/[\0+#]/g, 'x');
const publishOf = fc
  .record({
    topic: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map(allowed),
    payload: fc.oneof(bytesUpTo(20), bytesUpTo(300), fc.constant(new Uint8Array(20_000).fill(7))),
    retain: fc.boolean(),
    dup: fc.boolean(),
  })
  .map((packet) => ({ frame: packet, bytes: publishPacket({ ...packet, qos: 0 }) }));
const other = fc
  .oneof(
    fc.constantFrom([0x40, 0, 1], [0x90, 0, 1, 0], [0xb0, 0, 1], [0xd0]),
    bytesUpTo(300).map((body) => [0x90, 0, 9, ...body]),
  )
  .map(([type = 0, ...body]) => ({ frame: undefined, bytes: otherPacket(type, body) }));
const stream = fc.array(fc.oneof({ weight: 3, arbitrary: publishOf }, { weight: 1, arbitrary: other }), {
  maxLength: 30,
});

/** Bytes of all `ArrayBuffer`s that are in use. */
async function arrayBuffersInUse(): Promise<number> {
  // The memory of a collected array is freed some time later.
  for (let round = 0; round < 5; round += 1) await collected(new WeakRef({}));
  return process.memoryUsage().arrayBuffers;
}

describe('a frame tap', () => {
  it('does not change a payload that came in several chunks while later messages come', () => {
    const payloads: Uint8Array[] = [];
    const tap = new FrameTap({
      maxPayload: 1_000,
      limits: acceptedLimits(),
      onPublish: (_topic, payload) => payloads.push(payload),
      pass: () => undefined,
      send: () => undefined,
    });
    const texts = ['first', 'other', 'third'];
    const bytes = Buffer.concat(texts.map((text) => publishPacket({ topic: 'a', payload: Buffer.from(text), qos: 0 })));
    for (let at = 0; at < bytes.length; at += 3) tap.read(Buffer.from(bytes.subarray(at, at + 3)));
    expect(payloads.map((payload) => Buffer.from(payload).toString())).toEqual(texts);
  });

  it('reads the same messages from any stream in any slices', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (packets, numbers) => {
        const bytes = Buffer.concat(packets.map((packet) => packet.bytes));
        const { tap, frames, passed } = tapped(30_000);
        readInChunks(
          tap,
          bytes,
          [...new Set(numbers.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b),
        );
        let after = 0;
        const expected = packets.flatMap(({ frame, bytes: { length } }) => {
          if (frame !== undefined) {
            const { topic, payload, retain } = frame;
            return [shown({ topic: Buffer.from(topic).toString(), payload, retain, after })];
          }
          after += length;
          return [];
        });
        expect(frames.map(shown)).toEqual(expected);
        const others = packets.flatMap((packet) => (packet.frame === undefined ? [packet.bytes] : []));
        expect(Buffer.concat(passed).equals(Buffer.concat(others))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('reads a stream one byte at a time, also empty payloads and lengths of two to four bytes', () => {
    const sizes = [0, 1, 127, 128, 16_383, 16_384, 30_000, 2_097_152];
    const bytes = Buffer.concat(
      sizes.flatMap((size) => [
        publishPacket({ topic: 'a/b', payload: new Uint8Array(size).fill(size % 251), retain: size % 2 === 0, qos: 0 }),
        otherPacket(0xd0, []),
      ]),
    );
    const { tap, frames, passed } = tapped(3_000_000);
    for (const byte of bytes) tap.read(Buffer.of(byte));
    expect(frames.map(({ payload, after }) => [payload.length, after])).toEqual(
      sizes.map((size, index) => [size, index * 2]),
    );
    for (const { payload } of frames) expect(payload.every((byte) => byte === payload.length % 251)).toBe(true);
    expect(Buffer.concat(passed)).toEqual(Buffer.concat(sizes.map(() => otherPacket(0xd0, []))));
  });

  it.each([
    ['in one chunk', Number.MAX_SAFE_INTEGER],
    ['in chunks of 1,000 bytes', 1_000],
  ])('keeps the first maxPayload + 1 bytes of a longer payload, %s, and continues after it', (_how, size) => {
    const payload = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const packets = [payload, payload.subarray(0, 101), payload.subarray(0, 100), payload.subarray(0, 5)];
    const bytes = Buffer.concat(packets.map((one) => publishPacket({ topic: 'a', payload: one, qos: 0 })));
    const { tap, frames } = tapped(100);
    for (let at = 0; at < bytes.length; at += size) tap.read(bytes.subarray(at, at + size));
    expect(frames.map(({ payload: kept }) => kept)).toEqual([101, 101, 100, 5].map((end) => payload.subarray(0, end)));
  });

  it('keeps only the useful bytes of an endless payload', () => {
    const { tap, frames } = tapped(100);
    // A PUBLISH of 268,435,455 bytes, the longest there is (OASIS MQTT 3.1.1, 2.2.3).
    tap.read(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61]));
    const before = process.memoryUsage().arrayBuffers;
    const chunk = Buffer.alloc(1_000_000);
    for (let round = 0; round < 200; round++) tap.read(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    expect(frames).toEqual([]);
  });

  it('keeps a byte order mark in a topic', () => {
    const { tap, frames } = tapped();
    tap.read(publishPacket({ topic: '\uFEFFa', payload: Uint8Array.of(1), qos: 0 }));
    expect(frames.map(({ topic }) => topic)).toEqual(['\uFEFFa']);
  });

  it('distinguishes topics by all their bytes, in any order of messages', () => {
    const topics = Array.from({ length: 9_000 }, (_, index) => `proto/topic/bidofferv3/SYM${String(index % 6_000)}`);
    const { tap, frames } = tapped();
    for (const topic of topics) tap.read(publishPacket({ topic, payload: Uint8Array.of(1), qos: 0 }));
    expect(frames.map(({ topic }) => topic)).toEqual(topics);
  });

  it('returns its own name for each of 50,000 topics in rotation', () => {
    const topics = Array.from({ length: 50_000 }, (_, index) => `proto/topic/bidofferv3/SYM${String(index)}`);
    const { tap, frames } = tapped();
    const chunk = Buffer.concat(topics.map((topic) => publishPacket({ topic, payload: Uint8Array.of(1), qos: 0 })));
    for (let round = 0; round < 3; round += 1) tap.read(chunk);
    const wrong = frames.filter(({ topic }, index) => topic !== topics[index % topics.length]);
    expect([frames.length, wrong]).toEqual([3 * topics.length, []]);
  });

  it('decodes hardly any of 5,000 topics in rotation again', () => {
    const { tap } = tapped();
    const topics = Array.from({ length: 5_000 }, (_, index) => `proto/topic/bidofferv3/SYM${String(index)}`);
    const chunk = Buffer.concat(topics.map((topic) => publishPacket({ topic, payload: Uint8Array.of(1), qos: 0 })));
    for (let round = 0; round < 10; round += 1) tap.read(chunk);
    const decode = vi.spyOn(TextDecoder.prototype, 'decode');
    try {
      tap.read(chunk);
      expect(decode.mock.calls.length).toBeLessThan(topics.length / 4);
      tap.read(publishPacket({ topic: 'another', payload: Uint8Array.of(1), qos: 0 }));
      expect(decode.mock.calls.length).toBeGreaterThan(0);
    } finally {
      decode.mockRestore();
    }
  });

  it('returns the right names of topics that differ in only one byte, at any place, or in their length', () => {
    const name = 'proto/topic/bidofferv3/PTT';
    const alike = Array.from(name, (_, at) =>
      ['~', '\u0001'].map((other) => `${name.slice(0, at)}${other}${name.slice(at + 1)}`),
    );
    const topics = [name, ...alike.flat(), `x${name}`, name.slice(1), `${name}\u0001`];
    const { tap, frames } = tapped();
    for (const topic of [...topics, ...topics]) {
      tap.read(publishPacket({ topic: name, payload: Uint8Array.of(1), qos: 0 }));
      tap.read(publishPacket({ topic, payload: Uint8Array.of(1), qos: 0 }));
    }
    expect(frames.filter((_, index) => index % 2 === 0).every(({ topic }) => topic === name)).toBe(true);
    expect(frames.filter((_, index) => index % 2 === 1).map(({ topic }) => topic)).toEqual([...topics, ...topics]);
  });

  it('returns the right names of topics that each come in the memory of the chunk before', () => {
    const topics = Array.from({ length: 5_000 }, (_, index) => `proto/topic/bidofferv3/SYM${String(10_000 + index)}`);
    const { tap, frames } = tapped();
    const memory = publishPacket({ topic: topics[0] as string, payload: Uint8Array.of(1), qos: 0 });
    for (const topic of [...topics, ...topics]) {
      publishPacket({ topic, payload: Uint8Array.of(1), qos: 0 }).copy(memory);
      tap.read(memory);
    }
    expect(frames.map(({ topic }) => topic)).toEqual([...topics, ...topics]);
  });

  it('keeps no chunk in memory because of a topic that it brought', async () => {
    const { tap, frames } = tapped();
    const read = (): WeakRef<object> => {
      const chunk = publishPacket({ topic: 'a/b', payload: new Uint8Array(100_000), qos: 0 });
      tap.read(chunk);
      return new WeakRef(chunk.buffer);
    };
    expect(await collected(read())).toBe(true);
    expect(frames).toHaveLength(1);
  });

  it('keeps no more than 8 MB for 1,500 topics, each of which came first in a large chunk of its own', async () => {
    const limits = acceptedLimits();
    const tap = new FrameTap({
      maxPayload: 100_000,
      limits,
      onPublish: () => undefined,
      pass: () => undefined,
      send: () => undefined,
    });
    const before = await arrayBuffersInUse();
    for (let index = 0; index < 1_500; index += 1)
      tap.read(publishPacket({ topic: `px/SYM${String(index)}/book`, payload: new Uint8Array(65_000), qos: 0 }));
    expect((await arrayBuffersInUse()) - before).toBeLessThan(8_000_000);
    tap.read(publishPacket({ topic: 'a', payload: new Uint8Array(), qos: 0 }));
  });

  it('keeps less than 10 MB of topics, for any number and length of names from a broker', async () => {
    const payload = new Uint8Array();
    const limits = acceptedLimits();
    const tap = new FrameTap({
      maxPayload: 1,
      limits,
      onPublish: () => undefined,
      pass: () => undefined,
      send: () => undefined,
    });
    const before = await arrayBuffersInUse();
    for (let index = 0; index < 100_000; index += 1)
      tap.read(publishPacket({ topic: `${'x'.repeat(200)}${String(index)}`, payload, qos: 0 }));
    for (let index = 0; index < 1_000; index += 1)
      tap.read(publishPacket({ topic: `${'x'.repeat(30_000)}${String(index)}`, payload, qos: 0 }));
    expect((await arrayBuffersInUse()) - before).toBeLessThan(10_000_000);
    tap.read(publishPacket({ topic: 'a', payload, qos: 0 }));
  });

  it.each([
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01], 'a length of more than four bytes'],
    ['a PUBLISH without a topic', [0x30, 1, 0], 'a PUBLISH that ends within its topic'],
    ['a PUBLISH of nothing', [0x30, 0], 'a PUBLISH that ends within its topic'],
    ['a PUBLISH that ends within its topic', [0x31, 4, 0, 3, 0x61, 0x62], 'a PUBLISH that ends within its topic'],
  ])('throws at %s, in any slices, and reads no byte after it', (_name, bytes, message) => {
    const good = publishPacket({ topic: 'a', payload: Uint8Array.of(1), qos: 0 });
    const all = Buffer.concat([good, Buffer.from(bytes), Buffer.alloc(8)]);
    for (let cut = 0; cut <= all.length; cut++) {
      const { tap, frames } = tapped();
      expect(() => {
        readInChunks(tap, all, [cut]);
      }).toThrow(expect.objectContaining({ code: 'RXQ_MALFORMED_PACKET', message }));
      expect(frames).toHaveLength(1);
    }
  });
});
