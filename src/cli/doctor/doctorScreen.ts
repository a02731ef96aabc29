import type { Paint, Style } from '../terminal/ansi.js';
import { fit, printable, widthOf } from '../terminal/cells.js';
import { counted, seconds } from '../view/figures.js';
import { hang } from '../view/hang.js';
import { wrap } from '../view/wrap.js';
import type { Examination } from './report.js';
import { stepLabels, type StepResult } from './step.js';

const marks: Readonly<Record<StepResult['status'], readonly [mark: string, style: Style]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['–', 'dim'],
};

/** The cells of the mark and the name of a step. */
const LABEL = 16;
/** The cells of the time at the end of a line. */
const TIME = 9;
/** Longer lines are hard to read. */
const WIDEST = 120;
const NARROWEST = 40;
/** The most names in one entry. */
const MOST_NAMES = 20;

/** Results in a row that differ only in what they are about, or that are not tried for the same reason. */
interface Entry {
  readonly first: StepResult;
  readonly labels: readonly string[];
  readonly names: readonly string[];
  readonly ms: number;
}

function belongsTo({ first }: Entry, result: StepResult): boolean {
  const { step, status, code, text, fix } = result;
  const isSame = first.status === status && first.text === text && first.code === code && first.fix === fix;
  return isSame && (first.step === step || status === 'skipped');
}

function entries(results: readonly StepResult[]): readonly Entry[] {
  const all: Entry[] = [];
  for (const result of results) {
    const { step, about, ms } = result;
    const [label, names] = [stepLabels[step], about === undefined ? [] : [about]];
    const last = all.at(-1);
    if (last === undefined || !belongsTo(last, result)) {
      all.push({ first: result, labels: [label], names, ms });
      continue;
    }
    const labels = last.labels.includes(label) ? last.labels : [...last.labels, label];
    all.splice(-1, 1, { ...last, labels, names: [...last.names, ...names], ms: Math.max(last.ms, ms) });
  }
  return all;
}

function nameList(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > MOST_NAMES ? ` and ${counted(names.length - MOST_NAMES, 'other')}` : '';
  return `${names.slice(0, MOST_NAMES).join(', ')}${more} `;
}

const timeText = (ms: number): string => (ms < 1_000 ? `${ms} ms` : seconds(ms));

function linesOf({ first, labels, names, ms }: Entry, width: number, paint: Paint): readonly string[] {
  const [mark, style] = marks[first.status];
  const { status, code, text, fix, doc } = first;
  const margin = ' '.repeat(LABEL);
  if (status === 'skipped' && labels.length > 1) {
    const body = wrap(printable(`${labels.join(', ')}: ${text}`), width - 2);
    return body.map((line, index) => paint(style, `${index === 0 ? `${mark} ` : '  '}${line}`));
  }
  if (status === 'skipped') {
    const body = wrap(printable(text), width - LABEL);
    const label = fit(labels[0] ?? '', LABEL - 2, 'left');
    return body.map((line, index) => paint(style, `${index === 0 ? `${mark} ${label}` : margin}${line}`));
  }
  const body = wrap(printable(`${nameList(names)}${text}`), width - LABEL - TIME);
  const [head = '', ...rest] = body;
  const label = `${paint(style, mark)} ${fit(labels[0] ?? '', LABEL - 2, 'left')}`;
  const time = paint('dim', fit(timeText(ms), TIME, 'right'));
  const space = ' '.repeat(Math.max(0, width - LABEL - TIME - widthOf(head)));
  const more = [code, doc].filter((one) => one !== undefined).join('  ');
  return [
    `${label}${head}${space}${time}`,
    ...rest.map((line) => `${margin}${line}`),
    ...(fix === undefined ? [] : hang(`${margin}→ `, printable(fix), width)),
    ...(more === '' ? [] : wrap(more, width - LABEL).map((line) => `${margin}${paint('dim', line)}`)),
  ];
}

function widthFor(columns: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}

/** The head of a report. */
export function headLines(
  { target, symbols }: Pick<Examination, 'target' | 'symbols'>,
  columns: number,
  paint: Paint,
): readonly string[] {
  const text = `rx-quotes doctor: ${target}${symbols.length === 0 ? '' : ` for ${nameList(symbols)}`}`;
  return [...wrap(printable(text), widthFor(columns)).map((line) => paint('bold', line)), ''];
}

/** The results as lines of at most `columns` cells: remedies wrap, and nothing is cut. */
export function resultLines(results: readonly StepResult[], columns: number, paint: Paint): readonly string[] {
  const width = widthFor(columns);
  return entries(results).flatMap((entry) => linesOf(entry, width, paint));
}

/** The end of a report: the counts of its entries. */
export function conclusionLines({ results, ms }: Examination, columns: number, paint: Paint): readonly string[] {
  const all = entries(results);
  const count = (status: StepResult['status']): number =>
    all.filter(({ first }) => first.status === status).reduce((sum, { labels }) => sum + labels.length, 0);
  const [failed, warning, skipped] = [count('failed'), count('warning'), count('skipped')];
  const style = failed > 0 ? 'red' : warning > 0 ? 'yellow' : 'green';
  const parts = [
    ...(failed > 0 ? [counted(failed, 'failure')] : []),
    ...(warning > 0 ? [counted(warning, 'warning')] : []),
    `${count('ok')} well`,
    ...(skipped > 0 ? [`${skipped} not tried`] : []),
  ];
  const text = `${parts.join(', ')}, in ${seconds(ms)}`;
  return ['', ...wrap(text, widthFor(columns)).map((line) => paint(style, line))];
}

/** A whole report as lines of at most `columns` cells. */
export function reportLines(whole: Examination, columns: number, paint: Paint): readonly string[] {
  return [
    ...headLines(whole, columns, paint),
    ...resultLines(whole.results, columns, paint),
    ...conclusionLines(whole, columns, paint),
  ];
}
