import { TestScheduler } from 'rxjs/testing';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { DecodeError } from '../../src/model/errors.js';
import type { Book, TopOfBook } from '../../src/model/events.js';
import { type Quote, type QuoteFeed, quoteFeed, type Venue } from '../../src/index.js';
import {
  bidOfferTopic,
  decodeBidOfferV3,
  decodeBidOfferV3Top,
  settrade,
  type SettradeConfig,
  type SettradeEvent,
} from '../../src/settrade/index.js';
import { settradeBestLevel } from '../../src/settrade/settradeData.js';
import { fakeTransport, virtualClock } from '../../src/testing/index.js';
import { encodeBidOfferV3, moneyOf } from '../support/bidOfferV3Proto.js';
import { goldenBidOfferV3, payloadOf } from '../support/goldenBidOfferV3.js';

const account = { appId: 'id', appSecret: '', appCode: 'ALGO', brokerId: '001' };

function reasonOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return (error as DecodeError).reason;
  }
}

/** The best level of a book; a mark that only the best level can have. */
function bestOf({ symbol, bidFlag, askFlag, bid, ask, bidVolume, askVolume, implausible }: Book): TopOfBook {
  const top = { depth: 1 as const, symbol, bidFlag, askFlag, bid, ask, bidVolume, askVolume };
  return implausible === 'crossed' ? { ...top, implausible } : top;
}

describe('decodeBidOfferV3Top', () => {
  const read = goldenBidOfferV3.map((golden) => {
    const [payload, topic] = [payloadOf(golden), bidOfferTopic(golden.symbol)];
    return { ...golden, full: () => decodeBidOfferV3(payload, topic), top: () => decodeBidOfferV3Top(payload, topic) };
  });

  test('reads the best level of every recorded book as decodeBidOfferV3 does', () => {
    const books = read.filter(({ expected }) => expected !== undefined);
    expect(books.length).toBeGreaterThan(250);
    for (const { name, full, top } of books) {
      const book = full();
      if (book.implausible !== 'disordered') expect(top(), name).toEqual(bestOf(book));
      else expect({ ...top(), implausible: undefined }, name).toEqual({ ...bestOf(book), implausible: undefined });
    }
  });

  test('refuses an invalid payload for the same reason as decodeBidOfferV3, for a fault at any place', () => {
    const wrong: string[] = [];
    for (const { name, symbol, hex } of goldenBidOfferV3.filter((_, index) => index % 8 === 0)) {
      const [payload, topic] = [payloadOf({ hex }), bidOfferTopic(symbol)];
      for (let length = 0; length < payload.length; length++) {
        const cut = payload.subarray(0, length);
        const [full, top] = [
          reasonOf(() => decodeBidOfferV3(cut, topic)),
          reasonOf(() => decodeBidOfferV3Top(cut, topic)),
        ];
        if (full !== top && full !== 'number') wrong.push(`${name}, cut to ${length}: ${full} and ${top}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('ignores the numbers beyond the first level', () => {
    const prices = ['62', '61.75', '63'].map(moneyOf);
    const payload = encodeBidOfferV3({ symbol: 'AOT', bidPrices: prices, bidVolumes: [100, -5] });
    expect(decodeBidOfferV3Top(payload)).toEqual({
      ...{ depth: 1, symbol: 'AOT', bidFlag: 'undefined', askFlag: 'undefined' },
      ...{ bid: 62, ask: NaN, bidVolume: 100, askVolume: 0 },
    });
    expect(reasonOf(() => decodeBidOfferV3(payload))).toBe('number');
  });

  test.each([
    ['a volume below 0', { bidVolumes: [-1] }],
    ['a price that no double holds', { askPrices: [{ units: '9007199254740993' }] }],
  ])('refuses %s at the first level', (_, fields) => {
    expect(reasonOf(() => decodeBidOfferV3Top(encodeBidOfferV3({ symbol: 'AOT', ...fields })))).toBe('number');
  });

  test('marks a crossed best level', () => {
    const [bidPrices, askPrices] = [[moneyOf('62.5')], [moneyOf('62.25')]];
    expect(decodeBidOfferV3Top(encodeBidOfferV3({ symbol: 'AOT', bidPrices, askPrices })).implausible).toBe('crossed');
  });
});

describe('settrade({ depth: 1 })', () => {
  test('gives quotes of depth 1, also to a subscriber that asks for ten levels', () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const fake = fakeTransport({ latency: 5, scheduler });
      const venue: Venue<SettradeEvent<1>> = {
        ...settradeBestLevel,
        endpoints: () => [{ url: 'mqtt://settrade.test' }],
        sessions: 'many',
        onSubscribe: 'snapshot',
      };
      const feed = quoteFeed({ venue, transport: fake.transport, clock: virtualClock(scheduler) });
      const received: unknown[] = [];
      for (const depth of [1, 10] as const) {
        feed.quotes(['AOT'], { depth }).subscribe((quote) => received.push(quote));
      }
      const golden = goldenBidOfferV3[0]!;
      scheduler.schedule(() => fake.publish(bidOfferTopic('AOT'), payloadOf(golden)), 100);
      scheduler.schedule(() => {
        expect(feed.last('AOT', { depth: 10 })).toMatchObject({ depth: 1, bid: 62.25, ask: 62.5 });
        void feed.close();
      }, 200);
      scheduler.flush();
      const images = received.filter((quote) => (quote as Quote).change === 'image');
      expect(images).toHaveLength(2);
      for (const image of images) {
        expect(image).toMatchObject({ depth: 1, symbol: 'AOT', bid: 62.25, bidVolume: 102_000, state: 'live' });
        expect(image).not.toHaveProperty('bidPrices');
      }
    });
  });

  test('gives quotes the type of one level at every depth, and without the option the type of ten levels', () => {
    const one = (config: SettradeConfig<1>): QuoteFeed<SettradeEvent<1>> => quoteFeed({ venue: settrade(config) });
    const ten = () => quoteFeed({ venue: settrade(account) });
    expectTypeOf(() => one({ ...account, depth: 1 }).last('AOT', { depth: 10 })).returns.toEqualTypeOf<
      Quote<1> | undefined
    >();
    expectTypeOf(() => ten().last('AOT', { depth: 10 })).returns.toEqualTypeOf<Quote<10> | undefined>();
  });

  test.each([
    [5, 'RangeError'],
    ['1', 'TypeError'],
    [null, 'TypeError'],
  ])('refuses %j as depth', (depth, name) => {
    expect(() => settrade({ ...account, depth } as unknown as SettradeConfig)).toThrow(
      expect.objectContaining({ name, code: 'RXQ_ARGUMENT', option: 'settrade.depth' }),
    );
  });
});
