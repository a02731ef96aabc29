import { cell, columns } from './columns.js';
import type { ReportRow } from './report.js';

/** All rows as a table for a terminal. */
export function textTable(rows: readonly ReportRow[]): string {
  const head = ['row', ...columns.map(({ title }) => title)];
  const lines = [head, ...rows.map(({ name, result }) => [name, ...columns.map((column) => cell(column, result))])];
  const widths = head.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const pad = (text: string, index: number): string =>
    index === 0 ? text.padEnd(widths[index]!) : text.padStart(widths[index]!);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}
