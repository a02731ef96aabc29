import protobuf from 'protobufjs';
import { afterEach, describe, expect, it } from 'vitest';
import { mqttVenue, protobufDecoder } from '../../src/index.js';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Quote {
    string symbol = 1;
    double bid = 2;
    int64 volume = 3;
    repeated uint64 sizes = 4;
    Level best = 5;
    bytes raw = 6;
    optional int64 sequence = 7;
    map<string, int64> totals = 8;
    Side side = 9;
    enum Side { NONE = 0; BUY = 1; }
    message Level { double price = 1; sint64 volume = 2; Level next = 3; }
  }`);
const Quote = root.lookupType('Quote');
const payload = (fields: object): Uint8Array => new Uint8Array(Quote.encode(Quote.fromObject(fields)).finish());
const reject = (reason: string): unknown => expect.objectContaining({ name: 'DecodeError', reason });

const { Long } = protobuf.util;
afterEach(() => {
  protobuf.util.Long = Long;
  protobuf.configure();
});

const whole = {
  symbol: 'AOT',
  bid: 62.25,
  volume: 9_007_199_254_740_991,
  sizes: [1, 4_294_967_296],
  best: { price: 62.25, volume: -5, next: { price: 1, volume: 0, next: null } },
  raw: Uint8Array.of(1, 2),
  sequence: 0,
  totals: { day: 5 },
  side: 1,
};
const defaults = {
  ...{
    symbol: 'A',
    bid: 0,
    volume: 0,
    sizes: [],
    best: null,
    raw: new Uint8Array(0),
    sequence: null,
    totals: {},
    side: 0,
  },
};

describe.each([
  ['with a library for int64', true],
  ['without a library for int64', false],
])('protobufDecoder %s', (_, hasLong) => {
  const made = (): ((bytes: Uint8Array) => object) => {
    protobuf.util.Long = hasLong ? Long : (null as never);
    protobuf.configure();
    return protobufDecoder(protobuf.Root.fromJSON(root.toJSON()).lookupType('Quote'));
  };

  it('returns a plain object with every field, and int64s as numbers', () => {
    const read = made()(payload(whole));
    expect(read).toEqual(whole);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('returns the default of a field that is left out, and null for a message or an optional field', () => {
    expect(made()(payload({ symbol: 'A' }))).toEqual(defaults);
  });

  it('refuses an int64 that no double holds exactly', () => {
    const unsafe = [
      { volume: '9007199254740993' },
      { sizes: ['18446744073709551615'] },
      { best: { volume: '-9007199254740993' } },
    ].map(payload);
    const decode = made();
    for (const bytes of unsafe) expect(() => decode(bytes)).toThrow(reject('number'));
  });
});

describe('protobufDecoder', () => {
  const decode = protobufDecoder(Quote);

  it('shares no memory with the payload', () => {
    const bytes = payload({ raw: Uint8Array.of(1, 2) });
    const read = decode(bytes) as { readonly raw: Uint8Array };
    bytes.fill(0);
    expect(read.raw).toEqual(Uint8Array.of(1, 2));
  });

  it('refuses an empty payload and one that is cut inside a field', () => {
    const bytes = payload(whole);
    expect(() => decode(new Uint8Array(0))).toThrow(reject('truncated'));
    expect(() => decode(bytes.subarray(0, 3))).toThrow(reject('truncated'));
  });

  it.each([
    ['bytes that are no protobuf', [0x07]],
    ['text that is not UTF-8', [0x0a, 1, 0xff]],
    ['a number where the schema has text', [0x08, 1]],
    ['a number where a message inside has a double', [0x2a, 2, 0x08, 1]],
  ])('refuses %s', (_, bytes) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(reject('schema'));
  });

  it('skips fields that the schema lacks', () => {
    expect(decode(Uint8Array.of(0x0a, 1, 0x41, 0xf8, 0x01, 7))).toEqual(defaults);
  });

  it('is a decoder for mqttVenue', () => {
    const venue = mqttVenue({
      endpoint: 'mqtt://broker.test',
      topics: 'px/{symbol}',
      decode: protobufDecoder<{ symbol: string; bid: number }>(Quote),
    });
    const quote = venue.decoder('px/AOT')?.decode(payload({ symbol: 'AOT', bid: 62 }), 'px/AOT');
    expect(quote).toMatchObject({ symbol: 'AOT', bid: 62 });
  });

  it.each([undefined, null, {}, 'Quote', { decode: () => ({}) }])('refuses %j as a type', (type) => {
    expect(() => protobufDecoder(type as unknown as Parameters<typeof protobufDecoder>[0])).toThrow(
      expect.objectContaining({ name: 'TypeError', code: 'RXQ_ARGUMENT', option: 'protobufDecoder.type' }),
    );
  });
});
