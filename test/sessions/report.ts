import type { Options } from './options.js';
import type { JudgeScore, OutageRow, Row } from './score.js';
import { minute } from './timetable.js';
import { usualSymbols } from './universe.js';
import type { Bound } from './verdicts.js';

type Cell = string;

/** A table of markdown with aligned columns, so that it is readable on terminals, too. */
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
const percent = (part: number, digits = 0): string => (Number.isNaN(part) ? '–' : `${(100 * part).toFixed(digits)} %`);

function rowTable(heading: string, rows: readonly Row[]): string {
  return table(
    [
      heading,
      'symbol-days',
      'false marks',
      'per 1,000',
      '95 % below',
      'quiet, living',
      'deaths',
      'missed',
      'median',
      'mean',
      'oracle mean',
      'ratio',
      'quiet ratio',
    ],
    rows.map(({ name, falseMarks, delays, quiet }) => [
      name,
      whole(falseMarks.symbolDays),
      whole(falseMarks.seen),
      rate(falseMarks.rate),
      rate(falseMarks.upper),
      percent(quiet.living, 2),
      ...(delays.deaths === 0
        ? ['', '', '', '', '', '', '']
        : [
            whole(delays.deaths),
            whole(delays.missed),
            ...[delays.median, delays.mean, delays.oracleMean].map(time),
            delays.ratio.toFixed(2),
            quiet.ratio.toFixed(2),
          ]),
    ]),
  );
}

function outageTable(rows: readonly OutageRow[]): string {
  return table(
    [
      'silent',
      'law',
      'outages',
      'found',
      'by scope',
      'in time',
      'median',
      'worst',
      'oracle median',
      'oracle worst',
      'named are dead',
      'dead are named',
    ],
    rows.map((one) => [
      one.scope,
      one.law,
      ...[one.outages, one.found, one.named, one.inTime].map(whole),
      ...[one.median, one.worst, one.oracleMedian, one.oracleWorst].map(time),
      percent(one.right),
      percent(one.all),
    ]),
  );
}

/** One line for each judge. */
export function summary(scores: readonly JudgeScore[]): string {
  return table(
    [
      'judge',
      'symbol-days',
      'false marks',
      'per 1,000',
      '95 % below',
      'while not open',
      'quiet, living',
      'false alarms: feed',
      'market',
      'partial',
    ],
    scores.map(({ name, total: { falseMarks, quiet }, falseWhileNotOpen, alarms }) => [
      name,
      ...[falseMarks.symbolDays, falseMarks.seen].map(whole),
      ...[falseMarks.rate, falseMarks.upper].map(rate),
      whole(falseWhileNotOpen),
      percent(quiet.living, 2),
      ...(['feed', 'market', 'partial'] as const).map((scope) =>
        whole(alarms.filter((alarm) => alarm.scope === scope).length),
      ),
    ]),
  );
}

const clock = (at: number): string => {
  const minutes = Math.floor(at / minute) + 8 * 60;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
};

/** The terminal shows no more false alarms than this. */
const alarmsShown = 20;

/** All tables of one judge, for the terminal. */
export function tablesOf(score: JudgeScore): string {
  const lines = [
    `### ${score.name}`,
    rowTable('law and rate', score.byLawAndClass),
    rowTable('with a habit', score.habitsByLawAndClass),
    rowTable('habit', score.byProfile),
    rowTable('kind of day', score.byKind),
  ];
  if (score.alarms.length > 0) {
    const shown = score.alarms.slice(0, alarmsShown);
    lines.push(
      `False alarms${score.alarms.length > shown.length ? ', the first of them' : ''}: ` +
        shown.map(({ scope, day, at }) => `${scope} at ${clock(at)} (${day})`).join('; '),
    );
  }
  if (score.fast.length > 0) lines.push('At 100 messages a second or more:', outageTable(score.fast));
  if (score.slow.length > 0) lines.push('At less than 100 messages a second:', outageTable(score.slow));
  return lines.join('\n\n');
}

/** `FAILED` marks a bound that must hold, `missed` an aim. */
export function boundLines(bounds: readonly Bound[]): string {
  return bounds
    .map(({ name, must, holds, asked, found }) => {
      const result = holds ? 'ok' : must ? 'FAILED' : 'missed';
      return `${result.padEnd(6)} ${must ? 'must' : 'aim '} ${name.padEnd(58)} ${found}; asked: ${asked}`;
    })
    .join('\n');
}

function boundTable(bounds: readonly Bound[]): string {
  return table(
    ['bound', 'kind', 'asked', 'found', 'holds'],
    bounds.map(({ name, must, asked, found, holds }) => [
      name,
      must ? 'must' : 'aim',
      asked,
      found,
      holds ? 'yes' : '**no**',
    ]),
  );
}

/** The days of a run in words, with its command. */
function daysOf({ seed, warmUp, symbols, heldOut }: Options, days: number): string {
  const learning = `${String(warmUp)} normal day${warmUp === 1 ? '' : 's'}`;
  const args = [
    ...(seed === 1 ? [] : ['--seed', String(seed)]),
    ...(warmUp === 5 ? [] : ['--warm-up', String(warmUp)]),
    ...(heldOut ? ['--held-out'] : []),
    ...(symbols === usualSymbols ? [] : ['--symbols', String(symbols)]),
  ];
  return (
    `${whole(days)} judged days of ${whole(symbols)} symbols, seeds from ${String(seed)}, each after ${learning} to learn from; ` +
    `written by \`npm run sessions -- ${[...args, '--write'].join(' ')}\`:`
  );
}

/** The text for the documentation. Only the `judged` judges have tables; a small feed has too few outages and habits for them. */
export function pageOf(
  asked: Options,
  days: number,
  scores: readonly JudgeScore[],
  judged: readonly string[],
  bounds: readonly Bound[],
): string {
  const isSmall = asked.symbols !== usualSymbols;
  return [
    daysOf(asked, days),
    boundTable(bounds),
    summary(scores),
    ...scores
      .filter(({ name }) => judged.includes(name))
      .flatMap((score) => [
        rowTable('law and rate', score.byLawAndClass),
        ...(isSmall ? [] : [rowTable('habit', score.byProfile)]),
        ...(isSmall || score.fast.length === 0
          ? []
          : ['Outages at 100 messages a second or more:', outageTable(score.fast)]),
      ]),
    '',
  ].join('\n\n');
}
