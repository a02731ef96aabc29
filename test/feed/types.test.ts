import { filter, NEVER, type Observable, of, type Subscription } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import { type QueueSnapshot, QueueStats } from '../../operators/index.js';
import {
  type Book,
  type Candle,
  type ConnectionState,
  type FeedJournal,
  type FeedUpdate,
  type Gap,
  isQuote,
  isTradable,
  type JsonQuote,
  jsonQuote,
  type MarketStatus,
  mqttVenue,
  type PriceInfo,
  type Quote,
  type QuoteFeed,
  type SymbolStatus,
  type Tagged,
  type TopOfBook,
  type Venue,
} from '../../src/index.js';
import { eventMarbles, type FakeFeed, fakeFeed, quoteMarbles } from '../../src/testing/index.js';

type Of<O> = O extends Observable<infer T> ? T : never;
declare const books: QuoteFeed<Book>;
declare const all: QuoteFeed<Book | PriceInfo | Candle | MarketStatus>;
declare const own: QuoteFeed<{ readonly symbol: string; readonly price: number }>;
declare const deep: QuoteFeed<{ readonly symbol: string; readonly depth: 10; readonly orders: number }>;

test('a quote of depth 1 has no levels; one of depth 10 has them', () => {
  expectTypeOf<Quote<1>>().not.toHaveProperty('bidPrices');
  expectTypeOf<Quote<10>['bidPrices']>().toEqualTypeOf<readonly number[]>();
  expectTypeOf<Quote<1>['depth']>().toEqualTypeOf<1>();
});

test('quotes() of a venue with books has the requested depth, 1 by default', () => {
  const ten = () => books.quotes(['A'], { depth: 10 });
  const one = () => books.quotes(['A']);
  expectTypeOf<Of<ReturnType<typeof ten>>>().toExtend<Quote<10>>();
  expectTypeOf<Of<ReturnType<typeof ten>>>().toHaveProperty('bidPrices');
  expectTypeOf<Of<ReturnType<typeof one>>>().not.toHaveProperty('bidPrices');
  expectTypeOf<Of<ReturnType<typeof one>>['depth']>().toEqualTypeOf<1>();
  // @ts-expect-error - there are no other depths
  expectTypeOf(() => books.quotes(['A'], { depth: 5 })).toBeFunction();
  // @ts-expect-error - a misspelt option
  expectTypeOf(() => books.quotes(['A'], { dept: 10 })).toBeFunction();
  expectTypeOf([ten, one]).toBeArray();
});

test('every stream by symbol takes a list or an Observable of lists, and has the same type for both', () => {
  const lists$ = of(['A']);
  expectTypeOf(() => books.quotes(lists$, { depth: 10 })).returns.toEqualTypeOf<Observable<Quote<10>>>();
  expectTypeOf(() => books.updates(lists$)).returns.toExtend<Observable<FeedUpdate<TopOfBook>>>();
  expectTypeOf(() => all.priceInfos(lists$)).returns.toExtend<Observable<PriceInfo>>();
  expectTypeOf(() => all.candles(lists$, { interval: '1m' })).returns.toExtend<Observable<Candle>>();
  // @ts-expect-error - an Observable of symbols, one by one, is no list
  expectTypeOf(() => books.quotes(of('A'))).toBeFunction();
});

test('last() has the type of a quote at the requested depth, and can be undefined', () => {
  expectTypeOf(() => books.last('A')).returns.toEqualTypeOf<Quote<1> | undefined>();
  expectTypeOf(() => books.last('A', { depth: 10 })).returns.toEqualTypeOf<Quote<10> | undefined>();
  expectTypeOf(() => own.last('A')?.price).returns.toEqualTypeOf<number | undefined>();
  // @ts-expect-error - there are no other depths
  expectTypeOf(() => books.last('A', { depth: 5 })).toBeFunction();
});

test('an entry of the journal has the fields of its type, and a connection’s those of its status', () => {
  type JournalEntry = FeedJournal['entries'][number];
  type Of<T extends JournalEntry['type']> = Extract<JournalEntry, { readonly type: T }>;
  expectTypeOf<JournalEntry['type']>().toEqualTypeOf<'connection' | 'gap' | 'topics' | 'markets'>();
  expectTypeOf<Of<'gap'>['gap']['cause']>().toEqualTypeOf<Gap['cause']>();
  expectTypeOf<Of<'topics'>['state']>().toEqualTypeOf<Quote['state']>();
  expectTypeOf<Of<'markets'>['market']>().toEqualTypeOf<Quote['market']>();
  expectTypeOf<Of<'connection'>['state']['status']>().toEqualTypeOf<ConnectionState['status']>();
  expectTypeOf<Extract<Of<'connection'>['state'], { readonly status: 'rejected' }>>().toHaveProperty('retryAt');
});

test('watch() takes the stats of a queue and returns a subscription, and the feed’s stats have them by name', () => {
  expectTypeOf(() => books.watch('store', new QueueStats())).returns.toEqualTypeOf<Subscription>();
  expectTypeOf(() => books.stats().queues['store']).returns.toEqualTypeOf<QueueSnapshot | undefined>();
});

test('custom events keep their fields, also with a field depth', () => {
  const mine = () => own.quotes(['A'], { depth: 10 });
  const theirs = () => deep.quotes(['A']);
  const tradable = () => mine().pipe(filter(isTradable));
  expectTypeOf<Of<ReturnType<typeof mine>>['price']>().toEqualTypeOf<number>();
  expectTypeOf<Of<ReturnType<typeof theirs>>['orders']>().toEqualTypeOf<number>();
  expectTypeOf<Of<ReturnType<typeof theirs>>['state']>().toEqualTypeOf<Quote['state']>();
  expectTypeOf<Of<ReturnType<typeof tradable>>['price']>().toEqualTypeOf<number>();
  expectTypeOf<Of<ReturnType<typeof tradable>>['state']>().toEqualTypeOf<'live'>();
  expectTypeOf([mine, theirs, tradable]).toBeArray();
});

test('isTradable, its bid and its ask keep the fields of a quote, and narrow the fields that they check', () => {
  interface Loose {
    readonly symbol: string;
    readonly bid: number | null;
    readonly last: number;
  }
  const loose = {} as unknown as QuoteFeed<Loose>;
  const sides = () => loose.quotes(['A']).pipe(filter(isTradable.bid));
  const buys = () => books.quotes(['A']).pipe(filter(isTradable.ask));
  expectTypeOf<Of<ReturnType<typeof sides>>['bid']>().toEqualTypeOf<number>();
  expectTypeOf<Of<ReturnType<typeof sides>>['last']>().toEqualTypeOf<number>();
  expectTypeOf<Of<ReturnType<typeof sides>>['market']>().toEqualTypeOf<'open'>();
  expectTypeOf<Of<ReturnType<typeof buys>>['state']>().toEqualTypeOf<'live'>();
  expectTypeOf<Of<ReturnType<typeof buys>>>().toExtend<Quote<1>>();
  expectTypeOf([sides, buys]).toBeArray();
});

test('a decoder of mqttVenue gets the symbol, and jsonQuote is such a decoder', () => {
  const decode = jsonQuote({ bid: 'b', ask: 'a' });
  expectTypeOf<Parameters<typeof decode>>().toEqualTypeOf<[payload: Uint8Array, topic: string, symbol: string]>();
  const venue = () => mqttVenue({ endpoint: 'mqtt://broker.test', topics: 'px/{symbol}', decode });
  expectTypeOf<ReturnType<typeof venue>>().toEqualTypeOf<Venue<JsonQuote>>();
  expectTypeOf(venue).toBeFunction();
});

test('each stream of a venue of several kinds has only its own events', () => {
  const quotes = () => all.quotes();
  const infos = () => all.priceInfos().pipe(filter(isTradable));
  const candles = () => all.candles(['A'], { interval: '1m' });
  const markets = () => all.markets(['SET']);
  const none = () => books.priceInfos();
  expectTypeOf<Of<ReturnType<typeof quotes>>>().toEqualTypeOf<Quote<1>>();
  expectTypeOf<Of<ReturnType<typeof candles>>>().toEqualTypeOf<Tagged<Candle>>();
  expectTypeOf<Of<ReturnType<typeof markets>>>().toEqualTypeOf<Tagged<MarketStatus>>();
  expectTypeOf<Of<ReturnType<typeof none>>>().toEqualTypeOf<never>();
  expectTypeOf<Of<ReturnType<typeof infos>>>().toExtend<Tagged<PriceInfo>>();
  expectTypeOf<Of<ReturnType<typeof infos>>['state']>().toEqualTypeOf<'live'>();
  expectTypeOf<Of<ReturnType<typeof infos>>['kind']>().toEqualTypeOf<'info'>();
  expectTypeOf<Of<ReturnType<typeof infos>>['change']>().toEqualTypeOf<'image' | 'state'>();
  expectTypeOf<Of<ReturnType<typeof all.updates>>['kind']>().toEqualTypeOf<'quote' | 'gap' | 'status'>();
  // @ts-expect-error - bars have an interval
  expectTypeOf(() => all.candles(['A'], {})).toBeFunction();
  // @ts-expect-error - only quotes have a depth
  expectTypeOf(() => all.priceInfos(['A'], { depth: 10 })).toBeFunction();
  expectTypeOf([quotes, infos, candles, markets, none]).toBeArray();
});

test('an update is a quote, a gap or a status, distinguished by kind', () => {
  expectTypeOf<FeedUpdate['kind']>().toEqualTypeOf<'quote' | 'gap' | 'status'>();
  expectTypeOf<Extract<FeedUpdate, { kind: 'gap' }>>().toEqualTypeOf<Gap>();
  expectTypeOf<Extract<FeedUpdate, { kind: 'status' }>>().toEqualTypeOf<SymbolStatus>();
  const quotes = (update$: Observable<FeedUpdate<TopOfBook>>) => update$.pipe(filter(isQuote));
  expectTypeOf<Of<ReturnType<typeof quotes>>['bid']>().toEqualTypeOf<number>();
  expectTypeOf(quotes).toBeFunction();
});

test('a connection’s state is one of seven, each with its own fields', () => {
  expectTypeOf<ConnectionState['status']>().toEqualTypeOf<
    'idle' | 'connecting' | 'live' | 'silent' | 'waiting' | 'rejected' | 'closed'
  >();
  expectTypeOf<ConnectionState['status']>().toEqualTypeOf<
    'idle' | 'connecting' | 'live' | 'silent' | 'waiting' | 'rejected' | 'closed'
  >();
  const say = (state: ConnectionState): number | string => {
    switch (state.status) {
      case 'idle':
        return state.since;
      case 'connecting':
        return state.step;
      case 'live':
        return state.ledger.granted;
      case 'silent':
        return state.why;
      case 'waiting':
        return state.delay;
      case 'rejected':
        return state.retryAt;
      case 'closed':
        return state.since;
      default: {
        const none: never = state;
        return none;
      }
    }
  };
  expectTypeOf(say).returns.toEqualTypeOf<number | string>();
});

test('a fake feed is assignable to a feed', () => {
  expectTypeOf(fakeFeed({ quotes: of(...Object.values(quoteMarbles({ a: { symbol: 'A' } }))) })).toExtend<QuoteFeed>();
  expectTypeOf(quoteMarbles({ a: { symbol: 'A' } })).toEqualTypeOf<Record<'a', Quote>>();
  const { i, c, m } = quoteMarbles({
    i: { kind: 'info', symbol: 'A', last: 1 },
    c: { kind: 'candle', symbol: 'A' },
    m: { kind: 'market', symbol: 'SET' },
  });
  expectTypeOf(i).toEqualTypeOf<Tagged<PriceInfo>>();
  expectTypeOf(c).toEqualTypeOf<Tagged<Candle>>();
  expectTypeOf(m).toEqualTypeOf<Tagged<MarketStatus>>();
});

interface Trade {
  readonly symbol: string;
  readonly price: number;
}

test('a fake feed of a custom type is assignable to a feed of that type', () => {
  const trades = eventMarbles<Trade>({
    a: { symbol: 'A', price: 1 },
    s: { symbol: 'A', price: 1, state: 'suspect', change: 'state' },
  });
  const lettered = eventMarbles<Trade, 'a'>({ a: { symbol: 'A', price: 1 } });
  expectTypeOf(fakeFeed({ quotes: of<Tagged<Trade> | Gap>(lettered.a) })).toEqualTypeOf<FakeFeed<Trade>>();
  expectTypeOf(fakeFeed({ quotes: NEVER })).toEqualTypeOf<FakeFeed>();
  const feed = fakeFeed<Trade>({ quotes: of(...Object.values(trades)) });
  expectTypeOf(feed).toExtend<QuoteFeed<Trade>>();
  expectTypeOf(feed.quotes()).toEqualTypeOf<Observable<Tagged<Trade>>>();
  expectTypeOf(lettered.a).toEqualTypeOf<Tagged<Trade>>();
  const infos = eventMarbles<Trade & { readonly kind: 'info' }, 'i'>({ i: { kind: 'info', symbol: 'A', price: 1 } });
  expectTypeOf(infos.i.kind).toEqualTypeOf<'info'>();
  const { q } = quoteMarbles({ q: { symbol: 'A' } });
  const mixed = fakeFeed<TopOfBook | Book | (Trade & { readonly kind: 'info' })>({ quotes: of(infos.i, q) });
  expectTypeOf(mixed.priceInfos()).toExtend<Observable<{ readonly price: number }>>();
});

test('a misspelt field of a marble is a compiler error for every kind', () => {
  const misspelt = [
    // @ts-expect-error - bid
    () => quoteMarbles({ a: { symbol: 'A', bidd: 1 } }),
    // @ts-expect-error - state
    () => quoteMarbles({ a: { symbol: 'A', bid: 1 }, b: { symbol: 'A', sate: 'suspect' } }),
    // @ts-expect-error - an info has no bid
    () => quoteMarbles({ i: { kind: 'info', symbol: 'A', bid: 1 } }),
    // @ts-expect-error - there is no such state
    () => quoteMarbles({ a: { symbol: 'A', state: 'dead' } }),
    // @ts-expect-error - price
    () => eventMarbles<Trade>({ a: { symbol: 'A', price: 1, prize: 2 } }),
    // @ts-expect-error - an event of one's own is given whole
    () => eventMarbles<Trade>({ a: { symbol: 'A' } }),
    // @ts-expect-error - the type must be named
    () => eventMarbles({ a: { symbol: 'A', price: 1 } }),
    // @ts-expect-error - the kind tells what it is
    () => eventMarbles<Trade & { readonly kind: 'info' }>({ a: { symbol: 'A', price: 1 } }),
    // @ts-expect-error - these are no trades
    () => fakeFeed<Trade>({ quotes: of(quoteMarbles({ a: { symbol: 'A' } }).a) }),
    // @ts-expect-error - a feed emits no event without tags
    () => fakeFeed({ quotes: of({ symbol: 'A', price: 1 }) }),
    // @ts-expect-error - a feed emits no event without tags
    () => fakeFeed<Trade>({ quotes: of({ symbol: 'A', price: 1 }) }),
  ];
  expectTypeOf(misspelt).toBeArray();
});
