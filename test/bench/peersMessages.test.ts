import { describe, expect, it } from 'vitest';
import { messagesOf, symbolsOf, topicPrefix } from '../../bench/peers/messages.js';
import { packetCutter } from '../../bench/peers/packetCutter.js';
import { publishesIn } from '../../bench/peers/publishesIn.js';
import { decodeWithProtobufjs } from '../../bench/peers/receivers/protobufBook.js';
import { microsSince, readStamp, stampNow, writeStamp } from '../../bench/peers/stamp.js';
import { decodeBidOfferV3 } from '../../src/settrade/index.js';

/** A time of sending whose four groups of seven bits differ. */
const stamp = 0b0000101_0110011_1010101_0011110;

describe.each([
  ['of their own length', undefined],
  ['that fill a TLS record', 508],
] as const)('messages %s', (_, packetLength) => {
  const symbols = symbolsOf(60);
  const { packets, stampFromEnd } = messagesOf(symbols, packetLength);
  for (const packet of packets) writeStamp(packet, packet.length - stampFromEnd, stamp);
  const messages = publishesIn(packets);

  it('carry their stamp as the volume of the best bid, for the decoder of rx-quotes and for protobufjs', () => {
    expect(messages.map(({ topic, payload }) => decodeBidOfferV3(payload, topic).bidVolume)).toEqual(
      symbols.map(() => stamp),
    );
    expect(messages.map(({ payload }) => decodeWithProtobufjs(payload).bidVolumes[0])).toEqual(
      symbols.map(() => stamp),
    );
  });

  it('carry their stamp where receivers that decode nothing read it', () => {
    expect(packets.map((packet) => readStamp(packet, packet.length - stampFromEnd))).toEqual(symbols.map(() => stamp));
  });

  it('are plausible books of ten levels a side, one for each symbol, and differ', () => {
    const books = messages.map(({ topic, payload }) => decodeBidOfferV3(payload, topic));
    expect(books.map(({ symbol }) => symbol)).toEqual(symbols);
    expect(messages.map(({ topic }) => topic)).toEqual(symbols.map((symbol) => `${topicPrefix}${symbol}`));
    for (const book of books) {
      expect([...book.bidPrices, ...book.askPrices, ...book.bidVolumes, ...book.askVolumes]).not.toContain(NaN);
      expect(book).not.toHaveProperty('implausible');
    }
    expect(new Set(books.map(({ bid }) => bid)).size).toBeGreaterThan(5);
  });

  it('are decoded to the same arrays by rx-quotes and by protobufjs', () => {
    for (const { topic, payload } of messages) {
      expect(decodeBidOfferV3(payload, topic)).toMatchObject(decodeWithProtobufjs(payload));
    }
  });

  it('are equally long', () => {
    expect(new Set(packets.map(({ length }) => length))).toEqual(new Set([packetLength ?? packets[0]!.length]));
  });
});

describe('a stamp', () => {
  it.each([
    [0, 0],
    [2_500, 2_500],
    [-40, -40],
    [60_000_000, 60_000_000],
  ])(
    'of a clock that is %i µs ahead of the sender is read as an age of %i µs, also where stamps start again',
    (ahead, age) => {
      const [range, lowest] = [2 ** 27, 2 ** 21];
      const now = stampNow();
      const sent = lowest + ((now - lowest - ahead + range) % range);
      expect(microsSince(sent) - age).toBeGreaterThanOrEqual(0);
      // Between the two readings of the clock a machine may be busy, but not for minutes.
      expect(microsSince(sent) - age).toBeLessThan(5_000_000);
    },
  );

  it('takes four bytes at both ends of its range', () => {
    for (const value of [2 ** 21, 2 ** 21 + 2 ** 27 - 1]) {
      const bytes = new Uint8Array(4);
      writeStamp(bytes, 0, value);
      expect(readStamp(bytes, 0)).toBe(value);
      expect([...bytes].map((byte) => byte >= 0x80)).toEqual([true, true, true, false]);
    }
  });
});

describe('a cutter of packets', () => {
  it('finds the same packets wherever the bytes are cut in two, and when they come one by one', () => {
    const { packets } = messagesOf(symbolsOf(3));
    const ping = Buffer.from([0xd0, 0]);
    const bytes = Buffer.concat([packets[0]!, ping, packets[1]!, packets[2]!]);
    const lengthsOf = (chunks: readonly Buffer[]): string[] => {
      const found: string[] = [];
      const read = packetCutter((chunk, at, _body, end) => found.push(chunk.toString('hex', at, end)));
      for (const chunk of chunks) read(chunk);
      return found;
    };
    const whole = [packets[0]!, ping, packets[1]!, packets[2]!].map((packet) => packet.toString('hex'));
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(lengthsOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(lengthsOf(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(whole);
  });
});
