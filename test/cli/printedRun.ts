import type { FeedStats, FeedUpdate, Quote } from '../../src/index.js';

/** A quote as `--json` prints it: a missing price, `NaN`, is `null`. */
export type PrintedQuote = Omit<Quote<1>, 'bid' | 'ask'> & { readonly bid: number | null; readonly ask: number | null };

/** An update as `--json` prints it. */
export type PrintedUpdate = Exclude<FeedUpdate, Quote> | PrintedQuote;

/** All that a run with `--json` printed. */
export interface PrintedRun {
  readonly updates: readonly PrintedUpdate[];
  readonly summary: FeedStats & { readonly conserved: boolean };
}

/** Whether something that `--json` printed is a quote. */
export function isPrintedQuote(update: { readonly kind?: string }): update is PrintedQuote {
  return update.kind === 'quote';
}

/** Reads the lines of a run: updates, then the summary as the last. */
export function readRun(lines: readonly string[]): PrintedRun {
  const values = lines.map((line) => JSON.parse(line) as unknown);
  const { summary } = values.at(-1) as Pick<PrintedRun, 'summary'>;
  return { updates: values.slice(0, -1) as PrintedUpdate[], summary };
}

/** Emits when every symbol had `count` live images in an epoch. */
export function livesInEpoch(epoch: number, symbols: readonly string[], times: number): (line: string) => boolean {
  const counts = new Map(symbols.map((symbol) => [symbol, 0]));
  return (line) => {
    const update = JSON.parse(line) as { readonly kind?: string };
    if (isPrintedQuote(update) && update.epoch === epoch && update.change === 'image' && update.state === 'live') {
      counts.set(update.symbol, (counts.get(update.symbol) ?? 0) + 1);
    }
    return [...counts.values()].every((count) => count >= times);
  };
}
