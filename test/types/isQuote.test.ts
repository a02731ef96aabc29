import { NEVER, type Observable, filter } from 'rxjs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type FeedUpdate, type Gap, type Quote, type SymbolStatus, type Tagged, isQuote } from '../../src/index.js';

interface Rate {
  readonly symbol: string;
  readonly mid: number;
}

/** The type that is left for the compiler after each step; run for the line coverage of the types only. */
function steps(update: FeedUpdate<Rate>): string {
  if (isQuote(update)) {
    expectTypeOf(update).toEqualTypeOf<Tagged<Rate>>();
    return 'quote';
  }
  expectTypeOf(update).toEqualTypeOf<Gap | SymbolStatus>();
  return update.kind;
}

function afterGaps(update: FeedUpdate<Rate>): string {
  if (update.kind === 'gap') return 'gap';
  if (isQuote(update)) {
    expectTypeOf(update).toEqualTypeOf<Tagged<Rate>>();
    return update.symbol;
  }
  expectTypeOf(update).toEqualTypeOf<SymbolStatus>();
  return update.state;
}

describe('isQuote', () => {
  it('narrows an update to its quote, and the other branch to the rest, also after gaps are excluded', () => {
    const gap: Gap = { kind: 'gap', phase: 'open', cause: 'link', fromEpoch: 0, lostAt: 0, topics: [] };
    const status: SymbolStatus = { kind: 'status', symbol: 'AOT', state: 'awaiting', market: 'unknown', at: 0 };
    expect([steps(gap), afterGaps(gap), steps(status), afterGaps(status)]).toEqual([
      'gap',
      'gap',
      'status',
      'awaiting',
    ]);
  });

  it('gives filter the type of the quotes without an annotation', () => {
    const rates$ = (NEVER as Observable<FeedUpdate<Rate>>).pipe(filter(isQuote));
    expectTypeOf(rates$).toEqualTypeOf<Observable<Tagged<Rate>>>();
    const quotes$ = (NEVER as Observable<FeedUpdate>).pipe(filter(isQuote));
    expectTypeOf(quotes$).toExtend<Observable<Quote>>();
  });
});
