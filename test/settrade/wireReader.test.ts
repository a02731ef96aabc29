import fc from 'fast-check';
import { Writer } from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { WireReader } from '../../src/settrade/wireReader.js';

const of = (...bytes: number[]) => new WireReader(Uint8Array.from(bytes));
const truncated = expect.objectContaining({ name: 'DecodeError', reason: 'truncated' });
const schema = expect.objectContaining({ name: 'DecodeError', reason: 'schema' });

describe('numbers', () => {
  test('int64 is exact while it is safe, and unsafe when it is not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.maxSafeInteger().map(BigInt)), (value) => {
        const read = new WireReader(new Uint8Array(new Writer().int64(value.toString()).finish())).int64();
        expect(read).toBe(Number(value));
        expect(Number.isSafeInteger(read)).toBe(Number.isSafeInteger(Number(value)));
      }),
      { numRuns: 5_000 },
    );
  });

  test('int32 is exact, below zero in ten bytes', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(new WireReader(new Uint8Array(new Writer().int32(value).finish())).int32()).toBe(value);
      }),
    );
    expect(of(0xff, 0xff, 0xff, 0xff, 0x0f).int32()).toBe(-1);
  });

  test('more bytes than needed are the same number', () => {
    expect(of(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00).int64()).toBe(1);
    expect(of(0x8a, 0x80, 0x80, 0x80, 0x00).tag()).toBe(10);
  });

  test('bits beyond the 64th are dropped', () => {
    expect(of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f).int64()).toBe(-1);
  });

  test('an eleventh byte, or a tag or length beyond its bits, is no protobuf', () => {
    expect(() => of(...Array<number>(10).fill(0x80), 0x00).int64()).toThrow(schema);
    expect(() => of(0x80, 0x80, 0x80, 0x80, 0x10).tag()).toThrow(schema);
    expect(() => of(0x80, 0x80, 0x80, 0x80, 0x08).string()).toThrow(schema);
    expect(() => of(0x07).tag()).toThrow(schema);
  });

  test('a number that goes on beyond the end is cut', () => {
    expect(() => of().int64()).toThrow(truncated);
    expect(() => of(0x80, 0x80).int32()).toThrow(truncated);
    expect(() => of(0x80).tag()).toThrow(truncated);
  });
});

describe('strings', () => {
  test('any text is read as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(new WireReader(new Uint8Array(new Writer().string(text).finish())).string()).toBe(text);
      }),
    );
  });

  test('a byte order mark is part of the text', () => {
    expect(of(4, 0xef, 0xbb, 0xbf, 0x41).string()).toBe('\uFEFFA');
  });

  test('bytes that are not UTF-8 are refused, read or passed over', () => {
    expect(() => of(2, 0x41, 0xff).string()).toThrow(schema);
    expect(() => of(2, 0x41, 0xff).skipString()).toThrow(schema);
  });

  test('a length beyond the end is cut', () => {
    expect(() => of(3, 0x41, 0x42).string()).toThrow(truncated);
    expect(() => of(0xff, 0xff, 0xff, 0xff, 0x07, 0x41).skipString()).toThrow(truncated);
  });
});

describe('fields passed over', () => {
  const after = (tag: number, ...bytes: number[]) => {
    const reader = of(...bytes, 0x10);
    reader.skip(tag);
    return reader.tag();
  };

  test('of every wire type, and the next tag is read', () => {
    expect(after(0x08, 0xff, 0x01)).toBe(0x10);
    expect(after(0x09, 1, 2, 3, 4, 5, 6, 7, 8)).toBe(0x10);
    expect(after(0x0a, 2, 0xff, 0xff)).toBe(0x10);
    expect(after(0x0d, 1, 2, 3, 4)).toBe(0x10);
    expect(after(0x0b, 0x08, 1, 0x13, 0x1a, 1, 0x41, 0x14, 0x0c)).toBe(0x10);
  });

  test('groups end where they began, and do not nest without end', () => {
    expect(() => after(0x0b, 0x14)).toThrow(schema);
    expect(() => after(0x0c)).toThrow(schema);
    expect(() => after(0x0b, 0x08, 1)).toThrow(truncated);
    expect(after(0x0b, ...Array<number>(99).fill(0x0b), ...Array<number>(100).fill(0x0c))).toBe(0x10);
    expect(() => after(0x0b, ...Array<number>(100).fill(0x0b), ...Array<number>(101).fill(0x0c))).toThrow(schema);
  });

  test.each([0x0e, 0x0f])('wire types 6 and 7 do not exist', (tag) => {
    expect(() => after(tag, 0, 0)).toThrow(schema);
  });

  test('that are cut are refused', () => {
    expect(() => after(0x09, 1, 2, 3)).toThrow(truncated);
    expect(() => after(0x0d, 1)).toThrow(truncated);
  });
});

describe('a sub-message', () => {
  test('ends at its own end, and a field that crosses it is cut', () => {
    const reader = of(2, 0x08, 0x05, 0x10, 0x06);
    const outer = reader.enter();
    expect([reader.tag(), reader.int64(), reader.tag()]).toEqual([0x08, 5, 0]);
    reader.leave(outer);
    expect([reader.tag(), reader.int64(), reader.tag()]).toEqual([0x10, 6, 0]);

    const crossing = of(1, 0x08, 0x05);
    crossing.enter();
    crossing.tag();
    expect(() => crossing.int64()).toThrow(truncated);
  });
});
