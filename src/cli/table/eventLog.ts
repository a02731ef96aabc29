import type { Style } from '../terminal/ansi.js';
import { printable } from '../terminal/cells.js';
import { timeOfDay } from '../view/figures.js';

/** An event as a line. */
export interface LoggedEvent {
  readonly text: string;
  /** The style; left out for an event of low importance. */
  readonly style?: Style;
}

/** The latest events, in a bounded memory, for a user who looked away. */
export class EventLog {
  private readonly capacity: number;
  private events: LoggedEvent[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  add(time: number, text: string, style?: Style): void {
    const line = `${timeOfDay(time)} ${printable(text)}`;
    this.events = [...this.events, { text: line, ...(style === undefined ? {} : { style }) }].slice(-this.capacity);
  }

  get size(): number {
    return this.events.length;
  }

  /** The last `count` events, oldest first. */
  last(count: number): readonly LoggedEvent[] {
    return count > 0 ? this.events.slice(-count) : [];
  }
}
