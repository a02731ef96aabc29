import { BehaviorSubject, map, NEVER, type Observable, Subject, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import {
  type ConnectionState,
  type FeedUpdate,
  type Gap,
  isTradable,
  onlyImages,
  type Quote,
} from '../../src/index.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { eventMarbles, fakeFeed, quoteMarbles } from '../../src/testing/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';
import { escapedErrors } from '../support/failingCallbacks.js';
import { marbles } from '../support/marbles.js';

const gap: Gap = { kind: 'gap', phase: 'open', cause: 'link', fromEpoch: 0, lostAt: 0, topics: [] };
const quotes = quoteMarbles({
  a: { symbol: 'A', bid: 1 },
  b: { symbol: 'B', bid: 2 },
  c: { symbol: 'A', bid: 3, state: 'suspect' },
});

describe('a fake feed', () => {
  test('emits the quotes of the requested symbols, and gaps to every subscriber', () => {
    marbles(({ hot, expectObservable }) => {
      const feed = fakeFeed({ quotes: hot('a-bg-c-|', { ...quotes, g: gap }) });
      expectObservable(feed.quotes(['A'])).toBe('a----c-|', quotes);
      expectObservable(feed.updates(['B'])).toBe('--bg---|', { ...quotes, g: gap });
      expectObservable(feed.quotes()).toBe('a-b--c-|', quotes);
    });
  });

  test('gives a late subscriber each symbol’s last quote, or with replay false only new ones', () => {
    const source = new Subject<Quote>();
    const feed = fakeFeed({ quotes: source });
    feed.quotes().subscribe();
    for (const quote of [quotes.a, quotes.b, quotes.c]) source.next(quote);
    const observed: Quote[][] = [[], [], []];
    feed.quotes().subscribe((quote) => observed[0]?.push(quote));
    feed.quotes(['B'], { replay: false }).subscribe((quote) => observed[1]?.push(quote));
    feed
      .quotes()
      .pipe(onlyImages())
      .subscribe((quote) => observed[2]?.push(quote));
    source.next(quotes.b);
    const cached = { change: 'state', replayed: 'cache' } as const;
    expect(observed).toEqual([
      [{ ...quotes.c, ...cached }, { ...quotes.b, ...cached }, quotes.b],
      [quotes.b],
      [quotes.b],
    ]);
  });

  test('follows a list of symbols that changes, as a feed does: no replay of symbols that stay, an error for an invalid list', () => {
    marbles(({ hot, cold, expectObservable }) => {
      const feed = fakeFeed({ quotes: hot('-a-b-c--b', quotes) });
      const lists$ = cold('a---b-c--d', { a: ['A'], b: ['A', 'B'], c: ['B', 'B'], d: ['B', '#'] });
      expectObservable(feed.quotes(lists$)).toBe(
        '-a--xc--b#',
        { ...quotes, x: { ...quotes.b, change: 'state', replayed: 'cache' } },
        expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'quotes.symbols[1]', value: '#' }),
      );
    });
  });

  test('emits each kind to its subscribers, by symbol, interval and name, and the last of each to late subscribers', () => {
    const others = quoteMarbles({
      i: { kind: 'info', symbol: 'A', last: 70 },
      c: { kind: 'candle', symbol: 'A', interval: '1m', close: 70 },
      d: { kind: 'candle', symbol: 'A', interval: '5m', close: 71 },
      m: { kind: 'market', symbol: 'SET' },
    });
    marbles(({ hot, expectObservable }) => {
      const values = { ...quotes, ...others };
      const feed = fakeFeed({ quotes: hot('icdma-|', values) });
      expectObservable(feed.priceInfos()).toBe('i-----|', values);
      expectObservable(feed.candles(['A'], { interval: '1m' })).toBe('-c----|', values);
      expectObservable(feed.candles(['A'], { interval: '5m' })).toBe('--d---|', values);
      expectObservable(feed.markets(['SET'])).toBe('---m--|', values);
      expectObservable(feed.updates()).toBe('----a-|', values);
    });
    const source = new Subject<(typeof others)[keyof typeof others]>();
    const feed = fakeFeed({ quotes: source });
    feed.priceInfos().subscribe();
    for (const event of Object.values(others)) source.next(event);
    const late: unknown[] = [];
    feed.candles(['A'], { interval: '5m' }).subscribe((candle) => late.push(candle));
    feed.markets(['SET'], { replay: false }).subscribe((status) => late.push(status));
    expect(late).toEqual([{ ...others.d, change: 'state', replayed: 'cache' }]);
    expect(feed.stats()).toMatchObject({ topics: { live: 0 }, otherTopics: { live: 4 } });
  });

  test('accounts for its emissions as a feed does: images, re-emissions, gaps, and the state of each topic', () => {
    const source = new Subject<FeedUpdate>();
    const feed = fakeFeed({ quotes: source });
    feed.quotes().subscribe();
    const { a, b } = quotes;
    for (const update of [a, b, gap, { ...a, state: 'suspect', change: 'state' } as const]) source.next(update);
    expect(feed.stats()).toMatchObject({
      received: 2,
      emitted: 2,
      reemitted: 1,
      gaps: 1,
      topics: { live: 1, suspect: 1, stale: 0 },
    });
    expect(isConserved(feed.stats())).toBe(true);
  });

  test('shows ten levels only to subscribers of depth 10', () => {
    marbles(({ cold, expectObservable }) => {
      const book = quoteOf({ symbol: 'A', depth: 10, bidPrices: [1], askPrices: [], bidVolumes: [1], askVolumes: [] });
      const feed = fakeFeed({ quotes: cold('a|', { a: book }) });
      expectObservable(feed.quotes(['A'], { depth: 10 })).toBe('a|', { a: book });
      expectObservable(feed.quotes(['A'])).toBe('a|', { a: quoteOf({ symbol: 'A' }) });
    });
  });

  test('completes on close, and records the calls of its methods', async () => {
    const feed = fakeFeed({ quotes: new Subject<Quote>() });
    let completed = 0;
    const count = {
      complete: () => {
        completed += 1;
      },
    };
    feed.quotes(['A']).subscribe(count);
    feed.updates().subscribe(count);
    feed.state$.subscribe(count);
    feed.reconnect({ renew: true });
    feed.tune({ linger: 1 });
    await feed.close();
    feed.quotes().subscribe(count);
    expect(completed).toBe(4);
    expect([feed.reconnects, feed.tunings]).toEqual([[{ renew: true }], [{ linger: 1 }]]);
    expect(isConserved(feed.stats())).toBe(true);
  });

  test.each([
    ['made for it', undefined],
    ['of the test’s own', NEVER],
    ['of the test’s own that goes on', new BehaviorSubject<ConnectionState>({ status: 'idle', since: 0 })],
  ])('completes its states on close, also for late subscribers, if they are %s', async (_whose, state$) => {
    const feed = fakeFeed({ quotes: NEVER, ...(state$ === undefined ? {} : { state$ }) });
    const ends: string[] = [];
    feed.state$.subscribe({ complete: () => ends.push('listener') });
    expect(ends).toEqual([]);
    await feed.close();
    feed.state$.subscribe({ complete: () => ends.push('latecomer') });
    expect(ends).toEqual(['listener', 'latecomer']);
  });

  test('throws an error of its source out of the test’s run, and never into a stream', () => {
    const observed: unknown[] = [];
    const run = (): void => {
      marbles(({ cold, hot, flush }) => {
        const feed = fakeFeed({ quotes: hot('a-#', quotes, new Error('mine')), state$: cold('---|') });
        const streams: readonly Observable<unknown>[] = [feed.quotes(['A']), feed.updates(), feed.state$];
        for (const stream of streams) {
          stream.subscribe({ error: (error: unknown) => observed.push(error) });
        }
        flush();
      });
    };
    expect(run).toThrow('fakeFeed.quotes errored, which a feed never does');
    expect(observed).toEqual([]);
  });

  test.each(['quotes', 'state$'])(
    'passes an error of %s, once, to RxJS’s handler of unhandled errors, with its cause',
    async (option) => {
      const cause = new Error('mine');
      const failing = throwError(() => cause);
      const { errors } = await escapedErrors(() => {
        const feed = fakeFeed({ quotes: NEVER, [option]: failing });
        let ends = 0;
        const count = (): void => {
          ends += 1;
        };
        const stream: Observable<unknown> = option === 'quotes' ? feed.quotes() : feed.state$;
        stream.subscribe({ error: count, complete: count });
        expect(ends).toBe(0);
      });
      expect(errors).toEqual([
        expect.objectContaining({ cause, message: expect.stringContaining(`fakeFeed.${option}`) }),
      ]);
    },
  );

  test('emits events of a custom type with all tags, and adds no field of a book to them', () => {
    interface Trade {
      readonly symbol: string;
      readonly price: number;
    }
    const trades = eventMarbles<Trade, 'a' | 'b' | 's'>({
      a: { symbol: 'A', price: 1 },
      b: { symbol: 'B', price: 2 },
      s: { symbol: 'A', price: 1, state: 'suspect', change: 'state' },
    });
    const tags = {
      kind: 'quote',
      epoch: 0,
      state: 'live',
      market: 'open',
      change: 'image',
      receivedAt: 0,
      monotonicAt: 0,
    };
    expect(trades.a).toEqual({ symbol: 'A', price: 1, ...tags });
    expect(isTradable(trades.a)).toBe(true);
    marbles(({ hot, expectObservable }) => {
      const feed = fakeFeed<Trade>({ quotes: hot('a-bg-s-|', { ...trades, g: gap }) });
      expectObservable(feed.quotes(['A']).pipe(map(({ price, state }) => `${String(price)} ${state}`))).toBe(
        'a----s-|',
        {
          a: '1 live',
          s: '1 suspect',
        },
      );
      expectObservable(feed.updates(['B'])).toBe('--bg---|', { ...trades, g: gap });
    });
  });

  test('refuses the same arguments as a feed', () => {
    const feed = fakeFeed({ quotes: new Subject<Quote>() });
    expect(() => feed.quotes(['#'])).toThrow(RangeError);
  });
});
