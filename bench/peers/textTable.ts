import type { FigureName, Result, Spread } from './figures.js';
import type { ReportRow } from './report.js';

interface Column {
  readonly title: string;
  readonly figure: FigureName;
  readonly digits: number;
  readonly factor?: number;
}

const columns: readonly Column[] = [
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

const number = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function cell({ figure, digits, factor = 1 }: Column, result: Result): string {
  const spread: Spread | undefined = result[figure];
  if (spread === undefined) return '–';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => number(value * factor, digits));
  return min === max ? median! : `${median!} (${min!}–${max!})`;
}

/** Titles of the columns, the row's name first. */
export function tableHead(): readonly string[] {
  return ['row', ...columns.map(({ title }) => title)];
}

/** A row's figures as text: medians, with the least and most of its rounds. */
export function tableCells(name: string, { result }: Pick<ReportRow, 'result'>): readonly string[] {
  return [name, ...columns.map((column) => cell(column, result))];
}

/** A table for a terminal. */
export function textTable(rows: readonly ReportRow[]): string {
  const lines = [tableHead(), ...rows.map((row) => tableCells(row.name, row))];
  const widths = tableHead().map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines
    .map((line) =>
      line
        .map((text, index) => (index === 0 ? text.padEnd(widths[index]!) : text.padStart(widths[index]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
