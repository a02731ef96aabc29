import { describe, expect, test } from 'vitest';
import { type DecodeError, isTradable, jsonQuote, type JsonQuote } from '../../src/index.js';
import { eventScene } from '../support/eventScene.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const wrong = (value: unknown): never => value as never;

function read(text: string, fields: Parameters<typeof jsonQuote>[0] = { bid: 'b', ask: 'a' }): JsonQuote {
  return jsonQuote(fields)(bytes(text), 'px/AOT/book', 'AOT');
}

function refusal(payload: Uint8Array, fields: Parameters<typeof jsonQuote>[0] = { bid: 'b', ask: 'a' }): string {
  try {
    jsonQuote(fields)(payload, 'px/AOT/book', 'AOT');
  } catch (error) {
    return `${(error as DecodeError).reason}: ${(error as DecodeError).message}`;
  }
  return 'read';
}

describe('a quote in JSON', () => {
  test('has the configured fields, its symbol from the topic, and nothing else', () => {
    const fields = { bid: 'b', ask: 'a', bidVolume: 'B', askVolume: 'A' };
    expect(read('{"b":61.75,"a":62,"B":100,"A":0,"state":"x"}', fields)).toEqual({
      ...{ symbol: 'AOT', bid: 61.75, ask: 62, bidVolume: 100, askVolume: 0 },
    });
  });

  test('has NaN for a field that is missing, null or not configured', () => {
    const none = { symbol: 'AOT', bid: Number.NaN, ask: Number.NaN, bidVolume: Number.NaN, askVolume: Number.NaN };
    expect(read('{}')).toEqual(none);
    expect(read('{"b":null,"a":null,"bidVolume":7}')).toEqual(none);
  });

  test('has its symbol from a field if the decoder names one', () => {
    const fields = { bid: 'b', ask: 'a', symbol: 's' };
    expect(read('{"s":"PTT","b":1,"a":2}', fields).symbol).toBe('PTT');
    expect(refusal(bytes('{"s":7}'), fields)).toBe('symbol: px/AOT/book carried 7 as field "s", which is no symbol');
    expect(refusal(bytes('{}'), fields)).toMatch(/^symbol: .*field "s"/);
  });

  test.each([
    '0',
    '62.25',
    '-1.5',
    '+3',
    '.5',
    '5.',
    '007',
    '1e3',
    '1.5E-3',
    '0.1',
    '9007199254740993',
    '36.510000000000001',
  ])('with a price as the text %s has the result of Number', (text) => {
    expect(read(JSON.stringify({ b: text })).bid).toBe(Number(text));
  });

  test.each([
    '',
    ' ',
    'x',
    '1 ',
    ' 1',
    '0x10',
    '1_000',
    '1,5',
    'Infinity',
    'NaN',
    'null',
    '1e999',
    '1.2.3',
    '.',
    'e5',
    '๑',
  ])('with a price as the text %o is refused with the name of the field', (text) => {
    expect(refusal(bytes(JSON.stringify({ b: 1, a: text })))).toMatch(/^number: px\/AOT\/book carried .* as field "a"/);
  });

  test.each(['true', '[1]', '{}', '1e999', '-1e999'])('with a price of %s is refused', (json) => {
    expect(refusal(bytes(`{"b":${json},"a":2}`))).toMatch(/^number: .* as field "b"/);
  });

  test.each(['', '{', '[]', '[{"b":1}]', '1', '"b"', 'null', 'true', '{"b":1}x'])(
    'is refused if the payload is %o',
    (text) => {
      expect(refusal(bytes(text))).toMatch(/^schema: px\/AOT\/book carried no JSON/);
    },
  );

  test('is refused when it is not UTF-8', () => {
    expect(refusal(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))).toMatch(/^schema: /);
  });

  test('has no value from a property that every object inherits', () => {
    expect(read('{"a":1}', { bid: 'constructor', ask: '__proto__' })).toMatchObject({
      bid: Number.NaN,
      ask: Number.NaN,
    });
  });

  test('with a price of a hundred thousand digits and a letter is refused quickly', () => {
    expect(refusal(bytes(`{"b":"${'1'.repeat(100_000)}x"}`))).toMatch(/^number: .{0,150}$/);
  });

  test('that is complete is tradable through a feed; an incomplete one is counted as rejected', () => {
    const decode = jsonQuote({ bid: 'b', ask: 'a' });
    const { feed, fake, rejected } = eventScene<JsonQuote>({ venue: { decode } });
    const said: string[] = [];
    feed.quotes(['A']).subscribe((quote) => said.push(`${quote.bid} ${quote.ask} ${isTradable(quote)}`));
    for (const text of ['{"b":1,"a":"2"}', '{"b":"x","a":null}', '{"b":1,"a":null}', '{"b":3,"a":2}']) {
      fake.publish('px/A', text);
    }
    expect(said).toEqual(['1 2 true', '1 2 false', '1 NaN false', '3 2 false']);
    expect(rejected).toEqual([
      'number: px/A carried "x" as field "b", which is not a finite number, a decimal string or null',
    ]);
  });
});

describe('jsonQuote()', () => {
  itRejectsArguments([
    ['jsonQuote', undefined, () => jsonQuote(wrong(undefined))],
    ['jsonQuote.bid', undefined, () => jsonQuote(wrong({ ask: 'a' }))],
    ['jsonQuote.ask', '', () => jsonQuote({ bid: 'b', ask: '' })],
    ['jsonQuote.askVolume', 1, () => jsonQuote(wrong({ bid: 'b', ask: 'a', askVolume: 1 }))],
    ['jsonQuote.volume', 'v', () => jsonQuote(wrong({ bid: 'b', ask: 'a', volume: 'v' }))],
  ]);
});
