import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it, test } from 'vitest';
import { decodeBidOfferV3 } from '../../../src/settrade/index.js';
import { messageNumber } from '../../../src/testing/index.js';
import { Instrument } from '../../../src/testing/venue/market/instrument.js';
import { phaseRules, sessionPhases } from '../../../src/testing/venue/market/sessionPhase.js';
import { seededRandom } from '../../../src/testing/venue/market/seededRandom.js';
import { bookParts } from '../../../src/testing/venue/wire/bookParts.js';
import { publishFrame } from '../../../src/testing/venue/wire/publishFrame.js';
import { schema } from '../../../src/testing/venue/wire/schema.js';
import { wireEncoder } from '../../../src/testing/venue/wire/wireEncoder.js';
import { BidOfferV3 } from '../../support/bidOfferV3Proto.js';

const encoder = wireEncoder();

/** Field numbers, names and types of a message; enums are numbers on the wire. */
function fieldsOf(type: protobuf.Type): unknown {
  return type.fieldsArray
    .map(({ name, id, type: of, resolvedType }) => [id, name, resolvedType instanceof protobuf.Enum ? 'int32' : of])
    .sort(([a], [b]) => (a as number) - (b as number));
}

test.each([
  ['bidofferv3.proto', 'BidOfferV3'],
  ['bidofferv3.proto', 'Money'],
  ['infov3.proto', 'InfoV3'],
  ['infov3.proto', 'Money'],
  ['exchinfoeqv3.proto', 'EquityExchangeInfoV3'],
  ['exchinfoeqv3.proto', 'EquityMarketInfoV3'],
])('the schema as data agrees with %s about %s', (file, message) => {
  const path = new URL(`../../../src/settrade/proto/${file}`, import.meta.url).pathname;
  const written = protobuf.loadSync(path).resolveAll().lookupType(message);
  const asData = protobuf.Root.fromJSON(schema).resolveAll().lookupType(message);
  expect(fieldsOf(asData)).toEqual(fieldsOf(written));
});

test('the encoder writes the bytes that protobufjs writes, also below zero and beyond 127 bytes', () => {
  const whole = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 }));
  const money = fc.record({ currencyCode: fc.string(), units: whole, nanos: fc.integer() }, { requiredKeys: [] });
  const info = fc.record({ symbol: fc.string(), last: money, totalVolume: whole, change: money }, { requiredKeys: [] });
  const market = fc.record({ name: fc.string({ maxLength: 200 }), marketStatus: fc.integer(), current: money });
  const root = protobuf.Root.fromJSON(schema).resolveAll();
  const isAlike = (message: 'InfoV3' | 'EquityExchangeInfoV3', fields: object): void => {
    const expected = Buffer.from(root.lookupType(message).encode(fields).finish()).toString('hex');
    expect(Buffer.from(encoder.encode(message, { ...fields })).toString('hex')).toBe(expected);
  };
  fc.assert(fc.property(info, (fields) => isAlike('InfoV3', fields)));
  fc.assert(fc.property(market, (marketInfo) => isAlike('EquityExchangeInfoV3', { marketInfo })));
});

/** The numbering field as protobufjs writes it. */
const numbered = (value: number): Uint8Array => protobuf.Writer.create().uint32(8_000).uint64(value).finish();

const bytesOf = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

describe('a book’s message', () => {
  it('reads as the intended book, in every phase and after every order', () => {
    const aot = new Instrument('S & J', 6_200, phaseRules['pre-open1'], seededRandom('wire'));
    const parts = bookParts(aot, encoder);
    for (const phase of sessionPhases) {
      aot.enter(phaseRules[phase]);
      for (let step = 0; step < 200; step++) {
        aot.step();
        expect(decodeBidOfferV3(bytesOf([...parts(), numbered(step + 1)]))).toEqual(aot.image());
      }
    }
  });

  it('has the same bytes as one that is encoded as a whole, except for the order of fields', () => {
    const aot = new Instrument('AOT', 6_200, phaseRules.open1, seededRandom('whole'));
    const parts = bookParts(aot, encoder);
    for (let step = 0; step < 200; step++) {
      aot.step();
      const message = bytesOf(parts());
      expect(BidOfferV3.encode(BidOfferV3.decode(message)).finish().length).toBe(message.length);
    }
  });
});

describe('messageNumber', () => {
  it('finds the number after any other fields, up to 2^53 - 1', () => {
    const fields = fc.record({
      symbol: fc.string(),
      bidVolume1: fc.maxSafeNat(),
      bidPrice10: fc.constant({ units: 7 }),
    });
    fc.assert(
      fc.property(fields, fc.maxSafeNat(), (message, number) => {
        expect(messageNumber(bytesOf([encoder.encode('BidOfferV3', message), numbered(number)]))).toBe(number);
      }),
    );
  });

  it.each([
    ['an empty payload', []],
    ['a message without one', [0x0a, 0x01, 0x41]],
    ['a message that is cut', [0xc0, 0x3e, 0xff]],
    ['what is no protobuf', [0x07, 0x07]],
    ['another field with fixed sizes', [0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4]],
  ])('is undefined, or not a number, for %s', (_, bytes) => {
    expect(messageNumber(Uint8Array.from(bytes)) ?? NaN).toBeNaN();
  });

  it('skips fields of fixed size', () => {
    const fixed = [0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x15, 1, 2, 3, 4];
    expect(messageNumber(bytesOf([Uint8Array.from(fixed), numbered(300)]))).toBe(300);
  });
});

test('a message’s number is its last field, as protobufjs writes it', () => {
  for (const number of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1]) {
    const part = encoder.encode('InfoV3', { symbol: 'AOT' });
    const expected = Buffer.concat([part, numbered(number)]).toString('hex');
    expect(Buffer.from(publishFrame(new Uint8Array(), [part], false, number).subarray(4)).toString('hex')).toBe(
      expected,
    );
  }
});

test('a PUBLISH has the form of MQTT, for every size of its length field', () => {
  for (const size of [0, 100, 130, 20_000, 2_200_000]) {
    const frame = publishFrame(new TextEncoder().encode('a/b'), [new Uint8Array(size).fill(7)], size === 100);
    let [length, at, scale] = [0, 1, 1];
    for (let more = true; more; at += 1, scale *= 128) {
      length += (frame[at]! & 0x7f) * scale;
      more = frame[at]! >= 0x80;
    }
    expect([frame[0], length, frame.length]).toEqual([size === 100 ? 0x31 : 0x30, size + 5, at + length]);
    expect(Buffer.from(frame.subarray(at, at + 5)).toString('latin1')).toBe('\0\x03a/b');
  }
});
