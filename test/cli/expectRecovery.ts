import { expect } from 'vitest';
import { demoSymbols } from '../../src/cli/options/demo.js';
import type { Gap } from '../../src/index.js';
import { isPrintedQuote, type PrintedQuote, type PrintedRun } from './printedRun.js';

/** The symbols of the demonstration; the golden payloads have moving books of the same. */
export const fiveSymbols: readonly string[] = demoSymbols;

/** Five symbols whose link is lost once: each is doubted at once, and live again with its own next image. */
export function expectRecovery({ updates, summary }: PrintedRun): void {
  const quotes = updates.filter(isPrintedQuote);
  expect(new Set(quotes.map(({ symbol }) => symbol))).toEqual(new Set(fiveSymbols));

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
  // An event between the last line and the close has no subscriber.
  expect(summary.emitted).toBeGreaterThanOrEqual(quotes.filter(({ change }) => change === 'image').length);
}
