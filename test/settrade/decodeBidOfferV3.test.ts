import { describe, expect, test } from 'vitest';
import type { Book } from '../../src/model/events.js';
import { bidOfferTopic, decodeBidOfferV3 } from '../../src/settrade/index.js';
import { encodeBidOfferV3, moneyOf } from '../support/bidOfferV3Proto.js';
import { type ExpectedBook, goldenBidOfferV3, payloadOf } from '../support/goldenBidOfferV3.js';
import { markOf, sameBook } from '../support/referenceBook.js';

const books = goldenBidOfferV3.filter(({ expected }) => expected !== undefined);
const rejects = goldenBidOfferV3.filter(({ expectedReject }) => expectedReject !== undefined);

function bookOf(expected: ExpectedBook): Book {
  const prices = (side: ExpectedBook['bidPrices']) => side.map((literal) => (literal === null ? NaN : Number(literal)));
  const [bidPrices, askPrices] = [prices(expected.bidPrices), prices(expected.askPrices)];
  const [bidVolumes, askVolumes] = [expected.bidVolumes.map(Number), expected.askVolumes.map(Number)];
  const { symbol, bidFlag, askFlag } = expected;
  const columns = { bidPrices, askPrices, bidVolumes, askVolumes };
  const top = { bid: bidPrices[0]!, ask: askPrices[0]!, bidVolume: bidVolumes[0]!, askVolume: askVolumes[0]! };
  const mark = markOf({ bidFlag, askFlag, ...columns });
  return {
    depth: 10,
    symbol,
    bidFlag,
    askFlag,
    ...top,
    ...columns,
    ...(mark === undefined ? {} : { implausible: mark }),
  };
}

describe('payloads of the official encoder', () => {
  test('have 200 ordinary books of at least five symbols, in as many shapes', () => {
    const ordinary = books.filter(({ name, symbol }) => new RegExp(`^${symbol}/\\d{3}$`).test(name));
    expect(new Set(ordinary.map(({ symbol }) => symbol))).toEqual(new Set(['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J']));
    expect(ordinary.length).toBeGreaterThanOrEqual(200);
    expect(goldenBidOfferV3.length).toBeGreaterThanOrEqual(260);
    expect(new Set(goldenBidOfferV3.map(({ name }) => name)).size).toBe(goldenBidOfferV3.length);
  });

  test.each(books)('$name: every price is the double of its literal, every volume its integer', (golden) => {
    const book = decodeBidOfferV3(payloadOf(golden), bidOfferTopic(golden.symbol));
    expect(book).toEqual(bookOf(golden.expected!));
    expect(sameBook(book, bookOf(golden.expected!))).toBe(true);
  });

  test.each(rejects)('$name: refused as $expectedReject', (golden) => {
    expect(() => decodeBidOfferV3(payloadOf(golden), bidOfferTopic(golden.symbol))).toThrow(
      expect.objectContaining({ name: 'DecodeError', code: 'RXQ_DECODE', reason: golden.expectedReject }),
    );
  });

  test.each(books)('$name: the same as written by protobufjs', ({ symbol, expected }) => {
    const side = (literals: ExpectedBook['bidPrices']) =>
      literals.map((text) => (text === null ? undefined : moneyOf(text)));
    const flags = ['undefined', 'normal', 'ato', 'atc'];
    const payload = encodeBidOfferV3({
      symbol,
      bidFlag: flags.indexOf(expected!.bidFlag),
      askFlag: flags.indexOf(expected!.askFlag),
      bidPrices: side(expected!.bidPrices),
      askPrices: side(expected!.askPrices),
      bidVolumes: expected!.bidVolumes,
      askVolumes: expected!.askVolumes,
    });
    expect(sameBook(decodeBidOfferV3(payload, bidOfferTopic(symbol)), bookOf(expected!))).toBe(true);
  });
});

describe('a book', () => {
  const golden = goldenBidOfferV3[0]!;

  test('shares no memory with its payload', () => {
    const payload = payloadOf(golden);
    const book = decodeBidOfferV3(payload);
    payload.fill(0xff);
    expect(sameBook(book, bookOf(golden.expected!))).toBe(true);
  });

  test('shares nothing with the next one, and a refused payload leaves nothing in it', () => {
    const first = decodeBidOfferV3(payloadOf(golden));
    expect(() => decodeBidOfferV3(payloadOf(goldenBidOfferV3[1]!).subarray(0, -1))).toThrow('message ends');
    const empty = decodeBidOfferV3(encodeBidOfferV3({ symbol: 'AOT' }));
    expect(empty.bidPrices).toEqual(Array(10).fill(NaN));
    expect(empty.askVolumes).toEqual(Array(10).fill(0));
    expect(sameBook(first, bookOf(golden.expected!))).toBe(true);
  });

  test('reads a view into a larger buffer and no byte around it', () => {
    const payload = payloadOf(golden);
    const buffer = new Uint8Array(payload.length + 64).fill(0x62);
    buffer.set(payload, 32);
    const view = buffer.subarray(32, 32 + payload.length);
    expect(sameBook(decodeBidOfferV3(view), bookOf(golden.expected!))).toBe(true);
  });
});

describe('the symbol', () => {
  const payload = encodeBidOfferV3({ symbol: 'S & J' });

  test('is the last segment of the topic, in the topic’s spelling', () => {
    expect(decodeBidOfferV3(payload, '/quote/bidoffer/set/s & j').symbol).toBe('s & j');
    expect(decodeBidOfferV3(payload, 'S & J').symbol).toBe('S & J');
  });

  test('is the message’s own without a topic', () => {
    expect(decodeBidOfferV3(payload).symbol).toBe('S & J');
    expect(decodeBidOfferV3(encodeBidOfferV3({ symbol: 'หุ้น' })).symbol).toBe('หุ้น');
  });

  test('is never empty, for any topic', () => {
    const nameless = encodeBidOfferV3({ symbol: '', bidVolumes: [100] });
    for (const topic of [undefined, 'proto/topic/bidofferv3/', '']) {
      expect(() => decodeBidOfferV3(nameless, topic)).toThrow(expect.objectContaining({ reason: 'symbol' }));
    }
  });

  test.each(['proto/topic/bidofferv3/S', 'proto/topic/bidofferv3/S & J/', 'proto/topic/bidofferv3/J', ''])(
    'of another topic is refused: %j',
    (topic) => {
      expect(() => decodeBidOfferV3(payload, topic)).toThrow(expect.objectContaining({ reason: 'symbol' }));
    },
  );
});
