import type { Paint, Style } from '../terminal/ansi.js';
import { printable } from '../terminal/cells.js';
import { wrap } from '../view/wrap.js';
import type { DoubtedSymbol, ExplainedTopic, FeedReport, ReportedFinding, StatusReport } from './report.js';

/** How to write a report. */
export interface StatusStyle {
  /** In cells. */
  readonly width: number;
  readonly paint: Paint;
  /** The address of the pages in docs/, without a slash at its end; left out for paths in the package. */
  readonly docsBase?: string;
}

/** The most symbols in doubt that are named of each state. */
const maxNamed = 20;

/** The most messages of an explained topic that are listed, newest last. */
const maxMessages = 5;

/** A span in ms in its two largest units. */
function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600), Math.floor(seconds / 86_400)];
  if (minutes === 0) return `${String(seconds)} s`;
  if (hours === 0) return `${String(minutes)} min ${String(seconds % 60)} s`;
  if (days === 0) return `${String(hours)} h ${String(minutes % 60)} min`;
  return `${String(days)} d ${String(hours % 24)} h`;
}

/** Local time of day, and how long ago it was. */
function timeText(time: string, now: number): string {
  const at = Date.parse(time);
  const clock = new Date(at).toTimeString().slice(0, 8);
  return `${clock} (${spanText(now - at)} ago)`;
}

/** The text in lines, each behind the indent; `mark` stands in the indent of the first one. */
function block(text: string, { width }: StatusStyle, indent: number, mark = ''): string[] {
  const lines = wrap(printable(text), Math.max(1, width - indent));
  return lines.map((line, index) => `${(index === 0 ? mark : '').padStart(indent - 1).padEnd(indent)}${line}`);
}

const styles: Readonly<Record<string, Style>> = { '✗': 'red', '!': 'yellow', '✓': 'green' };

/** Colours the mark at the start of a line. */
function marked(lines: readonly string[], mark: string, paint: Paint): string[] {
  const style = styles[mark];
  return lines.map((line, index) => {
    const at = index === 0 ? line.indexOf(mark) : -1;
    return at < 0 || style === undefined
      ? line
      : `${line.slice(0, at)}${paint(style, mark)}${line.slice(at + mark.length)}`;
  });
}

function findingLines(finding: ReportedFinding, now: number, style: StatusStyle): string[] {
  const { code, severity, symptom, fixes, since, last, doc } = finding;
  const mark = severity === 'critical' ? '✗' : '!';
  const times = [
    ...(since === undefined ? [] : [`since ${timeText(since, now)}`]),
    ...(last === undefined || now - Date.parse(last) < 1_000 ? [] : [`last ${timeText(last, now)}`]),
  ];
  const page = doc === undefined || style.docsBase === undefined ? doc : doc.replace(/^docs/, style.docsBase);
  return [
    ...marked(block(`${code} ${severity}`, style, 4, mark), mark, style.paint),
    ...block(symptom, style, 4),
    ...(times.length === 0 ? [] : block(times.join(', '), style, 4)),
    ...fixes.flatMap((fix) => block(fix, style, 6, '→')),
    ...(page === undefined ? [] : block(page, style, 4)),
  ];
}

function doubtLines(symbols: readonly DoubtedSymbol[], style: StatusStyle): string[] {
  const byState = new Map<string, DoubtedSymbol[]>();
  for (const one of symbols) byState.set(one.state, [...(byState.get(one.state) ?? []), one]);
  return [...byState].flatMap(([state, doubted]) => {
    const names = doubted
      .slice(0, maxNamed)
      .map(({ symbol, age }) => (age === undefined ? symbol : `${symbol} ${spanText(age)}`));
    const more = doubted.length > maxNamed ? [`${String(doubted.length - maxNamed)} more`] : [];
    return block(`${state}: ${[...names, ...more].join(', ')}`, style, 2);
  });
}

function explainLines(topics: readonly ExplainedTopic[], now: number, style: StatusStyle): string[] {
  return topics.flatMap(({ topic, why, silence, messages }) => [
    ...block(`${topic} is ${why}`, style, 2),
    ...(silence === undefined ? [] : block(silence.text, style, 4)),
    ...messages
      .slice(-maxMessages)
      .flatMap(({ at, count, outcome }) => block(`${timeText(at, now)}: ${String(count)} × ${outcome}`, style, 6)),
  ]);
}

function feedLines(name: string, feed: FeedReport, now: number, style: StatusStyle): string[] {
  const { ok, ready, status, epoch, since, symbols, findings, inDoubt, explain } = feed;
  const mark = findings.length === 0 ? '✓' : ok ? '!' : '✗';
  const counts = Object.entries(symbols).flatMap(([state, count]) =>
    count === 0 ? [] : [`${String(count)} ${state}`],
  );
  const head = [
    `${name}: ${status} since ${timeText(since, now)}`,
    ...(epoch === undefined ? [] : [`epoch ${String(epoch)}`]),
    ready ? 'ready' : 'not ready',
    counts.length === 0 ? 'no symbols' : `symbols: ${counts.join(', ')}`,
  ];
  return [
    ...marked(block(head.join('; '), style, 2, mark), mark, style.paint),
    ...findings.flatMap((finding) => ['', ...findingLines(finding, now, style)]),
    ...(inDoubt.length === 0 ? [] : ['', ...doubtLines(inDoubt, style)]),
    ...(explain === undefined ? [] : ['', ...explainLines(explain, now, style)]),
  ];
}

/** A report as lines for a person. Long texts go on in the next line; nothing is cut. */
export function statusLines(report: StatusReport, style: StatusStyle): readonly string[] {
  const { url, at, symbol } = report;
  const now = Date.parse(at);
  const time = new Date(now).toTimeString().slice(0, 8);
  if ('error' in report) return marked(block(`${url} at ${time}: ${report.error}`, style, 2, '✗'), '✗', style.paint);
  const feeds = Object.entries(report.feeds);
  const isUnknown = symbol !== undefined && feeds.every(([, { explain }]) => explain === undefined);
  return [
    ...block(`${url} at ${time}`, style, 0),
    ...(feeds.length === 0 ? ['', ...block('This process has no feeds.', style, 0)] : []),
    ...feeds.flatMap(([name, feed]) => ['', ...feedLines(name, feed, now, style)]),
    ...(isUnknown ? ['', ...block(`No feed has a subscriber for ${symbol}.`, style, 2, '!')] : []),
  ];
}
