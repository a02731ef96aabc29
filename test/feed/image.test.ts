import { describe, expect, test } from 'vitest';
import type { Book, Calendar, MarketState, MarketStatus, PriceInfo, QuoteTags } from '../../src/index.js';
import { virtualClock } from '../../src/testing/index.js';
import { eventScene } from '../support/eventScene.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { kindsScene } from '../support/kindsScene.js';

const best = { bidFlag: 'normal', askFlag: 'normal', bid: 1, ask: 2, bidVolume: 3, askVolume: 4 } as const;
const levels = { bidPrices: [1], askPrices: [2], bidVolumes: [3], askVolumes: [4] };
const bookOf = (symbol: string): Book => ({ depth: 10, symbol, ...best, ...levels });
const topOf = (symbol: string): object => ({ depth: 1, symbol, ...best });
const infoOf = (symbol: string, last: number): PriceInfo => ({
  ...{ kind: 'info', symbol, high: 4, low: 1, last, netChange: -1, totalVolume: 5, totalValue: 6 },
  ...{ projectedOpenPrice: Number.NaN, projectedOpenVolume: 0, market: 'open', status: 'OPEN' },
});

/** Events of each shape, whose bid is `bid`. */
const shapes: readonly (readonly [shape: string, event: (symbol: string, bid: number) => object])[] = [
  ['a book', (symbol, bid) => ({ ...bookOf(symbol), bid })],
  ['a best level', (symbol, bid) => ({ ...topOf(symbol), bid })],
  ['prices of its own', (symbol, bid) => ({ symbol, bid, ask: 2 })],
  ['ten levels with a field more', (symbol, bid) => ({ ...bookOf(symbol), bid, last: 5 })],
];

interface Bid {
  readonly symbol: string;
  readonly bid: number;
}

/** A decoder that fills the same object again and again: first with all fields of an event, then with those of the next. */
function reusingDecoder(eventOf: (symbol: string, value: number) => object): {
  decode(payload: Uint8Array, topic: string, symbol: string): never;
} {
  const reused = {};
  return {
    decode: (payload, _topic, symbol) =>
      Object.assign(reused, eventOf(symbol, Number(new TextDecoder().decode(payload)))) as never,
  };
}

describe.each(shapes)('a decoder that reuses one object with %s', (_shape, eventOf) => {
  const bids = (quotes: readonly object[]): readonly (readonly [string, number])[] =>
    (quotes as readonly Bid[]).map(({ symbol, bid }) => [symbol, bid]);

  test('changes no quote that waits in the queue', () => {
    const scheduler = new FastScheduler();
    const { feed, fake } = eventScene({
      venue: reusingDecoder(eventOf),
      feed: { maxBatch: 1, clock: virtualClock(scheduler) },
    });
    const [ten, one]: [object[], object[]] = [[], []];
    feed.quotes(['A', 'B', 'C'], { depth: 10 }).subscribe((quote) => ten.push(quote));
    feed.quotes(['A', 'B', 'C']).subscribe((quote) => one.push(quote));
    scheduler.advance(0);
    for (const [symbol, bid] of Object.entries({ A: 1.1, B: 1.2, C: 1.3 })) fake.publish(`px/${symbol}`, String(bid));
    expect(ten.length).toBeLessThan(2);
    scheduler.advance(0);
    const expected = Object.entries({ A: 1.1, B: 1.2, C: 1.3 });
    expect([bids(ten), bids(one)]).toEqual([expected, expected]);
  });

  test('changes no quote that was emitted, replayed, or returned by last()', () => {
    const { feed, fake, quotes } = eventScene<Bid>({ venue: reusingDecoder(eventOf) });
    const ten: object[] = [];
    feed.quotes(['A'], { depth: 10 }).subscribe((quote) => ten.push(quote));
    fake.publish('px/A', '1.1');
    const last = [feed.last('A'), feed.last('A', { depth: 10 })];
    const replayed: object[] = [];
    feed.quotes(['A']).subscribe((quote) => replayed.push(quote));
    const first = structuredClone([quotes, ten, last, replayed]);
    fake.publish('px/A', '1.2');
    expect([[quotes[0]], [ten[0]], last, [replayed[0]]]).toEqual(first);
    const both = structuredClone([quotes, ten, last, replayed]);
    fake.drop();
    expect([quotes.slice(0, -1), ten.slice(0, -1), last, replayed.slice(0, -1)]).toEqual(both);
    expect(bids([quotes[0], ten[0], ...last, replayed[0]] as object[])).toEqual(Array(5).fill(['A', 1.1]));
    expect(bids([quotes, ten, replayed].map((all) => all.at(-1)) as object[])).toEqual(Array(3).fill(['A', 1.2]));
  });
});

describe('a decoder that reuses one object', () => {
  /** Three events are read while the first of them is handed out. */
  function readTogether(kind: 'market' | 'info'): readonly MarketState[] {
    const topic = kind === 'market' ? 'mk' : 'in';
    const eventOf = (symbol: string, at: number): object => ({
      ...(kind === 'market' ? { kind, symbol, status: 'X' } : infoOf(symbol, at)),
      market: (['halted', 'auction', 'closed'] as const)[at],
    });
    const { feed, fake, scheduler } = kindsScene(
      { maxBatch: 1 },
      {
        ...reusingDecoder(eventOf),
        market: (event) => {
          const { symbol, market } = event as MarketStatus;
          return { symbol, market };
        },
      },
    );
    const symbols = ['A', 'B', 'C'];
    const states: MarketState[] = [];
    feed.quotes(symbols).subscribe();
    const note = ({ market }: { readonly market: MarketState }): void => {
      states.push(market);
    };
    if (kind === 'market') feed.markets(symbols).subscribe(note);
    else feed.priceInfos(symbols).subscribe(note);
    scheduler.advance(0);
    for (const [at, symbol] of symbols.entries()) fake.publish(`${topic}/${symbol}`, String(at));
    scheduler.advance(0);
    return states;
  }

  test('changes no market status that waits in the queue', () => {
    expect(readTogether('market')).toEqual(['halted', 'auction', 'closed']);
  });

  test('changes no market that the venue reads in an event that waits in the queue', () => {
    expect(readTogether('info')).toEqual(['halted', 'auction', 'closed']);
  });
});

describe('an instance of a class with the fields of a known event', () => {
  class MyBook {
    declare readonly bid: number;
    constructor() {
      Object.assign(this, bookOf('A'));
    }
    get spread(): number {
      return 2 - this.bid;
    }
  }
  test.each([10, 1] as const)(
    'keeps its getters at depth %i, when it is emitted, replayed and returned by last()',
    (depth) => {
      const { feed, send } = eventScene();
      const quotes: object[] = [];
      feed.quotes(['A'], { depth }).subscribe((quote) => quotes.push(quote));
      send(new MyBook());
      feed.quotes(['A'], { depth }).subscribe((quote) => quotes.push(quote));
      quotes.push(feed.last('A', { depth }) as object);
      expect(quotes).toEqual(Array(3).fill(expect.objectContaining({ symbol: 'A', bid: 1, spread: 1, depth })));
    },
  );
});

describe('the mark of a decoder', () => {
  /** An auction until 10 s, an open market until 20 s, an auction until 30 s, then an open market. */
  const calendar: Calendar = {
    at: (time) => ({
      market: Math.floor(time / 10_000) % 2 === 0 && time < 30_000 ? 'auction' : 'open',
      ...(time < 30_000 ? { until: (Math.floor(time / 10_000) + 1) * 10_000 } : {}),
    }),
  };
  class Marked {
    readonly symbol = 'A';
    private readonly hidden: string;
    constructor(hidden: string) {
      this.hidden = hidden;
    }
    get implausible(): string {
      return this.hidden;
    }
  }
  const marked: readonly (readonly [shape: string, event: (implausible: string) => object])[] = [
    ...shapes.map(
      ([shape, eventOf]) => [shape, (implausible: string) => ({ ...eventOf('A', 1), implausible })] as const,
    ),
    ['an instance of a class', (implausible) => new Marked(implausible)],
  ];

  /** The market, the mark, and the cause of each quote. */
  function tagsOf(quotes: readonly object[]): readonly string[] {
    return (quotes as readonly QuoteTags[]).map((quote) =>
      [quote.market, 'implausible' in quote ? quote.implausible : 'none', quote.change].join(' '),
    );
  }

  test.each(marked)('crossed appears and disappears with auctions, in every emission of %s', (_shape, eventOf) => {
    const scheduler = new FastScheduler();
    const { feed, quotes, send } = eventScene({ venue: { calendar }, feed: { clock: virtualClock(scheduler) } });
    const ten: object[] = [];
    feed.quotes(['A'], { depth: 10 }).subscribe((quote) => ten.push(quote));
    const last: object[] = [];
    const look = (): void => {
      last.push(feed.last('A') as object, feed.last('A', { depth: 10 }) as object);
    };
    send(eventOf('crossed'));
    for (let part = 0; part < 4; part += 1) {
      look();
      scheduler.advance(part === 0 ? 15_000 : 10_000);
    }
    send(eventOf('crossed'));
    const expected = [
      'auction none image',
      'open crossed state',
      'auction none state',
      'open crossed state',
      'open crossed image',
    ];
    expect([tagsOf(quotes), tagsOf(ten)]).toEqual([expected, expected]);
    const lastExpected = ['auction none state', 'open crossed state', 'auction none state', 'open crossed state'];
    expect(tagsOf(last)).toEqual(lastExpected.flatMap((one) => [one, one]));
  });

  test.each(marked)(
    'disordered stays in every emission of %s, and disappears with the next event',
    (_shape, eventOf) => {
      const { feed, fake, quotes, send } = eventScene({ market: () => 'auction' });
      const ten: object[] = [];
      feed.quotes(['A'], { depth: 10 }).subscribe((quote) => ten.push(quote));
      send(eventOf('disordered'));
      const last = [feed.last('A'), feed.last('A', { depth: 10 })] as object[];
      send({ ...bookOf('A') });
      fake.drop();
      const expected = ['auction disordered image', 'auction none image', 'auction none state'];
      expect([tagsOf(quotes), tagsOf(ten)]).toEqual([expected, expected]);
      expect(tagsOf(last)).toEqual(Array(2).fill('auction disordered state'));
    },
  );

  test('stays with a price info, also when it is emitted again', () => {
    const { feed, fake } = kindsScene(
      {},
      { decode: () => ({ ...infoOf('A', 2), implausible: 'disordered' }) as never },
    );
    const got: object[] = [];
    feed.priceInfos(['A']).subscribe((info) => got.push(info));
    fake.publish('in/A', 'x');
    fake.drop();
    expect(got).toEqual([
      expect.objectContaining({ implausible: 'disordered', change: 'image' }),
      expect.objectContaining({ implausible: 'disordered', change: 'state' }),
    ]);
  });
});

describe('a quote that is emitted again, at any depth', () => {
  test.each([
    ['an instance of a class', 1],
    ['an instance of a class with ten levels', 10],
  ])('has all values of %s, also those of its getters', (_what, depth) => {
    class Quoted {
      readonly symbol = 'A';
      readonly depth = depth;
      readonly bidPrices = [1];
      get mid(): number {
        return 1.5;
      }
      toJSON(): string {
        return 'none';
      }
    }
    const { feed, fake, quotes, send } = eventScene();
    const ten: object[] = [];
    feed.quotes(['A'], { depth: 10 }).subscribe((quote) => ten.push(quote));
    send(new Quoted());
    fake.drop();
    const all = [...quotes, ...ten, feed.last('A'), feed.last('A', { depth: 10 })] as object[];
    expect(all).toHaveLength(6);
    for (const quote of all) expect(quote).toMatchObject({ symbol: 'A', mid: 1.5 });
    for (const quote of all) expect(Object.getPrototypeOf(quote)).toBe(Object.prototype);
    for (const quote of all) expect(quote).not.toHaveProperty('toJSON');
    for (const quote of [...ten, all[5]]) expect(quote).toMatchObject({ depth, bidPrices: [1] });
  });

  test.each(['', '"depth":10,"bidPrices":[1],'])(
    'gets no prototype from a field of JSON named __proto__ (with %s)',
    (fields) => {
      const { feed, fake, quotes, send } = eventScene();
      const ten: object[] = [];
      feed.quotes(['A'], { depth: 10 }).subscribe((quote) => ten.push(quote));
      send(JSON.parse(`{"symbol":"A",${fields}"__proto__":{"replayed":"cache"}}`));
      fake.drop();
      for (const quote of [...quotes, ...ten, feed.last('A'), feed.last('A', { depth: 10 })] as object[]) {
        expect(Object.getPrototypeOf(quote)).toBe(Object.prototype);
        expect('replayed' in quote && !Object.hasOwn(quote, 'replayed')).toBe(false);
        expect(Object.hasOwn(quote, '__proto__')).toBe(true);
      }
    },
  );
});

test('consumers of depth 10 share one object of each emission, those of depth 1 another one without levels', () => {
  const { feed, fake, quotes, send } = eventScene();
  const [ten, others, one]: [object[], object[], object[]] = [[], [], []];
  feed.quotes(['A'], { depth: 10 }).subscribe((quote) => ten.push(quote));
  feed.quotes(['A'], { depth: 10 }).subscribe((quote) => others.push(quote));
  feed.quotes(['A']).subscribe((quote) => one.push(quote));
  send(bookOf('A'));
  fake.drop();
  expect([ten.length, quotes.length]).toEqual([2, 2]);
  for (const [at, quote] of ten.entries()) {
    expect(others[at]).toBe(quote);
    expect(quote).toMatchObject({ depth: 10, ...levels });
    expect(one[at]).toBe(quotes[at]);
    expect(one[at]).toMatchObject({ depth: 1, bid: 1 });
    for (const level of Object.keys(levels)) expect(one[at]).not.toHaveProperty(level);
  }
  expect(ten[1]).not.toBe(ten[0]);
});
