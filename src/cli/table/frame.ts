import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { Paint, Style } from '../terminal/ansi.js';
import { cut, printable } from '../terminal/cells.js';
import { doubtOf, type Known } from '../view/doubt.js';
import { counted } from '../view/figures.js';
import { layout } from './columns.js';
import type { EventLog } from './eventLog.js';
import { connectionLine, countLine } from './statusLines.js';

/** The content of a frame. */
export interface Picture {
  readonly url: string;
  readonly connection: ConnectionState;
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

/** Two lines of status and the header. */
const HEAD = 3;
/** The rows of events, with the line above them, that are kept even if some symbols are then hidden. */
const fewEvents = 4;

/** Divides the rows between symbols and events. */
function divide(rows: number, symbols: number, events: number): { readonly symbols: number; readonly events: number } {
  const room = Math.max(0, rows - HEAD);
  const reserved = events === 0 ? 0 : Math.min(1 + Math.min(events, fewEvents), Math.floor(room / 3));
  const table = Math.min(symbols, room - reserved);
  // One line shows how many are hidden.
  const shown = table < symbols ? Math.max(0, table - 1) : table;
  return { symbols: shown, events: Math.max(0, room - table - 1) };
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
  const { url, connection, stats, rate, symbols, known, events, now, monotonic } = picture;
  const room = divide(size.rows, symbols.length, events.size);
  const line = (text: string, style?: Style): string => {
    const shown = cut(text, size.columns);
    return style === undefined ? shown : paint(style, shown);
  };
  const { text, style } = connectionLine(connection, url, now);
  const table = layout(symbols, size.columns);
  const [shown, hidden] = [symbols.slice(0, room.symbols), symbols.slice(room.symbols)];
  const lines = [
    line(text, style),
    line(
      countLine(
        stats,
        rate,
        symbols.map((symbol) => known.get(symbol)),
      ),
    ),
    line(table.header, 'bold'),
    ...shown.map((symbol) => {
      const last = known.get(symbol);
      const isGood = last !== undefined && doubtOf(last) === undefined;
      return line(table.row(symbol, last, monotonic), isGood ? undefined : 'dim');
    }),
    ...(hidden.length === 0 ? [] : [line(hiddenLine(hidden, known), 'yellow')]),
    ...(room.events === 0 || events.size === 0 ? [] : [line('─'.repeat(size.columns), 'dim')]),
    ...events.last(room.events).map((event) => line(event.text, event.style)),
  ];
  return lines.slice(0, size.rows);
}
