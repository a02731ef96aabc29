import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { referencePrice } from '../../../src/testing/venue/market/defaultSymbols.js';
import { Instrument } from '../../../src/testing/venue/market/instrument.js';
import { boardLot, OrderBook } from '../../../src/testing/venue/market/orderBook.js';
import { phaseRules, sessionPhases } from '../../../src/testing/venue/market/sessionPhase.js';
import { seededRandom } from '../../../src/testing/venue/market/seededRandom.js';
import { onGrid, tickAbove, tickAt, tickBelow } from '../../../src/testing/venue/market/tickTable.js';

/** Prices of the grid between 1 and 1000 baht, in satang. */
const gridPrice = fc.integer({ min: 100, max: 100_000 }).map(onGrid);

/** The exchange's table in baht, written down a second time. */
const table = [
  [0.01, 1.99, 0.01],
  [2, 4.98, 0.02],
  [5, 9.95, 0.05],
  [10, 24.9, 0.1],
  [25, 99.75, 0.25],
  [100, 199.5, 0.5],
  [200, 399, 1],
  [400, 4_000, 2],
] as const;

test.each(table)('the tick from %d to %d baht is %d', (from, to, tick) => {
  for (const price of [from, to]) expect(tickAt(Math.round(price * 100)) / 100).toBe(tick);
});

test('one tick up and one down lead back to the same price, also at the edges of a price band', () => {
  fc.assert(
    fc.property(gridPrice, (price) => {
      expect(tickBelow(tickAbove(price))).toBe(price);
      expect(tickAbove(tickBelow(price))).toBe(price);
    }),
  );
});

/** Finds a broken promise of a book after a step; compared by hand, as an `expect` each would take minutes. */
function faultOf({ bids, asks }: Pick<OrderBook, 'bids' | 'asks'>, reference: number): string | undefined {
  if (!((bids.prices[9] as number) >= reference * 0.7)) return 'below the day’s limit';
  if (!((asks.prices[9] as number) <= reference * 1.3)) return 'above the day’s limit';
  if ((bids.prices[0] as number) >= (asks.prices[0] as number)) return 'crossed';
  for (const [{ prices, volumes }, next] of [[bids, tickBelow] as const, [asks, tickAbove] as const]) {
    if (prices.length !== 10 || volumes.length !== 10) return 'not ten levels';
    if (prices.some((price, level) => level > 0 && price !== next(prices[level - 1] as number))) return 'levels apart';
    if (prices.some((price) => price % tickAt(price) !== 0 || price <= 0)) return 'off the grid';
    if (volumes.some((volume) => volume < boardLot || volume % boardLot !== 0)) return 'not board lots';
  }
  return undefined;
}

describe('an order book', () => {
  it('never crosses, stays on the grid in board lots and within the day’s limits, over 100,000 steps', () => {
    fc.assert(
      fc.property(gridPrice, fc.string(), (reference, seed) => {
        const book = new OrderBook(reference, seededRandom(seed));
        for (let step = 0; step < 5_000; step++) {
          book.step();
          const fault = faultOf(book, reference);
          if (fault !== undefined) expect(fault).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  it('changes on both sides, in best prices and volumes', () => {
    const book = new OrderBook(6_200, seededRandom('moves'));
    const received = { bid: new Set<number>(), ask: new Set<number>(), volume: new Set<number>(), trades: 0 };
    for (let step = 0; step < 2_000; step++) {
      if (book.step() !== undefined) received.trades += 1;
      received.bid.add(book.bids.prices[0] as number);
      received.ask.add(book.asks.prices[0] as number);
      received.volume.add(book.bids.volumes[3] as number);
    }
    expect(Math.min(received.bid.size, received.ask.size, received.volume.size, received.trades)).toBeGreaterThan(3);
  });

  it('is the same with the same seed, and differs with another seed', () => {
    const path = (seed: string): unknown[] => {
      const book = new OrderBook(6_200, seededRandom(seed));
      return Array.from({ length: 200 }, () => [book.step(), book.bids, book.asks]);
    };
    expect(path('1/AOT')).toEqual(path('1/AOT'));
    expect(path('1/AOT')).not.toEqual(path('2/AOT'));
  });
});

const instrument = (phase: keyof typeof phaseRules): Instrument =>
  new Instrument('AOT', referencePrice('AOT'), phaseRules[phase], seededRandom('1/AOT'));

describe('an instrument', () => {
  it('shows auction orders first, with a volume, a flag and no price, and not in continuous trading', () => {
    const aot = instrument('pre-open1');
    const before = aot.image();
    expect(before).toMatchObject({ bidFlag: 'ato', askFlag: 'ato', bid: NaN, ask: NaN });
    expect(before.bidVolume).toBeGreaterThan(0);
    expect(before.bidPrices.slice(1).every((price) => price > 0)).toBe(true);
    aot.enter(phaseRules.open1);
    expect(aot.image()).toMatchObject({ bidFlag: 'normal', askFlag: 'normal', bid: before.bidPrices[1] });
    aot.enter(phaseRules.call);
    expect(aot.image()).toMatchObject({ bidFlag: 'atc', bid: NaN });
  });

  it('makes the auction’s trade when the auction ends, as projected', () => {
    const aot = instrument('pre-open1');
    const projected = aot.projected!;
    aot.enter(phaseRules.open1);
    expect(aot.totals).toMatchObject({ last: projected.price, volume: projected.volume });
    expect(aot.projected).toBeUndefined();
  });

  it.each(sessionPhases.filter((phase) => !phaseRules[phase].isMoving))('does not change in %s', (phase) => {
    const aot = instrument(phase);
    const before = aot.image();
    for (let step = 0; step < 50; step++) expect(aot.step()).toBe(false);
    expect(aot.image()).toEqual(before);
  });

  it('keeps a range that contains its last price, and totals that only grow', () => {
    const aot = instrument('open1');
    let before = 0;
    for (let step = 0; step < 5_000; step++) {
      if (!aot.step()) continue;
      const { last, high, low, volume } = aot.totals;
      expect(low <= last && last <= high && volume > before).toBe(true);
      before = volume;
    }
    expect(before).toBeGreaterThan(0);
  });
});
