import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf, { Writer } from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { decoderFor } from '../../src/generate/schemaFile.js';
import { SchemaError } from '../../src/generate/schema.js';
import { decodeBidOfferV3 } from '../../src/settrade/index.js';
import { decodeInfoV3 } from '../../src/settrade/decodeInfoV3.js';
import { generatedDecoder } from '../support/generatedDecoder.js';
import { typeErrors } from '../support/typeErrors.js';

const schema = fileURLToPath(new URL('everything.proto', import.meta.url));
const Everything = protobuf.loadSync(schema).resolveAll().lookupType('Everything');
const decode = await generatedDecoder(schema, 'Everything');
const encode = (fields: object): Uint8Array =>
  new Uint8Array(Everything.encode(Everything.fromObject(fields)).finish());
const reject = (reason: string): unknown => expect.objectContaining({ name: 'DecodeError', reason });

/** Bytes of a message that are written field by field. */
const written = (write: (writer: Writer) => void): Uint8Array => {
  const writer = Writer.create();
  write(writer);
  return new Uint8Array(writer.finish());
};

describe('a generated decoder', () => {
  test('returns an object with every field of the schema, and the default of a field that is left out', () => {
    const empty = decode(new Uint8Array(0));
    expect(Object.keys(empty)).toEqual(Everything.fieldsArray.map(({ name }) => name));
    expect(empty).toMatchObject({ text: '', flag: false, side: 0, i64: 0, numbers: [], child: null, at: 0, class: '' });
    expect(empty).toMatchObject({ price: NaN, best: null, sequence: null, limit: null, fee: null, prices: [] });
  });

  test('returns an object that shares no memory with the payload', () => {
    const payload = encode({ raw: Uint8Array.of(1, 2), text: 'AOT' });
    const read = decode(Buffer.from(payload.buffer));
    payload.fill(0);
    expect(read).toMatchObject({ raw: Uint8Array.of(1, 2), text: 'AOT' });
  });

  test('returns a zero Money as 0 and a missing one as NaN', () => {
    expect(decode(encode({ price: {} }))).toMatchObject({ price: 0 });
    expect(decode(encode({ price: { units: -3, nanos: -250_000_000 } }))).toMatchObject({ price: -3.25 });
  });

  test('joins the parts of a Money and of a message, and takes the last value of a string', () => {
    const part = written((writer) => {
      writer.uint32(138).fork().uint32(16).int64(62).ldelim();
      writer.uint32(146).fork().uint32(8).int64(5).uint32(18).fork().uint32(16).int64(1).ldelim().ldelim();
      writer.uint32(10).string('first');
      writer.uint32(138).fork().uint32(24).int32(250_000_000).ldelim();
      writer.uint32(146).fork().uint32(24).int32(7).uint32(18).fork().uint32(24).int32(500_000_000).ldelim().ldelim();
      writer.uint32(10).string('last');
    });
    expect(decode(part)).toMatchObject({ price: 62.25, best: { volume: 5, price: 1.5, tag: 7 }, text: 'last' });
  });

  test('keeps the last member of a oneof, without the parts that came before another member', () => {
    const level = (writer: Writer, volume: number): Writer =>
      writer.uint32(338).fork().uint32(8).int64(volume).ldelim();
    const payload = written((writer) => {
      level(writer, 5);
      writer.uint32(320).int64(9);
      writer.uint32(338).fork().uint32(24).int32(1).ldelim();
      writer.uint32(338).fork().uint32(24).int32(2).ldelim();
    });
    expect(decode(payload)).toMatchObject({ limit: null, reference: null, level: { volume: 0, tag: 2 }, fee: null });
    expect(decode(written((writer) => level(writer, 5).uint32(320).int64(9)))).toMatchObject({ limit: 9, level: null });
  });

  test('reads packed and single numbers of a list, whichever form the schema declares', () => {
    const payload = written((writer) => {
      writer.uint32(160).int32(-1).uint32(162).fork().int32(2).int32(3).ldelim();
      writer.uint32(170).fork().sint64(-5).ldelim().uint32(168).sint64(6);
    });
    expect(decode(payload)).toMatchObject({ numbers: [-1, 2, 3], offsets: [-5, 6] });
  });

  test.each([
    ['an int64 beyond 2^53', { i64: '9007199254740993' }, 'number'],
    ['such a number in a list', { offsets: ['9223372036854775807'] }, 'number'],
    ['such a number in a message inside', { best: { volume: '9007199254740993' } }, 'number'],
    ['a Money with a whole unit of nanos', { prices: [{ nanos: 1_000_000_000 }] }, 'number'],
  ])('refuses %s', (_, fields, reason) => {
    expect(() => decode(encode(fields))).toThrow(reject(reason));
  });

  test.each([
    ['a Money of another layout', [0x8a, 0x01, 2, 0x08, 62], 'money-layout'],
    ['a message that is cut in a message inside', [0x92, 0x01, 2, 0x08, 0x80], 'truncated'],
    ['text that is not UTF-8', [0x0a, 1, 0xff], 'schema'],
    ['a number where the schema has text', [0x08, 1], 'schema'],
    ['field number 0', [0x00, 1], 'schema'],
    ['the end of a group that never began', [0x94, 0x3f], 'schema'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => decode(Uint8Array.from(bytes))).toThrow(reject(reason));
  });

  test('reads messages that nest 100 deep, and refuses messages and groups that nest deeper', () => {
    let payload: Uint8Array = new Uint8Array(0);
    const nest = (): void => {
      payload = written((writer) => writer.uint32(16_002).bytes(payload));
    };
    for (let depth = 0; depth < 100; depth++) nest();
    expect(decode(payload)).toHaveProperty('child');
    nest();
    expect(() => decode(payload)).toThrow(reject('schema'));
    const groups = [
      ...Array<number>(101)
        .fill(0x0b)
        .flatMap(() => [0xfb, 0x3f]),
      ...Array<number>(101).fill(0),
    ];
    expect(() => decode(Uint8Array.from(groups))).toThrow(reject('schema'));
  });

  test('is TypeScript that a strict project compiles', async () => {
    const text = await decoderFor(schema, 'Everything');
    expect(text.split('\n')[0]).toMatch(
      /^\/\/ Generated by `rx-quotes generate .*everything.proto Everything`; change /,
    );
    expect(text.match(/^import .*/gm)).toEqual(["import { DecodeError } from 'rx-quotes';"]);
    expect(typeErrors([{ name: 'everything', text }], '')).toEqual(new Map());
  });

  test('of a message without fields reads any fields', async () => {
    const empty = await generatedDecoder(schema, 'Empty');
    expect(empty(encode({ text: 'AOT', child: {} }))).toEqual({});
    expect(() => empty(Uint8Array.of(0x0a, 5))).toThrow(reject('truncated'));
  });
});

describe('the decoders of Settrade', () => {
  const money = (writer: Writer, tag: number, units: number, nanos: number): void => {
    writer.uint32(tag).fork();
    if (units !== 0) writer.uint32(16).int64(units);
    if (nanos !== 0) writer.uint32(24).int32(nanos);
    writer.ldelim();
  };

  test('join the parts of a price, and check only the whole price as an amount', () => {
    const payload = written((writer) => {
      writer.uint32(10).string('AOT');
      money(writer, 18, 62, -250_000_000);
      money(writer, 26, 61, 0);
      money(writer, 18, 0, 250_000_000);
      money(writer, 26, 0, 500_000_000);
    });
    expect(decodeBidOfferV3(payload).bidPrices.slice(0, 3)).toEqual([62.25, 61.5, NaN]);
    const info = decodeInfoV3(payload);
    expect([info.high, info.low]).toEqual([62.25, 61.5]);
  });
});

describe('the generator of decoders', () => {
  const folder = '.tmp/generated';
  const file = (name: string, text: string): string => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/${name}.proto`, text);
    return `${folder}/${name}.proto`;
  };
  const fields = (name: string, text: string, syntax = 'proto3'): string =>
    file(name, `syntax = "${syntax}"; package md; message Quote { ${text} }`);

  test.each([
    [
      'map',
      'map<string, int64> totals = 1;',
      'proto3',
      /totals of \.md\.Quote is a map: declare it as a repeated message/,
    ],
    [
      'group',
      'optional group Side = 1 { optional int32 x = 1; }',
      'proto2',
      /side of \.md\.Quote is a group: leave it out/,
    ],
    ['required', 'required int32 x = 1;', 'proto2', /x of \.md\.Quote is required: declare it optional/],
    [
      'extension',
      'extensions 100 to 200; } extend Quote { optional int32 foo = 100;',
      'proto2',
      /foo of \.md\.Quote is an extension: leave it out/,
    ],
    ['number 0', 'int32 x = 0;', 'proto3', /x of \.md\.Quote is given the number 0: a field has a number from 1/],
    [
      'number beyond 2^29',
      'int32 x = 536870912;',
      'proto3',
      /is given the number 536870912: a field has a number from/,
    ],
    ['default', 'optional int32 x = 1 [default = 5];', 'proto2', /x of \.md\.Quote is given a default of its own/],
  ])('refuses a schema with a %s, and names the field and the remedy', async (name, text, syntax, message) => {
    const failed = decoderFor(fields(name, text, syntax), 'Quote');
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toBeInstanceOf(SchemaError);
  });

  test.each(['number', 'object', 'DecodeError', 'Uint8Array'])(
    'refuses a message with the name %s, and names the message',
    async (name) => {
      const path = file(
        'reserved',
        `syntax = "proto3"; message A { ${name} one = 1; } message ${name} { int32 x = 1; }`,
      );
      await expect(decoderFor(path, 'A')).rejects.toThrow(`.${name} would be ${name}, which has a meaning`);
    },
  );

  test('refuses a schema in which two messages would have one name, and names both', async () => {
    const path = file(
      'twice',
      'syntax = "proto3"; message A { B.C one = 1; BC two = 2; } message B { message C {} } message BC {}',
    );
    await expect(decoderFor(path, 'A')).rejects.toThrow('.BC and .B.C would both be BC: rename one of them');
  });

  test.each([
    [
      'a file that is not there',
      'none.proto',
      'Quote',
      "none.proto can't be read: the file, or one that it imports, does not exist",
    ],
    ['a file that is no schema', file('broken', 'message {'), 'Quote', "broken.proto can't be read: illegal"],
    ['a message that is not there', schema, 'Quote', 'has no message Quote: name one of generate.Everything,'],
  ])('refuses %s', async (_, path, message, text) => {
    await expect(decoderFor(path, message)).rejects.toThrow(text);
  });

  test('refuses a name that several messages have, and lists their full names', async () => {
    const path = file('several', 'syntax = "proto3"; message A { message Q {} } message B { message Q {} }');
    await expect(decoderFor(path, 'Q')).rejects.toThrow('several.proto has several messages Q: name one of A.Q, B.Q');
    await expect(decoderFor(path, 'A.Q')).resolves.toContain('export function decodeAQ(');
  });
});

describe('a generated decoder of a message with unusual names', () => {
  const folder = '.tmp/generated';
  const path = `${folder}/names.proto`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path,
    `syntax = "proto3";
    message Names {
      int32 next = 1; int32 next_ = 2; Inner whole = 3; Inner readInnerAt = 4; Inner number = 5;
      Exact exact = 6; int64 wide = 7; int32 constructor = 536870911;
    }
    message Inner { int32 a = 1; int32 b = 2; }
    message Exact { int64 volume = 1; }`,
  );

  test('is TypeScript that a strict project compiles, and reads every field', async () => {
    expect(typeErrors([{ name: 'names', text: await decoderFor(path, 'Names') }], '')).toEqual(new Map());
    const read = (await generatedDecoder(path, 'Names'))(
      written((writer) => {
        writer.uint32(8).int32(1).uint32(16).int32(2);
        for (const tag of [26, 34, 42]) {
          writer.uint32(tag).fork().uint32(8).int32(3).ldelim();
          writer.uint32(tag).fork().uint32(16).int32(4).ldelim();
        }
        writer.uint32(50).fork().uint32(8).int64(6).ldelim();
        writer.uint32(56).int64(7).uint32(4_294_967_288).int32(9);
      }),
    );
    const inner = { a: 3, b: 4 };
    expect(Object.entries(read)).toEqual([
      ...[
        ['next', 1],
        ['next_', 2],
        ['whole', inner],
        ['readInnerAt', inner],
        ['number', inner],
      ],
      ...[
        ['exact', { volume: 6 }],
        ['wide', 7],
        ['constructor', 9],
      ],
    ]);
  });
});

describe('a schema and a message with repetition at each of many levels', () => {
  const folder = '.tmp/generated';

  test('are read quickly: a message of parts within parts is refused', async () => {
    let payload: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 40; depth++) {
      payload = written((writer) => writer.uint32(16_002).bytes(payload).uint32(16_002).bytes(new Uint8Array(0)));
    }
    expect(() => decode(payload)).toThrow(reject('schema'));
  });

  test('are generated quickly', async () => {
    mkdirSync(folder, { recursive: true });
    const levels = Array.from(
      { length: 40 },
      (_, level) => `message M${level} { M${level + 1} a = 1; M${level + 1} b = 2; }`,
    );
    writeFileSync(`${folder}/levels.proto`, `syntax = "proto3"; ${levels.join(' ')} message M40 { int32 x = 1; }`);
    expect(await decoderFor(`${folder}/levels.proto`, 'M0')).toContain('export function decodeM0');
  });
});
