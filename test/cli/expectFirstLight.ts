import { expect } from 'vitest';
import type { Gap } from '../../src/index.js';
import { goldenBidOfferV3 } from '../support/goldenBidOfferV3.js';
import { isPrintedQuote, type PrintedQuote, type PrintedRun } from './printedRun.js';

/** The symbols with moving books among the golden payloads. */
export const fiveSymbols: readonly string[] = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

type Top = Pick<PrintedQuote, 'bid' | 'ask' | 'bidVolume' | 'askVolume'>;

/** Moving books of a symbol, in the order they are published. */
export function movingBooks(symbol: string): typeof goldenBidOfferV3 {
  return goldenBidOfferV3.filter(({ name }) => name.startsWith(`${symbol}/`));
}

function goldenTops(symbol: string): readonly Top[] {
  return movingBooks(symbol).map(({ expected }) => {
    const { bidPrices, askPrices, bidVolumes, askVolumes } = expected!;
    const number = (text: string | null | undefined): number => Number(text!);
    return {
      bid: number(bidPrices[0]),
      ask: number(askPrices[0]),
      bidVolume: number(bidVolumes[0]),
      askVolume: number(askVolumes[0]),
    };
  });
}

function same(a: Top, b: Top): boolean {
  return a.bid === b.bid && a.ask === b.ask && a.bidVolume === b.bidVolume && a.askVolume === b.askVolume;
}

/** How few golden books are passed over when the images are found one after the other from `start`, round and round. */
function passedOver(images: readonly Top[], golden: readonly Top[], start: number): number {
  let [at, passed] = [start, 0];
  for (const image of images) {
    const steps = golden.findIndex((_, step) => same(golden[(at + step) % golden.length]!, image));
    if (steps < 0) return Infinity;
    passed += steps;
    at += steps + 1;
  }
  return passed;
}

/** Every image is a golden book, number for number, and each follows the one before it: a conflated one may be missing. */
function expectGoldenInOrder({ updates, summary }: PrintedRun, symbol: string, epoch: number): void {
  const golden = goldenTops(symbol);
  const images = updates
    .filter(isPrintedQuote)
    .filter((quote) => quote.symbol === symbol && quote.epoch === epoch && quote.change === 'image');
  expect(images.length, `images of ${symbol} in epoch ${epoch}`).toBeGreaterThan(0);
  // Where the recording stood when the link came up is not known.
  const fewest = Math.min(...golden.map((_, start) => passedOver(images, golden, start)));
  expect(fewest, `golden books of ${symbol} passed over in epoch ${epoch}`).toBeLessThanOrEqual(summary.conflated);
}

/** What first light promises: five symbols, golden prices in order, and a loss of trust that shows and heals. */
export function expectFirstLight(run: PrintedRun): void {
  const { updates, summary } = run;
  const quotes = updates.filter(isPrintedQuote);
  expect(new Set(quotes.map(({ symbol }) => symbol))).toEqual(new Set(fiveSymbols));
  for (const symbol of fiveSymbols) for (const epoch of [0, 1]) expectGoldenInOrder(run, symbol, epoch);

  const epochs = quotes.map(({ epoch }) => epoch);
  expect(epochs, 'epochs never fall').toEqual(epochs.toSorted((a, b) => a - b));

  const gaps = updates.filter((update): update is Gap => update.kind === 'gap');
  expect(gaps).toEqual([
    expect.objectContaining({ phase: 'open', cause: 'link', fromEpoch: 0 }),
    expect.objectContaining({ phase: 'closed', cause: 'link', fromEpoch: 0, toEpoch: 1 }),
  ]);
  const [opened, closed] = gaps.map((gap) => updates.indexOf(gap)) as [number, number];
  expect(gaps[0]!.topics).toHaveLength(fiveSymbols.length);

  const between = updates.slice(opened + 1, closed);
  expect(between.map((update) => isPrintedQuote(update) && update.symbol).sort()).toEqual([...fiveSymbols].sort());
  const after = updates.slice(closed + 1).filter(isPrintedQuote);
  for (const symbol of fiveSymbols) {
    const ofSymbol = (quote: PrintedQuote): boolean => quote.symbol === symbol;
    const {
      state: _before,
      change: _how,
      replayed: _kind,
      ...last
    } = updates.slice(0, opened).filter(isPrintedQuote).findLast(ofSymbol)!;
    expect(between.filter(isPrintedQuote).find(ofSymbol)).toEqual({ ...last, state: 'suspect', change: 'state' });
    expect(
      after.filter(ofSymbol).map(({ state }) => state),
      `${symbol} after the gap`,
    ).toContain('live');
    expect(after.findLast(ofSymbol)).toMatchObject({ state: 'live', epoch: 1 });
  }

  expect(summary).toMatchObject({
    conserved: true,
    gaps: 1,
    epoch: 1,
    attempts: expect.any(Number),
    inFlight: 0,
    rejected: {},
  });
  // One that comes between the last line and the close is emitted to nobody.
  expect(summary.emitted).toBeGreaterThanOrEqual(quotes.filter(({ change }) => change === 'image').length);
}
