import { describe, expect, test } from 'vitest';
import { alwaysOpen, isTradable, type MarketState, type Quote } from '../../src/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';
import { eventScene } from '../support/eventScene.js';

interface Prices {
  readonly symbol: string;
  readonly bid: number;
  readonly ask: number;
}

/** The results of `isTradable`, its `bid` and its `ask` for the quote that a feed makes of an event in an open market. */
function verdict(event: object, market: MarketState = 'open'): readonly [both: boolean, bid: boolean, ask: boolean] {
  const { feed, send } = eventScene<Prices>({ market: () => market });
  let said: readonly [boolean, boolean, boolean] | undefined;
  feed.quotes(['A']).subscribe((quote) => (said = [isTradable(quote), isTradable.bid(quote), isTradable.ask(quote)]));
  send({ symbol: 'A', ...event });
  if (said === undefined) throw new Error('there was no quote');
  return said;
}

describe('a live quote of an open market', () => {
  test('is tradable on both sides when its bid and ask are numbers', () => {
    expect(verdict({ bid: 62, ask: 62.25 })).toEqual([true, true, true]);
    expect(verdict({ bid: -1, ask: 0 })).toEqual([true, true, true]);
  });

  test.each([['x'], [null], [undefined], [Number.NaN], ['62'], [62n], [{}]])(
    'is tradable only on the other side if one side is %s',
    (none) => {
      expect(verdict({ bid: none, ask: 62.25 })).toEqual([false, false, true]);
      expect(verdict({ bid: 62, ask: none })).toEqual([false, true, false]);
      expect(verdict({ bid: none, ask: none })).toEqual([false, false, false]);
    },
  );

  test('is not tradable on a side whose price is infinite', () => {
    expect(verdict({ bid: -Infinity, ask: 62.25 })).toEqual([false, false, true]);
    expect(verdict({ bid: 62, ask: Infinity })).toEqual([false, true, false]);
  });

  test('is tradable without bid and ask if its events have none, but on neither side alone', () => {
    expect(verdict({ price: 62 })).toEqual([true, false, false]);
  });

  test('is tradable only on its one side if its event leaves the other out', () => {
    expect(verdict({ bid: 62 })).toEqual([false, true, false]);
    expect(verdict({ ask: 62.25 })).toEqual([false, false, true]);
  });

  test('is not tradable when its book is crossed, though a side is flagged as in an auction', () => {
    expect(verdict({ bid: 2, ask: 1, bidFlag: 'ato' })).toEqual([false, false, false]);
    expect(verdict({ bid: 2, ask: 1, askFlag: 'atc' })).toEqual([false, false, false]);
    expect(verdict({ bid: 1, ask: 2, bidFlag: 'ato' })).toEqual([true, true, true]);
  });

  test('of another program is not tradable, and causes no error, with an invalid market', () => {
    for (const market of ['OPEN', 'toString', undefined, null]) {
      const quote = { ...quoteOf({ symbol: 'A', bid: 62, ask: 62.25 }), market } as unknown as Quote;
      expect([isTradable(quote), isTradable.bid(quote), isTradable.ask(quote)]).toEqual([false, false, false]);
    }
  });

  test('is not tradable if the bid or ask that it inherits is no number', () => {
    const quote = { state: 'live', market: 'open' } as const;
    expect(isTradable(Object.assign(Object.create({ bid: Number.NaN }) as object, quote))).toBe(false);
  });

  test('is tradable in no other state and in no other market', () => {
    const good = quoteOf({ symbol: 'A', bid: 62, ask: 62.25 });
    const checks: readonly ((quote: Quote) => boolean)[] = [isTradable, isTradable.bid, isTradable.ask];
    for (const check of checks) {
      expect(check(good)).toBe(true);
      for (const state of ['awaiting', 'quiet', 'suspect', 'stale', 'refused'] as const) {
        expect(check({ ...good, state })).toBe(false);
      }
      for (const market of ['auction', 'halted', 'closed', 'unknown'] as const) {
        expect(check({ ...good, market })).toBe(false);
      }
      for (const implausible of ['crossed', 'disordered'] as const) {
        expect(check({ ...good, implausible })).toBe(false);
      }
    }
  });

  test('is tradable at any time with the calendar that is always open', () => {
    const { feed, send } = eventScene<Prices>({ venue: { calendar: alwaysOpen } });
    const said: boolean[] = [];
    feed.quotes(['A']).subscribe((quote) => said.push(isTradable(quote)));
    send({ symbol: 'A', bid: 62, ask: 62.25 });
    expect(said).toEqual([true]);
    expect(alwaysOpen.at(0, 'A')).toEqual({ market: 'open' });
  });
});

describe('a bid that is not below the ask', () => {
  test.each([
    ['above it', 62.5],
    ['equal to it', 62.25],
  ])('(%s) marks the event of any decoder as crossed, and it is not tradable', (_, bid) => {
    const { quotes, send } = eventScene();
    send({ symbol: 'A', bid, ask: 62.25 });
    expect(quotes).toEqual([expect.objectContaining({ implausible: 'crossed' })]);
    expect(verdict({ bid, ask: 62.25 })).toEqual([false, false, false]);
  });

  test.each(['open', 'halted', 'closed', 'unknown'] as const)('is marked in a market that is %s', (market) => {
    const { quotes, send } = eventScene({ market: () => market });
    send({ symbol: 'A', bid: 2, ask: 1 });
    expect(quotes).toEqual([expect.objectContaining({ market, implausible: 'crossed' })]);
  });

  test('is not marked in an auction, nor if a side is flagged as in one', () => {
    const auction = eventScene({ market: () => 'auction' });
    auction.send({ symbol: 'A', bid: 2, ask: 1 });
    const flagged = eventScene();
    flagged.send({ symbol: 'A', bid: 2, ask: 1, bidFlag: 'ato' });
    flagged.send({ symbol: 'A', bid: 2, ask: 1, askFlag: 'atc' });
    for (const quote of [...auction.quotes, ...flagged.quotes]) expect(quote).not.toHaveProperty('implausible');
    expect([auction.quotes.length, flagged.quotes.length]).toEqual([1, 2]);
  });

  test('is marked when its auction ends, also before another message comes', () => {
    let market: MarketState = 'auction';
    const { fake, quotes, send } = eventScene({ market: () => market });
    send({ symbol: 'A', bid: 2, ask: 1 });
    market = 'open';
    fake.drop();
    expect(quotes).toHaveLength(2);
    expect(quotes[0]).not.toHaveProperty('implausible');
    expect(quotes[1]).toMatchObject({ change: 'state', implausible: 'crossed' });
  });

  test.each([
    ['one price is missing', { bid: 2, ask: Number.NaN }],
    ['the prices are text', { bid: '2', ask: '1' }],
    ['the bid is below the ask', { bid: 1, ask: 2 }],
  ])('is ignored when %s', (_, prices) => {
    const { quotes, send } = eventScene();
    send({ symbol: 'A', ...prices });
    expect(quotes).toHaveLength(1);
    expect(quotes[0]).not.toHaveProperty('implausible');
  });
});

describe('the mark of a decoder', () => {
  test('is kept, except that a crossed book has none in an auction', () => {
    for (const [market, implausible, expected] of [
      ['open', 'disordered', 'disordered'],
      ['auction', 'disordered', 'disordered'],
      ['open', 'crossed', 'crossed'],
      ['auction', 'crossed', undefined],
    ] as const) {
      const { quotes, send } = eventScene({ market: () => market });
      send({ symbol: 'A', implausible });
      expect(quotes).toHaveLength(1);
      if (expected === undefined) expect(quotes[0]).not.toHaveProperty('implausible');
      else expect(quotes[0]).toMatchObject({ implausible: expected });
    }
  });
});
