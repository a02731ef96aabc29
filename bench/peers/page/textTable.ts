import { boundLines } from './boundLines.js';
import { cell, columns } from './columns.js';
import { costLines } from './costLines.js';
import type { Report } from './report.js';

/** Lines whose columns are aligned: the first one to the left, the others to the right. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const pad = (text: string, index: number): string =>
    index === 0 ? text.padEnd(widths[index]!) : text.padStart(widths[index]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

/** All rows, costs and bounds of a run as tables for a terminal. */
export function textTable({ rows, costs, bounds }: Pick<Report, 'rows' | 'costs' | 'bounds'>): string {
  const head = ['row', ...columns.map(({ title }) => title)];
  const rowLines = rows.map(({ name, result }) => [name, ...columns.map((column) => cell(column, result))]);
  const tables = [[head, ...rowLines], costLines(costs), boundLines(bounds)];
  return tables
    .filter(({ length }) => length > 1)
    .map(aligned)
    .join('\n\n');
}
