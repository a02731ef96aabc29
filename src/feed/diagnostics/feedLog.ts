import type { Logger } from './logger.js';
import { type LimitedEvent, type LogEvent, type LogFields, type Occurrence, shownName, writeLine } from './logLines.js';

/** So many lines of a kind are logged first, and then each one whose number is a multiple of `every`. */
const first = 10;
const every = 1_000;

/** The most kinds of an event that are counted apart. Reasons also come from users' errors, and must not fill the memory. */
const maxKinds = 64;

/** The log of a feed. Without a logger it does nothing. */
export class FeedLog {
  private readonly logger: Logger | undefined;
  /** How often each event occurred since `restart()`, by kind. */
  private readonly counts = new Map<LogEvent, Map<string, number>>();

  constructor(logger: Logger | undefined) {
    this.logger = logger;
  }

  /** Whether there is a logger. */
  get isOn(): boolean {
    return this.logger !== undefined;
  }

  write<E extends LogEvent>(event: E, fields: LogFields[E]): void {
    if (this.logger !== undefined) writeLine(this.logger, event, fields);
  }

  /** Logs a line that may be frequent, unless it is left out. */
  limited<E extends LimitedEvent>(event: E, kind: string, fields: Omit<LogFields[E], keyof Occurrence>): void {
    const occurrence = this.occurred(event, kind);
    if (occurrence !== undefined) this.write(event, { ...fields, ...occurrence } as LogFields[E]);
  }

  /** The same for one event or message that was lost, which costs only a counter when the line is left out. */
  lost(event: 'dropped' | 'rejected', reason: string, topic: string): void {
    const occurrence = this.occurred(event, reason);
    if (occurrence !== undefined) this.write(event, { reason, topic: shownName(topic), ...occurrence });
  }

  /** Counts anew. Called with each live connection, so that a long life of a process hides no line of a later one. */
  restart(): void {
    this.counts.clear();
  }

  /** Counts an event. Returns the numbers for its line, or `undefined` when the line is left out. */
  private occurred(event: LogEvent, kind: string): Occurrence | undefined {
    if (this.logger === undefined) return undefined;
    let kinds = this.counts.get(event);
    if (kinds === undefined) this.counts.set(event, (kinds = new Map<string, number>()));
    const known = kinds.has(kind) || kinds.size < maxKinds ? kind : 'other';
    const count = (kinds.get(known) ?? 0) + 1;
    kinds.set(known, count);
    if (count <= first) return { count };
    if (count % every !== 0) return undefined;
    return { count, leftOut: count === every ? every - first - 1 : every - 1 };
  }
}
