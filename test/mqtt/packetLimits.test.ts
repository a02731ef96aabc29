import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameTap } from '../../src/mqtt/transport/node/frameTap.js';
import { tapInto } from '../../src/mqtt/transport/node/tappedStream.js';
import { PacketLimits } from '../../src/mqtt/transport/packetLimits.js';
import { otherPacket, publishPacket } from '../support/mqttPackets.js';

const MAX_PAYLOAD = 100;

interface LimitedTap {
  readonly tap: FrameTap;
  readonly limits: PacketLimits;
  readonly passed: Buffer[];
  readonly topics: string[];
  readonly sent: Buffer[];
  /** Lets this number of ms pass. */
  readonly advance: (ms: number) => void;
}

/** The limits of a connection that the broker has accepted. */
function acceptedLimits(monotonic: () => number): PacketLimits {
  const limits = new PacketLimits({ monotonic });
  limits.received(0x20, 2);
  return limits;
}

function limitedTap(cutsOut = true): LimitedTap {
  let now = 0;
  const limits = acceptedLimits(() => now);
  const passed: Buffer[] = [];
  const topics: string[] = [];
  const sent: Buffer[] = [];
  const tap = new FrameTap({
    maxPayload: MAX_PAYLOAD,
    limits,
    ...(cutsOut ? { onPublish: (topic: string) => topics.push(topic) } : {}),
    pass: (packet) => passed.push(Buffer.from(packet)),
    send: (packets) => sent.push(Buffer.from(packets)),
  });
  const advance = (ms: number): void => {
    now += ms;
  };
  return { tap, limits, passed, topics, sent, advance };
}

/** The head of a packet of 256 MB, the longest there is (OASIS MQTT 3.1.1, 2.2.3). */
const endless = (header: number): Buffer => Buffer.of(header, 0xff, 0xff, 0xff, 0x7f);

const PINGRESP = otherPacket(0xd0, []);
const PUBREL = otherPacket(0x62, [0, 1]);

describe('the size of a packet from a broker', () => {
  it.each([
    ['a CONNACK', 0x20, 2],
    ['a PUBACK', 0x40, 2],
    ['a PUBREC', 0x50, 2],
    ['a PUBREL', 0x62, 2],
    ['a PUBCOMP', 0x70, 2],
    ['a SUBACK', 0x90, 65_536],
    ['an UNSUBACK', 0xb0, 2],
    ['a PINGRESP', 0xd0, 0],
    ['a DISCONNECT', 0xe0, 0],
  ])(
    'ends the connection at the head of %s beyond it, with the size and the limit in the message',
    (name, header, most) => {
      const { tap } = limitedTap();
      const before = process.memoryUsage().arrayBuffers;
      expect(() => {
        tap.read(endless(header));
      }).toThrow(`sent ${name} of 268435455 bytes; at most ${String(most)} are allowed`);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    },
  );

  it.each([
    ['a SUBACK', 0x90, 65_536],
    ['an UNSUBACK', 0xb0, 2],
    ['a PINGRESP', 0xd0, 0],
  ])('lets %s of the longest size pass', (_name, header, most) => {
    const { tap, passed } = limitedTap();
    const packet = otherPacket(header, new Uint8Array(most));
    tap.read(packet);
    expect(passed).toEqual([packet]);
  });

  it.each([2, 3] as const)('ends the connection at a PUBLISH with QoS %i, which was not requested', (qos) => {
    const { tap } = limitedTap();
    expect(() => {
      tap.read(otherPacket(0x30 | (qos << 1), [0, 1, 0x61, 0, 1]));
    }).toThrow(`sent a PUBLISH with QoS ${String(qos)}; only QoS 0 was asked for`);
  });

  it.each([
    ['a packet of type 0', 0x00],
    ['a CONNECT', 0x10],
    ['a SUBSCRIBE', 0x82],
    ['an UNSUBSCRIBE', 0xa2],
    ['a PINGREQ', 0xc0],
    ['an AUTH', 0xf0],
  ])('ends the connection at %s, which no broker sends', (name, header) => {
    expect(() => {
      limitedTap().tap.read(Buffer.of(header, 0));
    }).toThrow(`sent ${name}, which no broker sends`);
  });
});

describe('packets that are not cut out', () => {
  const packet = fc.oneof(
    fc.constantFrom(PINGRESP, PUBREL, otherPacket(0x90, [0, 1, 0])),
    fc.uint8Array({ maxLength: MAX_PAYLOAD }).map((payload) => publishPacket({ topic: 'a', payload, qos: 1 })),
  );

  it('are passed on as a whole, one at a time, for bytes in any slices', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 20 }), fc.integer({ min: 1, max: 300 }), (packets, size) => {
        const { tap, passed } = limitedTap(false);
        const bytes = Buffer.concat(packets);
        for (let at = 0; at < bytes.length; at += size) tap.read(Buffer.from(bytes.subarray(at, at + size)));
        expect(passed).toEqual(packets);
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 7, 1_000_000])(
    'are cut if QoS 0 is not cut out and a payload is too long, in chunks of %i bytes, and the next packet follows',
    (size) => {
      const { tap, passed } = limitedTap(false);
      const long = publishPacket({ topic: 'a', payload: new Uint8Array(300_000).fill(7), qos: 0 });
      const next = publishPacket({ topic: 'b', payload: Uint8Array.of(1), qos: 0 });
      const bytes = Buffer.concat([long, next]);
      for (let at = 0; at < bytes.length; at += size) tap.read(bytes.subarray(at, at + size));
      const [first, second] = passed;
      const kept = 65_537 + 2 + MAX_PAYLOAD + 1;
      expect(first).toEqual(otherPacket(0x30, long.subarray(4, 4 + kept)));
      expect(second).toEqual(next);
    },
  );
});

describe('a PUBLISH with QoS 1', () => {
  const messages = ['1', '22', '333'];
  const bytes = Buffer.concat(
    messages.map((text, index) =>
      publishPacket({ topic: 'a', payload: Buffer.from(text), qos: 1, id: 0x1230 + index }),
    ),
  );

  it.each([1, 5, 1_000])('is cut out and acknowledged in chunks of %i bytes, once for each chunk', (size) => {
    const read: string[] = [];
    const sent: Uint8Array[] = [];
    const tap = new FrameTap({
      maxPayload: MAX_PAYLOAD,
      limits: acceptedLimits(() => 0),
      onPublish: (_topic, payload) => read.push(Buffer.from(payload).toString()),
      pass: (packet) => {
        throw new Error(`passed ${Buffer.from(packet).toString('hex')}`);
      },
      send: (packets) => sent.push(packets),
    });
    for (let at = 0; at < bytes.length; at += size) tap.read(Buffer.from(bytes.subarray(at, at + size)));
    expect(read).toEqual(messages);
    expect(Buffer.concat(sent).toString('hex')).toBe('400212304002123140021232');
    if (size === 1_000) expect(sent).toHaveLength(1);
  });

  it('with too long a payload is acknowledged, and its payload is cut off', () => {
    const payloads: number[] = [];
    const sent: Uint8Array[] = [];
    const tap = new FrameTap({
      maxPayload: MAX_PAYLOAD,
      limits: acceptedLimits(() => 0),
      onPublish: (_topic, payload) => payloads.push(payload.length),
      pass: () => undefined,
      send: (packets) => sent.push(packets),
    });
    const long = publishPacket({ topic: 'a', payload: new Uint8Array(3 * 65_536), qos: 1, id: 0x1230 });
    for (let at = 0; at < long.length; at += 1_000) tap.read(Buffer.from(long.subarray(at, at + 1_000)));
    expect(payloads).toEqual([MAX_PAYLOAD + 1]);
    expect(Buffer.concat(sent).toString('hex')).toBe('40021230');
  });

  it('that ends within its packet id is malformed', () => {
    expect(() => {
      limitedTap().tap.read(otherPacket(0x32, [0, 1, 0x61, 0]));
    }).toThrow('a PUBLISH that ends within its packet id');
  });
});

describe('a topic that MQTT forbids', () => {
  const publish = (topic: Uint8Array, qos: 0 | 1): Buffer =>
    otherPacket(0x30 | (qos << 1), [0, topic.length, ...topic, ...(qos === 0 ? [] : [0, 1]), 7]);

  it.each([
    ['is empty', ''],
    ['holds NUL', 'px/A\0B'],
    ['holds a wildcard', 'px/+'],
    ['holds a wildcard', 'px/#'],
    ['is not UTF-8', Uint8Array.of(0x70, 0xff, 0xfe)],
    ['is not UTF-8', Uint8Array.of(0xed, 0xa0, 0x80)],
  ])('ends the connection when it %s: %j, with QoS 0, cut out or not, and with QoS 1', (fault, topic) => {
    const bytes = typeof topic === 'string' ? Buffer.from(topic) : topic;
    for (const [cutsOut, qos] of [
      [true, 0],
      [false, 0],
      [true, 1],
    ] as const) {
      const { tap, passed, topics } = limitedTap(cutsOut);
      expect(() => {
        tap.read(publish(bytes, qos));
      }).toThrow(
        expect.objectContaining({ name: 'PacketRefused', message: `sent a PUBLISH with a topic that ${fault}` }),
      );
      expect([passed, topics]).toEqual([[], []]);
    }
  });
});

describe('the number of packets that answer nothing', () => {
  const read = ({ tap }: LimitedTap, packet: Buffer, count: number): void => {
    tap.read(Buffer.concat(Array.from({ length: count }, () => packet)));
  };

  it.each([
    ['a PINGRESP', PINGRESP],
    ['a PUBREL', PUBREL],
    ['a PUBACK', otherPacket(0x40, [0, 1])],
    ['a SUBACK', otherPacket(0x90, [0, 1, 0])],
    ['an UNSUBACK', otherPacket(0xb0, [0, 1])],
  ])('ends the connection beyond 1,000 times %s within a second', (name, packet) => {
    const limited = limitedTap();
    read(limited, packet, 500);
    limited.advance(999);
    read(limited, packet, 500);
    expect(() => {
      read(limited, packet, 1);
    }).toThrow(`sent ${name} as packet 1001 that answers nothing within 1000 ms; 1000 are allowed`);
    expect(limited.passed).toHaveLength(1_000);
  });

  it('starts again a second later', () => {
    const limited = limitedTap();
    for (let second = 0; second < 5; second += 1) {
      read(limited, PINGRESP, 1_000);
      limited.advance(1_000);
    }
    expect(limited.passed).toHaveLength(5_000);
  });

  it.each([
    ['subscribe', otherPacket(0x90, [0, 1, 0])],
    ['unsubscribe', otherPacket(0xb0, [0, 1])],
    ['pingreq', PINGRESP],
  ])('does not include the answers to %s', (cmd, packet) => {
    const limited = limitedTap();
    for (let round = 0; round < 5_000; round += 1) limited.limits.sent(cmd);
    read(limited, packet, 5_000);
    read(limited, packet, 1_000);
    expect(() => {
      read(limited, packet, 1);
    }).toThrow('1000 are allowed');
  });

  it('allows one CONNACK at the start', () => {
    const limits = new PacketLimits({ monotonic: () => 0 });
    expect(() => {
      limits.received(0xd0, 0);
    }).toThrow('does not speak MQTT 3.1.1: it sent a PINGRESP before CONNACK');
    limits.received(0x20, 2);
    limits.received(0xd0, 0);
    expect(() => {
      limits.received(0x20, 2);
    }).toThrow('sent a second CONNACK');
  });
});

describe('requests without an answer', () => {
  it.each(['subscribe', 'unsubscribe'])(
    'end the connection beyond 16,384 of %s, since packet ids are finite',
    (cmd) => {
      const { limits, tap } = limitedTap();
      for (let round = 0; round < 16_384; round += 1) limits.sent(cmd);
      expect(() => {
        limits.sent(cmd);
      }).toThrow(`left 16385 ${cmd.toUpperCase()}s without an answer; 16384 may wait`);
      for (let round = 0; round < 2; round += 1)
        tap.read(otherPacket(cmd === 'subscribe' ? 0x90 : 0xb0, cmd === 'subscribe' ? [0, 1, 0] : [0, 1]));
      limits.sent(cmd);
    },
  );
});

describe('packets that wait because the peer does not read the answers to them', () => {
  /** A stream from which MQTT.js reads nothing, and the error that ended it. */
  function unread(): {
    readonly read: (bytes: Buffer) => void;
    readonly stream: Duplex;
    readonly ended: Promise<Error>;
  } {
    const stream = new Duplex({ read: () => undefined, write: () => undefined });
    const ended = new Promise<Error>((resolve) => stream.once('error', resolve));
    const limits = new PacketLimits({ monotonic: () => 0 });
    return { read: tapInto(stream, { limits, tap: (pass) => pass }), stream, ended };
  }

  it.each([
    ['of 64 KiB', 65_536, 63],
    ['of 8 bytes, each of which costs more', 8, 15_886],
  ])('end the connection beyond 4 MiB: packets %s', async (_what, size, most) => {
    const { read, stream, ended } = unread();
    for (let count = 0; count < most; count += 1) read(Buffer.alloc(size));
    expect(stream.destroyed).toBe(false);
    for (let count = 0; count < 5; count += 1) read(Buffer.alloc(size));
    expect((await ended).message).toMatch(
      /^does not read fast enough: \d+ bytes wait to be answered; at most 4194304 may$/,
    );
  });

  it('no longer count once MQTT.js has read them', () => {
    const { read, stream } = unread();
    for (let round = 0; round < 50_000; round += 1) {
      read(Buffer.alloc(1_000));
      stream.read();
    }
    expect(stream.destroyed).toBe(false);
  });
});
