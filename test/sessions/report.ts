import type { JudgeScore, Pooled, Row } from './score.js';
import type { Bound } from './verdicts.js';

type Cell = string;

/** A table of markdown, its columns aligned: it is read on terminals too. */
function table(heads: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const widths = heads.map((head, column) => Math.max(3, head.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly Cell[]): string =>
    `| ${cells.map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(heads), rule, ...rows.map(line)].join('\n');
}

function time(ms: number): string {
  if (Number.isNaN(ms)) return '–';
  if (ms === Infinity) return 'never';
  if (ms < 99_950) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 5_970_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const rate = (value: number): string =>
  Number.isFinite(value) ? (value < 100 ? value.toFixed(2) : whole(value)) : '–';

function rows(heading: string, chosen: readonly Row[]): string {
  return table(
    [
      heading,
      'symbol-days',
      'false marks',
      'per 1,000',
      '95 % below',
      'deaths',
      'missed',
      'median',
      'mean',
      'p90',
      'oracle: median',
      'mean',
      'p90',
      'ratio',
    ],
    chosen.map(({ name, falseMarks, delays }) => [
      name,
      whole(falseMarks.symbolDays),
      whole(falseMarks.seen),
      rate(falseMarks.rate),
      rate(falseMarks.upper),
      ...(delays.deaths === 0
        ? ['', '', '', '', '', '', '', '', '']
        : [
            whole(delays.deaths),
            whole(delays.missed),
            ...[delays.median, delays.mean, delays.p90, delays.oracleMedian, delays.oracleMean, delays.oracleP90].map(
              time,
            ),
            delays.ratio.toFixed(2),
          ]),
    ]),
  );
}

const part = (value: number): string => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(0)} %`);

function pooled(chosen: readonly Pooled[]): string {
  return table(
    [
      'silent',
      'law',
      'outages',
      'found',
      'named',
      'median',
      'worst',
      'oracle: median',
      'worst',
      'in time',
      'named are dead',
      'dead are named',
    ],
    chosen.map((one) => [
      one.scope,
      one.law,
      ...[one.outages, one.found, one.named].map(whole),
      ...[one.median, one.worst, one.oracleMedian, one.oracleWorst].map(time),
      whole(one.inTime),
      part(one.right),
      part(one.all),
    ]),
  );
}

/** One judge's tables; `brief` leaves out what a fixed rule has no use for. */
export function tablesOf(score: JudgeScore, first: JudgeScore | undefined): string {
  const { total } = score;
  const lines = [
    `### ${score.name}`,
    `${whole(total.seen)} false marks in ${whole(total.symbolDays)} symbol-days: ${rate(total.rate)} per 1,000, ` +
      `between ${rate(total.lower)} and ${rate(total.upper)} by 95 % each; ${whole(score.falseWhileNotOpen)} of them while the market was not open. ` +
      `${whole(score.falseAlarms)} false alarms of share, market and feed, ${whole(score.alarmsWhileNotOpen)} of them while no market was open.`,
  ];
  if (score.agreement.decidable > 0) {
    lines.push(
      `Of ${whole(score.agreement.decidable)} deaths it said rightly of ${whole(score.agreement.agreed)} whether they can be noticed alone.`,
    );
  }
  if (first !== undefined) {
    lines.push(
      `On its first day, having learned nothing: ${whole(first.total.seen)} false marks in ${whole(first.total.symbolDays)} symbol-days, ` +
        `${rate(first.total.rate)} per 1,000, below ${rate(first.total.upper)} by 95 %; ${whole(first.falseAlarms)} false alarms.`,
    );
  }
  lines.push(
    rows('law', score.byLaw),
    rows('law and rate', score.byLawAndClass),
    rows('kind of day', score.byKind),
    rows('habit', score.byProfile),
  );
  if (score.pooled.length > 0) lines.push(pooled(score.pooled));
  if (score.slow.length > 0) lines.push('At less than 100 messages a second:', pooled(score.slow));
  return lines.join('\n\n');
}

export function boundLines(found: readonly Bound[]): string {
  return found
    .map(({ name, holds, found: what }) => `${holds ? 'ok    ' : 'FAILED'} ${name.padEnd(52)} ${what}`)
    .join('\n');
}
