import type { Style } from '../terminal/ansi.js';
import { printable } from '../terminal/cells.js';
import { timeOfDay } from '../view/figures.js';
import { hang } from '../view/hang.js';

/** A line of an event. */
export interface EventLine {
  readonly text: string;
  /** The style; left out for an event of low importance. */
  readonly style?: Style;
}

/** The latest events, in a bounded memory, for a user who looked away. */
export class EventLog {
  private readonly capacity: number;
  private events: { readonly time: string; readonly text: string; readonly style?: Style }[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(time: number, text: string, style?: Style): void {
    const event = { time: timeOfDay(time), text: printable(text), ...(style === undefined ? {} : { style }) };
    this.events = [...this.events, event].slice(-this.capacity);
  }

  /**
   * The lines of the last events, oldest first: at most `count` lines of a width. If there is no room for all lines of
   * an event, its first lines are kept.
   */
  last(count: number, width: number): readonly EventLine[] {
    let lines: readonly EventLine[] = [];
    for (const { time, text, style } of this.events.toReversed()) {
      const room = count - lines.length;
      if (room <= 0) break;
      const own = hang(`${time} `, text, width).slice(0, room);
      lines = [...own.map((line) => ({ text: line, ...(style === undefined ? {} : { style }) })), ...lines];
    }
    return lines;
  }
}
