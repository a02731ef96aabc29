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

/** The outcome of a row: a promise beyond its expectation is named only where it was broken. */
function outcome({ ok, broker, got, expect, unmarked, regressions, conserved }: Verdict): string {
  if (ok) return 'ok';
  const broken = [
    ...(got === expect ? [] : [`got ${got}`]),
    ...(unmarked === 0 ? [] : [`${String(unmarked)} unmarked`]),
    ...(regressions === 0 ? [] : [`${String(regressions)} regressions`]),
    ...(conserved ? [] : ['not conserved']),
  ];
  return ['FAILED', broker, ...broken].join(', ');
}

/** The table as Markdown: a line for each fault, with its figures by broker. */
export function markdownOf(rows: readonly Verdict[]): string {
  const heads = [
    ...['fault', 'brokers', 'expect', 'deadline, s', 'detected, s', 'recovered, s', 'connects', 'tokens', 'missing'],
    'ok',
  ];
  const lines = [...new Set(rows.map(({ fault }) => fault))].map((fault) => {
    const some = rows.filter((row) => row.fault === fault);
    const figures = (of: (row: Verdict) => string): string => some.map(of).join(' / ');
    const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1_000).toFixed(2));
    const outcomes = new Set(some.map(outcome));
    return markdown([
      ...[fault, figures(({ broker }) => broker), some[0]?.expect ?? '', seconds(some[0]?.deadlineMs ?? null)],
      ...[figures(({ detectedMs }) => seconds(detectedMs)), figures(({ recoveredMs }) => seconds(recoveredMs))],
      ...[figures(({ connects60s }) => String(connects60s)), figures((row) => String(row.tokenFetches60s))],
      ...[figures((row) => String(row.missing)), [...outcomes].join('; ')],
    ]);
  });
  return [markdown(heads), `|${'---|'.repeat(heads.length)}`, ...lines].join('\n');
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
