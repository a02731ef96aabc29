import type { Options } from './options.js';
import type { JudgeScore, Pooled, Row } from './score.js';
import { minute } from './timetable.js';
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
      'oracle median',
      'oracle mean',
      'oracle p90',
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
      'oracle median',
      'oracle worst',
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

/** What each judge is worth, in a line. */
export function summary(scores: readonly JudgeScore[]): string {
  return table(
    [
      'judge',
      'symbol-days',
      'false marks',
      'per 1,000',
      '95 % below',
      'while not open',
      'false alarms',
      'while not open',
    ],
    scores.map((score) => [
      score.name,
      ...[score.total.symbolDays, score.total.seen].map(whole),
      ...[score.total.rate, score.total.upper].map(rate),
      ...[score.falseWhileNotOpen, score.falseAlarms, score.alarmsWhileNotOpen].map(whole),
    ]),
  );
}

const clock = (at: number): string => {
  const minutes = Math.floor(at / minute) + 8 * 60;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
};

/** False alarms are few, or too many to read. */
const alarmsShown = 20;

/** One judge's tables. */
export function tablesOf(score: JudgeScore): string {
  const lines = [`### ${score.name}`];
  if (score.agreement.decidable > 0) {
    lines.push(
      `Of ${whole(score.agreement.decidable)} deaths it said rightly of ${whole(score.agreement.agreed)} whether they can be noticed alone.`,
    );
  }
  lines.push(
    rows('law', score.byLaw),
    rows('law and rate', score.byLawAndClass),
    rows('… a habit of its own', score.withHabits),
    rows('kind of day', score.byKind),
    rows('habit', score.byProfile),
  );
  if (score.alarms.length > 0) {
    const shown = score.alarms.slice(0, alarmsShown);
    lines.push(
      `False alarms${score.alarms.length > shown.length ? ', the first of them' : ''}: ` +
        shown.map(({ scope, day, at }) => `${scope} at ${clock(at)} (${day})`).join('; '),
    );
  }
  if (score.pooled.length > 0) lines.push('At 100 messages a second or more:', pooled(score.pooled));
  if (score.slow.length > 0) lines.push('At less than 100 messages a second:', pooled(score.slow));
  return lines.join('\n\n');
}

export function boundLines(found: readonly Bound[]): string {
  return found
    .map(({ name, holds, found: what }) => `${holds ? 'ok    ' : 'FAILED'} ${name.padEnd(52)} ${what}`)
    .join('\n');
}

/** The days of a run, in words. */
function daysOf({ seed, warmUp, symbols }: Options, days: number): string {
  const learning = `${String(warmUp)} normal day${warmUp === 1 ? '' : 's'}`;
  return `${whole(days)} judged days of ${whole(symbols)} symbols, seeds from ${String(seed)}, each after ${learning} to learn from`;
}

/** What the documentation says of feeds with few symbols. */
export function smallPageOf(
  asked: Options,
  days: number,
  scores: readonly JudgeScore[],
  judged: readonly string[],
): string {
  return [
    `${daysOf(asked, days)}; written by \`npm run sessions -- --symbols ${String(asked.symbols)} --write\`:`,
    summary(scores),
    ...scores
      .filter(({ name }) => judged.includes(name))
      .map(({ byLawAndClass }) => rows('law and rate', byLawAndClass)),
    '',
  ].join('\n\n');
}

/** What the documentation says of a run: of the judges that are judged all, of the others a line. */
export function pageOf(
  asked: Options,
  days: number,
  scores: readonly JudgeScore[],
  judged: readonly string[],
  bounds: readonly Bound[],
): string {
  const broken = bounds.filter(({ holds }) => !holds);
  return [
    `${daysOf(asked, days)}; written by \`npm run sessions -- --write\`:`,
    summary(scores),
    ...scores.filter(({ name }) => judged.includes(name)).map(tablesOf),
    `Of ${whole(bounds.length)} bounds ${broken.length === 0 ? 'all hold' : `${whole(broken.length)} don't hold`}${broken.length === 0 ? '.' : ':'}`,
    ...(broken.length === 0
      ? []
      : [
          table(
            ['bound', 'found'],
            broken.map(({ name, found }) => [name, found]),
          ),
        ]),
    '',
  ].join('\n\n');
}
