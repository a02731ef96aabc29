import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { encodeQuote } from '../../src/relay/wire/encodeQuote.js';
import { encodeStatus } from '../../src/relay/wire/encodeStatus.js';
import { formats } from '../../src/relay/wire/formats.js';
import {
  changes,
  dataStates,
  flags,
  gapCauses,
  marketStates,
  type QuoteHead,
  relayStates,
  type StatusMessage,
} from '../../src/relay/wire/messages.js';
import { shardOf } from '../../src/relay/shardOf.js';
import { quoteOf } from '../../src/testing/eventsOf.js';

const { root } = protobuf.parse(readFileSync(new URL('../../src/relay/proto/relay.proto', import.meta.url), 'utf8'));
const [RelayedQuote, RelayStatus] = [root.lookupType('RelayedQuote'), root.lookupType('RelayStatus')];

/** The fields of a message as protobufjs reads them; the words of enums in lower case. */
function fieldsOf(type: protobuf.Type, payload: Uint8Array): Readonly<Record<string, unknown>> {
  const options = { defaults: true, arrays: true, longs: Number, enums: String };
  const fields = type.toObject(type.decode(payload), options);
  const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, lower(value)]));
}

const head: QuoteHead = {
  run: 0xfedc_ba98,
  epoch: 3,
  counter: 70_000,
  state: 'suspect',
  market: 'auction',
  change: 'state',
  receivedAt: 1_764_400_000_123.5,
  age: 12,
};

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const volume = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const heads: fc.Arbitrary<QuoteHead> = fc.record({
  run: fc.integer({ min: 1, max: 0xffff_ffff }),
  epoch: uint32,
  counter: uint32,
  state: fc.constantFrom(...dataStates),
  market: fc.constantFrom(...marketStates),
  change: fc.constantFrom(...changes),
  receivedAt: fc.double({ noNaN: true }),
  age: uint32,
});
const side = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 10, maxLength: 10 });
const books = fc.record({
  bidPrices: side(fc.double()),
  askPrices: side(fc.double()),
  bidVolumes: side(volume),
  askVolumes: side(volume),
  bidFlag: fc.constantFrom(...flags),
  askFlag: fc.constantFrom(...flags),
  implausible: fc.constantFrom('none' as const, 'crossed' as const, 'disordered' as const),
});
const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => !/\p{Surrogate}/u.test(one));
const statuses: fc.Arbitrary<StatusMessage> = fc.record(
  {
    run: fc.integer({ min: 1, max: 0xffff_ffff }),
    sequence: uint32,
    state: fc.constantFrom('live', 'lost', 'ended'),
    epoch: uint32,
    startedAt: fc.double({ noNaN: true }),
    heartbeat: uint32,
    reason: fc.string({ unit: 'binary', maxLength: 200 }).filter((one) => !/\p{Surrogate}/u.test(one)),
    since: fc.double({ noNaN: true }),
    index: uint32,
    count: uint32,
    gap: fc.record({
      cause: fc.constantFrom(...gapCauses),
      fromEpoch: uint32,
      lostAt: fc.double({ noNaN: true }),
      symbols: fc.array(
        text.filter((one) => one !== ''),
        { maxLength: 100 },
      ),
    }),
  },
  {
    requiredKeys: ['run', 'sequence', 'state', 'epoch', 'startedAt', 'heartbeat', 'reason', 'since', 'index', 'count'],
  },
);

describe('a quote in protobuf', () => {
  test('protobufjs reads the fields that were written, for any book of ten levels', () => {
    fc.assert(
      fc.property(heads, books, (any, { implausible, ...book }) => {
        const mark = implausible === 'none' ? {} : { implausible };
        const payload = encodeQuote(any, quoteOf({ symbol: 'AOT', depth: 10, ...book, ...mark } as never));
        expect(fieldsOf(RelayedQuote, payload)).toEqual({ ...any, ...book, implausible });
        expect(payload[0]).not.toBe(0x7b);
      }),
    );
  });

  test('the best level alone is one price and one volume a side, and no price is NaN', () => {
    const quote = quoteOf({ symbol: 'AOT', bid: 70.25, bidVolume: 2 ** 53 - 1, ask: NaN, implausible: 'crossed' });
    expect(fieldsOf(RelayedQuote, encodeQuote(head, quote))).toEqual({
      ...head,
      ...{ bidPrices: [70.25], askPrices: [NaN], bidVolumes: [2 ** 53 - 1], askVolumes: [0] },
      ...{ bidFlag: 'normal', askFlag: 'normal', implausible: 'crossed' },
    });
  });

  test('a symbol without an image has no prices', () => {
    const { bidPrices, askVolumes, state } = fieldsOf(
      RelayedQuote,
      encodeQuote({ ...head, state: 'refused' }, undefined),
    );
    expect({ bidPrices, askVolumes, state }).toEqual({ bidPrices: [], askVolumes: [], state: 'refused' });
  });

  test.each([
    ['a quote of JSON, which has no depth', { symbol: 'AOT', bid: 1, ask: 2, bidVolume: 3, askVolume: 4 }],
    ['a volume that is no whole number', quoteOf({ symbol: 'AOT', bidVolume: 0.5 })],
    ['a volume that no double holds exactly', quoteOf({ symbol: 'AOT', askVolume: 2 ** 53 })],
    ['a negative volume', quoteOf({ symbol: 'AOT', askVolume: -1 })],
    ['a flag without a number', { ...quoteOf({ symbol: 'AOT' }), bidFlag: 'open' }],
    ['a book of nine levels', { ...quoteOf({ symbol: 'AOT' }), depth: 10, bidPrices: [1, 2, 3] }],
  ])('%s is refused with the remedy', (_, event) => {
    expect(() => encodeQuote(head, event)).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT', message: expect.stringContaining("format: 'json'") as string }),
    );
  });

  test('each message has memory of its own', () => {
    const first = encodeQuote(head, quoteOf({ symbol: 'AOT', bid: 1 }));
    const copy = first.slice();
    encodeQuote({ ...head, counter: 1 }, quoteOf({ symbol: 'AOT', bid: 2 }));
    expect(first).toEqual(copy);
    expect(first.buffer.byteLength).toBe(first.length);
  });
});

describe('a status in protobuf', () => {
  test('protobufjs reads the fields that were written', () => {
    fc.assert(
      fc.property(statuses, (status) => {
        const payload = encodeStatus(status);
        const { gap, ...fields } = RelayStatus.toObject(RelayStatus.decode(payload), {
          defaults: true,
          arrays: true,
          enums: String,
        }) as { readonly gap: { readonly cause: string } | null; readonly state: string };
        const { gap: wanted, ...rest } = status;
        expect({ ...fields, state: fields.state.toLowerCase() }).toEqual(rest);
        expect(gap === null ? undefined : { ...gap, cause: gap.cause.toLowerCase() }).toEqual(wanted);
        expect(payload[0]).not.toBe(0x7b);
      }),
    );
  });

  test('the words of the code are those of the schema, each with its number', () => {
    const words = (name: string): string[] =>
      Object.entries(root.lookupEnum(name).values)
        .sort(([, one], [, other]) => one - other)
        .map(([word]) => word.toLowerCase());
    expect(words('DataState')).toEqual(dataStates);
    expect(words('MarketState')).toEqual(marketStates);
    expect(words('RelayedQuote.Change')).toEqual(changes);
    expect(words('RelayedQuote.Flag')).toEqual(flags);
    expect(words('RelayStatus.State')).toEqual(relayStates);
    expect(words('UpstreamGap.Cause')).toEqual(gapCauses);
  });
});

describe('JSON', () => {
  const parsed = (payload: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(payload));

  test('a quote has the fields of the event without the tags of the feed, and null in place of NaN', () => {
    const quote = { ...quoteOf({ symbol: 'AOT', bid: 70.25, implausible: 'crossed' }), yield: 3.5, upstream: {} };
    expect(parsed(formats.json.quote(head, 'AOT', quote))).toEqual({
      ...head,
      quote: {
        ...{ symbol: 'AOT', depth: 1, bid: 70.25, ask: null, bidVolume: 0, askVolume: 0, yield: 3.5 },
        ...{ bidFlag: 'normal', askFlag: 'normal', implausible: 'crossed' },
      },
    });
    expect(parsed(formats.json.quote(head, 'AOT', undefined))).toEqual({ ...head, quote: { symbol: 'AOT' } });
  });

  test('a status has its fields as they are, and begins with a brace', () => {
    fc.assert(
      fc.property(statuses, (status) => {
        const payload = formats.json.status(status);
        expect(payload[0]).toBe(0x7b);
        expect(parsed(payload)).toEqual(JSON.parse(JSON.stringify(status)));
      }),
    );
  });
});

test('the shard of a symbol is FNV-1a of its UTF-8 bytes, modulo the count, plus 1', () => {
  // The hashes of '', 'a' and 'foobar' are those of the algorithm's own test suite (draft-eastlake-fnv).
  expect([shardOf('', 2 ** 32), shardOf('a', 2 ** 32), shardOf('foobar', 2 ** 32)]).toEqual(
    [0x811c9dc5, 0xe40c292c, 0xbf9cf968].map((hash) => hash + 1),
  );
  expect(shardOf('foobar', 4)).toBe((0xbf9cf968 % 4) + 1);
});

test('the symbols of an exchange are spread evenly over four shards', () => {
  const counts = [0, 0, 0, 0];
  for (let one = 0; one < 26; one += 1)
    for (let other = 0; other < 26; other += 1) {
      const shard = shardOf(`${String.fromCharCode(65 + one)}${String.fromCharCode(65 + other)}T`, 4) - 1;
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
  for (const count of counts) expect(Math.abs(count - 169)).toBeLessThan(40);
});
