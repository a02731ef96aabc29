/** How to test code for events of your own type. In Jest, only the import of `expect` and `test` differs: `@jest/globals`. */
import { expect, test } from 'vitest';
import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Tagged } from 'rx-quotes';
import { createQuoteStore } from 'rx-quotes/store';
import { eventMarbles, fakeFeed } from 'rx-quotes/testing';
import { lastPrice, type Trade } from './lastTrade.js';

const trades = eventMarbles<Trade, 'a' | 'b' | 's' | 'p'>({
  a: { symbol: 'AOT', price: 62.25, side: 'buy' },
  b: { symbol: 'AOT', price: 62.5, side: 'sell' },
  s: { symbol: 'AOT', price: 62.5, side: 'sell', state: 'suspect', change: 'state' },
  p: { symbol: 'PTT', price: 33.5, side: 'buy' },
});

test('the last price of a symbol is undefined while its trade is suspect', () => {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  }).run(({ hot, expectObservable }) => {
    const feed = fakeFeed({ quotes: hot('-a-p-b--s--b', trades) });
    expectObservable(lastPrice(feed, 'AOT')).toBe('-a---b--u--b', { a: 62.25, b: 62.5, u: undefined });
  });
});

test('a store of a fake feed has the last trade of each symbol', () => {
  const source = new Subject<Tagged<Trade>>();
  const store = createQuoteStore(fakeFeed({ quotes: source }), ['AOT', 'PTT']);
  const leave = store.subscribe(() => undefined);
  for (const trade of [trades.a, trades.p, trades.s]) source.next(trade);
  // A change of state is shown at the end of the present task, together with the images before it.
  return Promise.resolve().then(() => {
    const shown = [...store.getSnapshot().values()].map(({ symbol, price, state }) => [symbol, price, state]);
    expect(shown).toEqual([
      ['AOT', 62.5, 'suspect'],
      ['PTT', 33.5, 'live'],
    ]);
    leave();
  });
});
