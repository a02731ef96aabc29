/** How to test code that uses a feed: time is a marble diagram, and a fake feed emits the values of the diagram. */
import { fakeFeed, quoteMarbles } from 'rx-quotes/testing';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { isTight } from './spreads.js';

function inMarbles(work: Parameters<TestScheduler['run']>[0]): void {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  }).run(work);
}

const quotes = quoteMarbles({
  t: { symbol: 'AOT', bid: 62.25, ask: 62.5 },
  w: { symbol: 'AOT', bid: 62.25, ask: 63 },
  // The same quote again, after the link was lost: the feed shows this in the stream.
  s: { symbol: 'AOT', bid: 62.25, ask: 62.5, state: 'suspect', change: 'state' },
  n: { symbol: 'AOT', bid: 62.25 },
  o: { symbol: 'PTT', bid: 33.5, ask: 33.75 },
});

test('a spread is tight or not, and only changes are emitted', () => {
  inMarbles(({ hot, expectObservable }) => {
    const feed = fakeFeed({ quotes: hot('-t-t-w-w-t', quotes) });
    expectObservable(isTight(feed, 'AOT', 0.25)).toBe('-t---f---t', { t: true, f: false });
  });
});

test('a dead price is not tight, however good it looks', () => {
  inMarbles(({ hot, expectObservable }) => {
    const feed = fakeFeed({ quotes: hot('-t--s----t', quotes) });
    expectObservable(isTight(feed, 'AOT', 0.25)).toBe('-t--f----t', { t: true, f: false });
  });
});

test('a missing side is not tight, and another symbol says nothing of this one', () => {
  inMarbles(({ hot, expectObservable }) => {
    const feed = fakeFeed({ quotes: hot('-o-n-o-t', quotes) });
    expectObservable(isTight(feed, 'AOT', 0.25)).toBe('---f---t', { t: true, f: false });
  });
});
