import { expect } from 'vitest';
import { goldenBidOfferV3 } from '../support/goldenBidOfferV3.js';
import { expectRecovery, fiveSymbols } from './expectRecovery.js';
import { isPrintedQuote, type PrintedQuote, type PrintedRun } from './printedRun.js';

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

/** The promises of first light: golden prices in order over real sockets, and a loss of trust that shows and heals. */
export function expectFirstLight(run: PrintedRun): void {
  for (const symbol of fiveSymbols) for (const epoch of [0, 1]) expectGoldenInOrder(run, symbol, epoch);
  expectRecovery(run);
}
