import { merge, take } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Book, Candle, MarketStatus, PriceInfo } from '../../src/model/events.js';
import { eventScene } from '../support/eventScene.js';
import { type KindsEvent, kindsScene } from '../support/kindsScene.js';

const best = { symbol: 'A', bidFlag: 'normal', askFlag: 'normal', bid: 1, ask: 2, bidVolume: 3, askVolume: 4 } as const;
const levels = { bidPrices: [1], askPrices: [2], bidVolumes: [3], askVolumes: [4] };
const book: Book = { depth: 10, ...best, ...levels };
const prices = { symbol: 'A', high: 4, low: 1 };
const info: PriceInfo = {
  ...{ kind: 'info', ...prices, last: 2, netChange: -1, totalVolume: 5, totalValue: 6 },
  ...{ projectedOpenPrice: Number.NaN, projectedOpenVolume: 0, market: 'halted', status: 'HALT' },
};
const candle: Candle = {
  ...{ kind: 'candle', ...prices, interval: '1m', sequence: 1, time: 60, open: 2, close: 3, volume: 7, value: 8 },
};
const status: MarketStatus = { kind: 'market', symbol: 'A', market: 'halted', status: 'HALT' };
const tags = { epoch: 0, state: 'live', market: 'open', change: 'image', receivedAt: 0, monotonicAt: 0 };

/** The quotes that consumers of depth 10 and of depth 1 get from an event. */
function atBothDepths(event: object): readonly [ten: object | undefined, one: object | undefined] {
  const { feed, quotes, send } = eventScene();
  let ten: object | undefined;
  feed.quotes(['A'], { depth: 10 }).subscribe((quote) => (ten = quote));
  send(event);
  return [ten, quotes[0]];
}

describe('a quote has the fields of its event and the tags of the feed, and no others', () => {
  test.each<[string, object, object]>([
    ['a book', book, { depth: 1, ...best }],
    ['a book with a mark', { ...book, implausible: 'disordered' }, { depth: 1, ...best, implausible: 'disordered' }],
    ['a book with a field more', { ...book, last: 5 }, { depth: 1, ...best, last: 5 }],
    [
      'a book without volumes',
      { depth: 10, symbol: 'A', ...levels, bid: 1, ask: 2, x: 1, y: 2, z: 3, q: 4 },
      {
        ...{ depth: 1, symbol: 'A', bid: 1, ask: 2, x: 1, y: 2, z: 3, q: 4 },
      },
    ],
    ['a best level', { depth: 1, ...best }, { depth: 1, ...best }],
    ['a best level with a field more', { depth: 1, ...best, last: 5 }, { depth: 1, ...best, last: 5 }],
    ['prices of its own', { symbol: 'A', mid: 1.5 }, { symbol: 'A', mid: 1.5 }],
    ['a field without a value', { symbol: 'A', mid: undefined }, { symbol: 'A', mid: undefined }],
  ])('(%s)', (_, event, top) => {
    const [ten, one] = atBothDepths(event);
    expect(ten).toStrictEqual({ ...event, ...tags, kind: 'quote' });
    expect(one).toStrictEqual({ ...top, ...tags, kind: 'quote' });
  });

  test.each<[string, string, KindsEvent]>([
    ['a price info', 'in/A', info],
    ['a price info with a field more', 'in/A', { ...info, open: 2 } as PriceInfo],
    ['a bar', 'cd/A/1m', candle],
    ['the status of a market', 'mk/A', status],
  ])('(%s)', (_, topic, event) => {
    const { feed, fake } = kindsScene({}, { decode: () => event, market: () => ({ market: 'open' }) });
    const said: object[] = [];
    merge(feed.priceInfos(['A']), feed.candles(['A'], { interval: '1m' }), feed.markets(['A'])).subscribe((one) => {
      said.push(one);
    });
    fake.publish(topic, 'x');
    expect(said).toStrictEqual([{ ...event, ...tags }]);
  });

  test('also when it is replayed, of unknown age, or emitted again because its state changed', () => {
    const { feed, fake, quotes, send } = eventScene({ venue: { onSubscribe: 'unknown' } });
    send(book);
    const late: object[] = [];
    feed
      .quotes(['A'], { depth: 10 })
      .pipe(take(1))
      .subscribe((quote) => late.push(quote));
    expect(late).toStrictEqual([
      { ...book, ...tags, kind: 'quote', state: 'suspect', change: 'state', replayed: 'cache' },
    ]);
    send(book);
    fake.drop();
    const top = { depth: 1, ...best, ...tags, kind: 'quote' };
    expect(quotes).toStrictEqual([
      { ...top, state: 'suspect', replayed: 'first' },
      top,
      { ...top, state: 'suspect', change: 'state' },
    ]);
  });
});

test('consumers of one depth share one quote', () => {
  const { feed, quotes, send } = eventScene();
  const others: object[] = [];
  feed.quotes(['A']).subscribe((quote) => others.push(quote));
  feed.quotes().subscribe((quote) => others.push(quote));
  send(book);
  expect(others).toHaveLength(2);
  for (const quote of others) expect(quote).toBe(quotes[0]);
});
