import type { Verdict } from '../judge/verdict.js';

const headings = [
  ...['fault', 'broker', 'expect', 'got', 'deadline', 'detected', 'recovered', 'connects', 'tokens', 'missing'],
  ...['unmarked', 'regressions', 'conserved', 'ok'],
];

const span = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1_000).toFixed(2)} s`);

function cells(row: Verdict): readonly string[] {
  return [
    ...[row.fault, row.broker, row.expect, row.got === row.expect ? 'the same' : row.got],
    ...[span(row.deadlineMs), span(row.detectedMs), span(row.recoveredMs)],
    ...[row.connects60s, row.tokenFetches60s, row.missing, row.unmarked, row.regressions].map(String),
    ...[row.conserved ? 'yes' : 'NO', row.ok ? 'ok' : 'FAILED'],
  ];
}

const markdown = (line: readonly string[]): string =>
  `| ${line.map((cell) => cell.replaceAll('|', '¦')).join(' | ')} |`;

/** The table as Markdown. */
export function markdownOf(rows: readonly Verdict[]): string {
  return [markdown(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map((row) => markdown(cells(row)))].join(
    '\n',
  );
}

/** The table for a terminal. */
export function tableOf(rows: readonly Verdict[]): string {
  const lines = [headings, ...rows.map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
