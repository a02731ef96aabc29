import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTransport, systemClock } from '../../src/index.js';
import { otherPacket, publishPacket } from '../support/mqttPackets.js';
import { startServer } from './silentServer.js';
import { failureOf, probe } from './openConnection.js';

const CONNACK = Buffer.of(0x20, 2, 0, 0);

/** All that a client hears of a server that sends `slices` and ends. */
async function heard(slices: readonly Buffer[], frameTap: boolean): Promise<unknown> {
  const server = await startServer(createServer(), (socket) => {
    socket.setNoDelay(true);
    socket.once('data', () => {
      const left = [...slices];
      const next = (): void => {
        const slice = left.shift();
        if (slice === undefined) socket.end();
        else socket.write(slice, () => setImmediate(next));
      };
      next();
    });
  });
  const seen = probe(defaultTransport({ clock: systemClock, frameTap }), {
    url: `mqtt://127.0.0.1:${String(server.port)}`,
  });
  const { kind } = await failureOf(seen);
  const frames = seen.frames.map(({ topic, payload, retain }) => [topic, Buffer.from(payload).toString('hex'), retain]);
  await server.stop();
  return { events: seen.events, frames, ending: kind };
}

const packet = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        topic: fc.constantFrom('a', 'b/c', 'ราคา/S & J', 'x'.repeat(200)),
        payload: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constant(new Uint8Array(70_000).fill(9))),
        qos: fc.constantFrom(0 as const, 1 as const),
        retain: fc.boolean(),
        id: fc.integer({ min: 1, max: 0xffff }),
      })
      // No client subscribes with QoS 1; a large message would wait in MQTT.js and be overtaken.
      .map((fields) => publishPacket(fields.payload.length > 1000 ? { ...fields, qos: 0 } : fields)),
  },
  { weight: 2, arbitrary: fc.constantFrom(otherPacket(0xd0, []), otherPacket(0xb0, [0, 9])) },
);

describe('the frame tap and MQTT.js', () => {
  it('emit the same messages for any packets in any slices, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(packet, { maxLength: 25 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (packets, numbers) => {
          const bytes = Buffer.concat([CONNACK, ...packets]);
          const cuts = [...new Set(numbers.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
          const slices = [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
          expect(await heard(slices, true)).toEqual(await heard(slices, false));
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 1]],
    ['a PUBLISH that ends within its topic', [0x30, 3, 0, 9, 0x61]],
    ['a packet of type 0', [0x00, 0]],
    ['a packet of type 15', [0xf0, 2, 0xff, 0xff]],
  ])('both end with a protocol failure at %s', async (_name, bytes) => {
    const slices = [CONNACK, publishPacket({ topic: 'a', payload: Uint8Array.of(1), qos: 0 }), Buffer.from(bytes)];
    const both = [await heard(slices, true), await heard(slices, false)];
    for (const one of both) expect(one).toMatchObject({ ending: 'protocol', frames: [['a', '01', false]] });
  });
});
