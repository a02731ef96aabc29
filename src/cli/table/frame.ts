import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { Paint, Style } from '../terminal/ansi.js';
import { cut, printable } from '../terminal/cells.js';
import type { Advice } from '../view/advice.js';
import { adviceText } from '../view/adviceText.js';
import { doubtOf, type Known } from '../view/doubt.js';
import { counted } from '../view/figures.js';
import { layout } from './columns.js';
import type { EventLog } from './eventLog.js';
import { connectionLines, countLines } from './statusLines.js';

/** The content of a frame. */
export interface Picture {
  readonly url: string;
  readonly connection: ConnectionState;
  /** The present problems. */
  readonly advice: readonly Advice[];
  readonly stats: FeedStats;
  /** Messages a second. */
  readonly rate: number;
  readonly symbols: readonly string[];
  readonly known: ReadonlyMap<string, Known>;
  readonly events: EventLog;
  /** Wall time in ms. */
  readonly now: number;
  /** Monotonic time in ms, for ages. */
  readonly monotonic: number;
}

/** Rows and columns of a terminal. */
export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** The rows of events, with the line above them, that are kept even if some symbols are then hidden. */
const fewEvents = 4;

/** Divides the rows below the head between symbols and events. */
function divide(room: number, symbols: number, events: number): { readonly symbols: number; readonly events: number } {
  const reserved = events === 0 ? 0 : Math.min(1 + Math.min(events, fewEvents), Math.floor(room / 3));
  const table = Math.min(symbols, room - reserved);
  // One line shows how many are hidden.
  const shown = table < symbols ? Math.max(0, table - 1) : table;
  return { symbols: shown, events: Math.max(0, room - table - 1) };
}

/** At most `count` lines; the last one shows the beginning of those without room. */
function limited(lines: readonly string[], count: number): readonly string[] {
  return lines.length <= count ? lines : [...lines.slice(0, count - 1), lines.slice(count - 1).join('  ')];
}

/** The advice as lines. It takes at most half of the screen, and names what has no room. */
function adviceLines(advice: readonly Advice[], { rows, columns }: Size): readonly string[] {
  const lines = advice.flatMap((one) => adviceText(one, columns));
  const most = Math.floor(rows / 2);
  if (lines.length <= most) return lines;
  const shown = lines.slice(0, Math.max(0, most - 1));
  return [...shown, `  … ${counted(lines.length - shown.length, 'more line')} for want of rows`];
}

function hiddenLine(hidden: readonly string[], known: ReadonlyMap<string, Known>): string {
  const dead = hidden.flatMap((symbol) => {
    const last = known.get(symbol);
    const doubt = last === undefined ? 'awaiting' : doubtOf(last);
    return doubt === undefined ? [] : [`${printable(symbol)} ${doubt.toUpperCase()}`];
  });
  const doubts = dead.length === 0 ? 'all live' : `${dead.length} not live: ${dead.join(', ')}`;
  return `  … ${counted(hidden.length, 'more symbol')} hidden for want of rows, ${doubts}`;
}

/** The lines of a frame, cut to the rows and columns of the terminal. */
export function frame(picture: Picture, size: Size, paint: Paint): readonly string[] {
  const { url, connection, advice, stats, rate, symbols, known, events, now, monotonic } = picture;
  const status = connectionLines(connection, url, now, advice, size.columns);
  const statusLines = limited(status.lines, Math.max(1, Math.floor(size.rows / 4)));
  const advised = adviceLines(advice, size);
  const states = symbols.map((symbol) => known.get(symbol));
  const counts = limited(countLines(stats, rate, states, size.columns), Math.max(1, Math.floor(size.rows / 8)));
  // One row is the header.
  const below = Math.max(0, size.rows - 1 - statusLines.length - advised.length - counts.length);
  const room = divide(below, symbols.length, events.last(below, size.columns).length);
  const line = (text: string, style?: Style): string => {
    const shown = cut(text, size.columns);
    return style === undefined ? shown : paint(style, shown);
  };
  const table = layout(symbols, size.columns);
  const [shown, hidden] = [symbols.slice(0, room.symbols), symbols.slice(room.symbols)];
  const last = events.last(room.events, size.columns);
  const lines = [
    ...statusLines.map((text) => line(text, status.style)),
    ...advised.map((text) => line(text, 'yellow')),
    ...counts.map((text) => line(text)),
    line(table.header, 'bold'),
    ...shown.map((symbol) => {
      const last = known.get(symbol);
      const isGood = last !== undefined && doubtOf(last) === undefined;
      return line(table.row(symbol, last, monotonic), isGood ? undefined : 'dim');
    }),
    ...(hidden.length === 0 ? [] : [line(hiddenLine(hidden, known), 'yellow')]),
    ...(last.length === 0 ? [] : [line('─'.repeat(size.columns), 'dim')]),
    ...last.map((event) => line(event.text, event.style)),
  ];
  return lines.slice(0, size.rows);
}
