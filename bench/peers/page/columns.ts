import type { FigureName, Result, Spread } from '../figures.js';

/** A figure as tables show it. */
export interface Column {
  readonly title: string;
  readonly figure: FigureName;
  /** Decimals. */
  readonly digits: number;
  /** The factor of the figure. 1 when left out. */
  readonly factor?: number;
}

export const columns: readonly Column[] = [
  { title: 'received/s', figure: 'received', digits: 0 },
  { title: 'delivered/s', figure: 'delivered', digits: 0 },
  { title: 'conflated %', figure: 'conflated', digits: 0, factor: 100 },
  { title: 'CPU µs/delivered', figure: 'cpu', digits: 2 },
  { title: 'p50 ms', figure: 'p50', digits: 2, factor: 1e-3 },
  { title: 'p99 ms', figure: 'p99', digits: 2, factor: 1e-3 },
  { title: 'p99.9 ms', figure: 'p999', digits: 2, factor: 1e-3 },
  { title: 'garbage MB/million', figure: 'garbage', digits: 0 },
  { title: 'RSS MB', figure: 'rss', digits: 0 },
];

/** A number with so many decimals, thousands apart. */
export function shown(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A median, and the least and most of the rounds where they differ. */
export function spreadCell(spread: Spread, digits: number, factor = 1): string {
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => shown(value * factor, digits));
  return min === max ? median! : `${median!} (${min!}–${max!})`;
}

/** A figure as a cell of a table; a dash where there is no such figure. */
export function cell({ figure, digits, factor }: Column, result: Result): string {
  const spread = result[figure];
  return spread === undefined ? '–' : spreadCell(spread, digits, factor);
}
