import type { GapCause } from '../../model/gap.js';
import type { Logger } from './logger.js';

/** Topics by number and by name. */
export interface NamedTopics {
  readonly topics: number;
  readonly names: readonly string[];
}

/** The state of the connection to which a line belongs. */
interface InState {
  readonly status: string;
  readonly epoch?: number;
}

/** How often something happened since the connection was made, and how many lines were left out before this one. */
export interface Occurrence {
  readonly count: number;
  readonly leftOut?: number;
}

/** The fields of each line, by its event. */
export interface LogFields {
  readonly 'connection-connecting': InState & { readonly step: string; readonly attempt: number };
  readonly 'connection-live': InState & {
    readonly wanted: number;
    readonly granted: number;
    readonly refused: number;
    readonly noData: number;
  };
  readonly 'connection-waiting': InState & { readonly code?: string; readonly delay: number; readonly why: string };
  readonly 'connection-replaced': InState & {
    readonly code: string;
    readonly askedBy: string;
    readonly delay: number;
    readonly why: string;
  };
  readonly 'connection-rejected': InState & { readonly code: string; readonly retryAt: number; readonly why: string };
  readonly 'connection-unresponsive': InState;
  readonly 'connection-silent': InState;
  readonly 'relays-lost': InState & { readonly why: string };
  readonly 'connection-idle': InState;
  readonly 'connection-closed': InState;
  readonly 'connections-flapped': { readonly code: string; readonly certain: boolean; readonly why: string };
  readonly 'flap-over': object;
  readonly 'topics-refused': NamedTopics;
  readonly 'unwanted-topics-refused': NamedTopics;
  readonly 'topics-suspected': NamedTopics;
  readonly 'topics-without-data': NamedTopics;
  readonly 'no-notices': { readonly why: string };
  readonly 'gap-open': NamedTopics & Occurrence & { readonly cause: GapCause; readonly fromEpoch: number };
  readonly 'gap-closed': NamedTopics &
    Occurrence & {
      readonly cause: GapCause;
      readonly fromEpoch: number;
      readonly toEpoch: number;
      readonly lasted: number;
    };
  readonly stalled: Occurrence & { readonly cause: 'stall' | 'wake'; readonly by: number; readonly epoch: number };
  readonly silence: NamedTopics & Occurrence & { readonly scope: 'feed' | 'market' | 'partial' };
  readonly dropped: Occurrence & { readonly reason: string; readonly topic: string };
  readonly rejected: Occurrence & { readonly reason: string; readonly topic: string };
  readonly evicted: Occurrence & { readonly topic: string };
  readonly 'callback-failed': { readonly callback: string; readonly error: string; readonly why: string };
}

/** The name of a line, its field `event`. */
export type LogEvent = keyof LogFields;

/** The lines that may be frequent. */
export type LimitedEvent = {
  [E in LogEvent]: LogFields[E] extends Occurrence ? E : never;
}[LogEvent];

/** A line as data. */
export interface LogLine<F> {
  readonly level: keyof Logger;
  readonly text: (fields: F) => string;
}

/** The most names in a line; it gives the number of all. */
const maxNames = 5;

/** The longest name in a line, in characters. */
const longestName = 200;

/** A name from a peer: in one line, of bounded length. */
export function shownName(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
}

/** The fields for topics. */
export function namedTopics(topics: readonly string[]): NamedTopics {
  return { topics: topics.length, names: topics.slice(0, maxNames).map(shownName) };
}

function listed({ topics, names }: NamedTopics): string {
  const more = topics > names.length ? `, and ${String(topics - names.length)} more` : '';
  return `${names.join('; ')}${more}`;
}

/** Every line that a feed logs. docs/logging.md is written from this table; its descriptions would only make bundles larger. */
export const logLines: { readonly [E in LogEvent]: LogLine<LogFields[E]> } = {
  'connection-connecting': {
    level: 'debug',
    text: ({ step }) => `connecting: ${step}`,
  },
  'connection-live': {
    level: 'info',
    text: () => 'connection live',
  },
  'connection-waiting': {
    level: 'warn',
    text: (fields) => `connection waiting: ${fields.why}`,
  },
  'connection-replaced': {
    level: 'info',
    text: (fields) => `connection replaced: ${fields.why}`,
  },
  'connection-rejected': {
    level: 'error',
    text: (fields) => `connection rejected: ${fields.why}`,
  },
  'connection-unresponsive': {
    level: 'warn',
    text: () => 'connection silent: the peer does not answer',
  },
  'connection-silent': {
    level: 'info',
    text: () => 'connection silent: no symbol sends although a market is open',
  },
  'relays-lost': {
    level: 'warn',
    text: ({ why }) => `no relay gives live quotes: ${why}`,
  },
  'connection-idle': {
    level: 'info',
    text: () => 'connection idle',
  },
  'connection-closed': {
    level: 'info',
    text: () => 'connection closed',
  },
  'connections-flapped': {
    level: 'error',
    text: (fields) => `connections flapped: ${fields.why}`,
  },
  'flap-over': {
    level: 'info',
    text: () => 'connections no longer flap',
  },
  'topics-refused': {
    level: 'warn',
    text: (fields) => `the broker refuses topics: ${listed(fields)}`,
  },
  'unwanted-topics-refused': {
    level: 'warn',
    text: (fields) => `the venue refuses topics that have no subscriber: ${listed(fields)}`,
  },
  'topics-suspected': {
    level: 'warn',
    text: (fields) =>
      `the connection ended before the broker answered for these topics, so each is now subscribed to last and alone: ${listed(fields)}`,
  },
  'topics-without-data': {
    level: 'warn',
    text: (fields) => `topics are granted but send no image: ${listed(fields)}`,
  },
  'no-notices': {
    level: 'warn',
    text: (fields) => `the venue's notices can't be received, ${fields.why}`,
  },
  'gap-open': {
    level: 'info',
    text: ({ cause, topics }) => `gap open (${cause}): images of ${String(topics)} topics may be missing`,
  },
  'gap-closed': {
    level: 'info',
    text: ({ cause, topics, lasted }) =>
      `gap closed (${cause}) after ${String(lasted)} ms: ${String(topics)} topics recover with their next images`,
  },
  stalled: {
    level: 'warn',
    text: ({ cause, by }) =>
      `nothing was read for ${String(by)} ms because ${cause === 'wake' ? 'the machine slept' : 'the thread was blocked'}`,
  },
  silence: {
    level: 'warn',
    text: (fields) => `${silent[fields.scope]}: ${listed(fields)}`,
  },
  dropped: {
    level: 'warn',
    text: ({ reason, topic, count }) =>
      `an event of ${topic} was dropped (${reason}); ${String(count)} on this connection`,
  },
  rejected: {
    level: 'warn',
    text: ({ reason, topic, count }) =>
      `a message of ${topic} can't be read (${reason}); ${String(count)} on this connection`,
  },
  evicted: {
    level: 'warn',
    text: ({ topic, count }) => `${topic} was evicted to make room for another; ${String(count)} on this connection`,
  },
  'callback-failed': {
    level: 'warn',
    text: ({ callback, why: message }) => `the callback ${callback} failed: ${message}`,
  },
};

const silent: Readonly<Record<LogFields['silence']['scope'], string>> = {
  feed: 'no symbol sends although a market is open',
  market: 'a market is open and sends nothing',
  partial: 'symbols fell silent together while others continue',
};

/** Logs a line: its event and its fields as bindings, and its text. */
export function writeLine<E extends LogEvent>(logger: Logger, event: E, fields: LogFields[E]): void {
  const { level, text } = logLines[event];
  const { leftOut = 0 } = fields as Partial<Occurrence>;
  const before = leftOut === 0 ? '' : `; ${String(leftOut)} such lines were left out`;
  logger[level]({ event, ...fields }, `${text(fields)}${before}`);
}
