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
  /** When the feed logs it. */
  readonly when: string;
  /** The meaning of each field. */
  readonly fields: { readonly [K in keyof F]-?: string };
  /** Whether the first ten of a kind are logged and then each thousandth; a kind is an event with its cause or reason. */
  readonly limited?: F extends Occurrence ? true : never;
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

const inState = { status: 'status of `state$`', epoch: 'epoch of the last live connection, if there was one' };
const named = { topics: 'number of topics', names: 'the first five of them' };
const occurrence = {
  count: 'how many of this kind there were since the connection was made',
  leftOut: 'how many lines of this kind were left out before this one, if any',
};
const why = 'the reason, in words';
const code = 'code of the failure';

/** Every line that a feed logs. docs/logging.md is written from this table. */
export const logLines: { readonly [E in LogEvent]: LogLine<LogFields[E]> } = {
  'connection-connecting': {
    level: 'debug',
    when: 'each step of an attempt to connect',
    fields: { ...inState, step: 'step of the attempt', attempt: 'number of the attempt, from 0' },
    text: ({ step }) => `connecting: ${step}`,
  },
  'connection-live': {
    level: 'info',
    when: 'the connection is live, and each time that the numbers of topics change',
    fields: {
      ...inState,
      wanted: 'number of wanted topics',
      granted: 'number of granted topics',
      refused: 'number of refused topics',
      noData: 'number of topics without the image that the venue sends on subscribing',
    },
    text: () => 'connection live',
  },
  'connection-waiting': {
    level: 'warn',
    when: 'an attempt or a connection failed, and the next attempt comes later',
    fields: {
      ...inState,
      code: `${code}; left out for the limit on connects`,
      delay: 'time to the next attempt in ms',
      why,
    },
    text: (fields) => `connection waiting: ${fields.why}`,
  },
  'connection-replaced': {
    level: 'info',
    when: 'a new connection takes the place of the present one on request',
    fields: {
      ...inState,
      code,
      askedBy: 'who asked for it: `application`, `silence`, `wake`',
      delay: 'time to the next attempt in ms',
      why,
    },
    text: (fields) => `connection replaced: ${fields.why}`,
  },
  'connection-rejected': {
    level: 'error',
    when: 'the peer refuses, and a person has to mend it',
    fields: { ...inState, code, retryAt: 'wall time of the next attempt, ms since the Unix epoch', why },
    text: (fields) => `connection rejected: ${fields.why}`,
  },
  'connection-unresponsive': {
    level: 'warn',
    when: 'the peer does not answer a ping',
    fields: inState,
    text: () => 'connection silent: the peer does not answer',
  },
  'connection-silent': {
    level: 'info',
    when: 'a connection begins silent, or falls silent; the line `silence` warns of it',
    fields: inState,
    text: () => 'connection silent: no symbol sends although a market is open',
  },
  'connection-idle': {
    level: 'info',
    when: 'the last subscriber left',
    fields: inState,
    text: () => 'connection idle',
  },
  'connection-closed': {
    level: 'info',
    when: '`close()` was called',
    fields: inState,
    text: () => 'connection closed',
  },
  'connections-flapped': {
    level: 'error',
    when: 'the reason for connections that were soon lost is now certain',
    fields: { code, certain: '`true`', why },
    text: (fields) => `connections flapped: ${fields.why}`,
  },
  'flap-over': {
    level: 'info',
    when: 'a connection outlived those that were soon lost',
    fields: {},
    text: () => 'connections no longer flap',
  },
  'topics-refused': {
    level: 'warn',
    when: 'the broker refuses topics, by SUBACK, by a notice, or by closing the connection',
    fields: { ...named, names: 'the first five of them, each with the reason, if there is one' },
    text: (fields) => `the broker refuses topics: ${listed(fields)}`,
  },
  'unwanted-topics-refused': {
    level: 'warn',
    when: 'a notice of the venue refuses topics that the feed does not subscribe to',
    fields: { ...named, names: 'the first five of them, each with the venue’s text' },
    text: (fields) => `the venue refuses topics that have no subscriber: ${listed(fields)}`,
  },
  'topics-suspected': {
    level: 'warn',
    when: 'a connection ended before the broker answered for these topics',
    fields: named,
    text: (fields) =>
      `the connection ended before the broker answered for these topics, so each is now subscribed to last and alone: ${listed(fields)}`,
  },
  'topics-without-data': {
    level: 'warn',
    when: 'topics are granted, and the image that this venue sends on subscribing did not come',
    fields: named,
    text: (fields) => `topics are granted but send no image: ${listed(fields)}`,
  },
  'no-notices': {
    level: 'warn',
    when: 'the venue’s notices are not available, so that a topic refused by a notice only looks silent',
    fields: { why },
    text: (fields) => `the venue's notices can't be received, ${fields.why}`,
  },
  'gap-open': {
    level: 'info',
    when: 'images of topics may be missed from now on; the line of the cause warns of it',
    fields: { cause: 'cause of the gap', fromEpoch: 'epoch in which data was lost', ...named, ...occurrence },
    limited: true,
    text: ({ cause, topics }) => `gap open (${cause}): images of ${String(topics)} topics may be missing`,
  },
  'gap-closed': {
    level: 'info',
    when: 'data flows again; each symbol recovers with its own next image',
    fields: {
      ...{
        cause: 'cause of the gap',
        fromEpoch: 'epoch in which data was lost',
        toEpoch: 'epoch in which data flows again',
      },
      lasted: 'length of the gap in ms',
      ...named,
      ...occurrence,
    },
    limited: true,
    text: ({ cause, topics, lasted }) =>
      `gap closed (${cause}) after ${String(lasted)} ms: ${String(topics)} topics recover with their next images`,
  },
  stalled: {
    level: 'warn',
    when: 'nothing was read for longer than `stallThreshold`, or the machine slept',
    fields: {
      cause: '`stall` or `wake`',
      by: 'for how long, in ms',
      epoch: 'epoch in force',
      ...occurrence,
    },
    limited: true,
    text: ({ cause, by }) =>
      `nothing was read for ${String(by)} ms because ${cause === 'wake' ? 'the machine slept' : 'the thread was blocked'}`,
  },
  silence: {
    level: 'warn',
    when: 'the feed, a market or a part of the feed fell silent although a market is open',
    fields: { scope: '`feed`, `market` or `partial`', ...named, ...occurrence },
    limited: true,
    text: (fields) => `${silent[fields.scope]}: ${listed(fields)}`,
  },
  dropped: {
    level: 'warn',
    when: 'an event was lost for lack of room',
    fields: { reason: 'as in `stats().dropped`', topic: 'topic of the event', ...occurrence },
    limited: true,
    text: ({ reason, topic, count }) =>
      `an event of ${topic} was dropped (${reason}); ${String(count)} on this connection`,
  },
  rejected: {
    level: 'warn',
    when: 'a message could not be read; `onReject` has its payload',
    fields: { reason: 'as in `stats().rejected`', topic: 'topic of the message', ...occurrence },
    limited: true,
    text: ({ reason, topic, count }) =>
      `a message of ${topic} can't be read (${reason}); ${String(count)} on this connection`,
  },
  evicted: {
    level: 'warn',
    when: 'a topic that came by a wildcard was forgotten to make room for another',
    fields: { topic: 'the topic', ...occurrence },
    limited: true,
    text: ({ topic, count }) => `${topic} was evicted to make room for another; ${String(count)} on this connection`,
  },
  'callback-failed': {
    level: 'warn',
    when: 'a function of yours threw, or returned an invalid value: each new error once, at most 16 of a function',
    fields: { callback: 'name of the function', error: 'name of the error', why: 'message of the error' },
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
