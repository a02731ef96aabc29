import type { LogEvent, LogFields, Occurrence } from '../../src/feed/diagnostics/logLines.js';

/** The description of a line of the log. */
export interface LineText<F> {
  /** The event that it reports. */
  readonly when: string;
  /** The meaning of each field. */
  readonly fields: { readonly [K in keyof F]-?: string };
  /** Whether the first ten of a kind are logged and then each thousandth; a kind is an event with its cause or reason. */
  readonly limited?: F extends Occurrence ? true : never;
}

const inState = { status: 'status of `state$`', epoch: 'epoch of the last live connection, if there was one' };
const named = { topics: 'number of topics', names: 'the first five of them' };
const occurrence = {
  count: 'how many of this kind there were since the connection was made',
  leftOut: 'how many lines of this kind were left out before this one, if any',
};
const why = 'the reason, in words';
const code = 'code of the failure';

/** The descriptions of all lines, by event. */
export const logTexts: { readonly [E in LogEvent]: LineText<LogFields[E]> } = {
  'connection-connecting': {
    when: 'each step of an attempt to connect',
    fields: { ...inState, step: 'step of the attempt', attempt: 'number of the attempt, from 0' },
  },
  'connection-live': {
    when: 'the connection is live, and each time that the numbers of topics change',
    fields: {
      ...inState,
      wanted: 'number of wanted topics',
      granted: 'number of granted topics',
      refused: 'number of refused topics',
      noData: 'number of topics without the image that the venue sends on subscribing',
    },
  },
  'connection-waiting': {
    when: 'an attempt or a connection failed, and the next attempt comes later',
    fields: {
      ...inState,
      code: `${code}; left out for the limit on connects`,
      delay: 'time to the next attempt in ms',
      why,
    },
  },
  'connection-replaced': {
    when: 'a new connection takes the place of the present one on request',
    fields: {
      ...inState,
      code,
      askedBy: 'who asked for it: `application`, `silence`, `wake`',
      delay: 'time to the next attempt in ms',
      why,
    },
  },
  'connection-rejected': {
    when: 'the peer refuses, and a person has to mend it',
    fields: { ...inState, code, retryAt: 'wall time of the next attempt, ms since the Unix epoch', why },
  },
  'connection-unresponsive': {
    when: 'the peer does not answer a ping',
    fields: inState,
  },
  'connection-silent': {
    when: 'a connection begins silent, or falls silent; the line `silence` warns of it',
    fields: inState,
  },
  'relays-lost': {
    when: 'the broker of a relay answers, but no relay gives live quotes',
    fields: { ...inState, why },
  },
  'connection-idle': {
    when: 'the last subscriber left',
    fields: inState,
  },
  'connection-closed': {
    when: '`close()` was called',
    fields: inState,
  },
  'connections-flapped': {
    when: 'the reason for connections that were soon lost is now certain',
    fields: { code, certain: '`true`', why },
  },
  'flap-over': {
    when: 'a connection outlived those that were soon lost',
    fields: {},
  },
  'topics-refused': {
    when: 'the broker refuses topics, by SUBACK, by a notice, or by closing the connection',
    fields: { ...named, names: 'the first five of them, each with the reason, if there is one' },
  },
  'unwanted-topics-refused': {
    when: 'a notice of the venue refuses topics that the feed does not subscribe to',
    fields: { ...named, names: 'the first five of them, each with the venue’s text' },
  },
  'topics-suspected': {
    when: 'a connection ended before the broker answered for these topics',
    fields: named,
  },
  'topics-without-data': {
    when: 'topics are granted, and the image that this venue sends on subscribing did not come',
    fields: named,
  },
  'no-notices': {
    when: 'the venue’s notices are not available, so that a topic refused by a notice only looks silent',
    fields: { why },
  },
  'gap-open': {
    when: 'images of topics may be missed from now on; the line of the cause warns of it',
    fields: { cause: 'cause of the gap', fromEpoch: 'epoch in which data was lost', ...named, ...occurrence },
    limited: true,
  },
  'gap-closed': {
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
  },
  stalled: {
    when: 'nothing was read for longer than `stallThreshold`, or the machine slept',
    fields: {
      cause: '`stall` or `wake`',
      by: 'for how long, in ms',
      epoch: 'epoch in force',
      ...occurrence,
    },
    limited: true,
  },
  silence: {
    when: 'the feed, a market or a part of the feed fell silent although a market is open',
    fields: { scope: '`feed`, `market` or `partial`', ...named, ...occurrence },
    limited: true,
  },
  dropped: {
    when: 'an event was lost for lack of room',
    fields: { reason: 'as in `stats().dropped`', topic: 'topic of the event', ...occurrence },
    limited: true,
  },
  rejected: {
    when: 'a message could not be read; `onReject` has its payload',
    fields: { reason: 'as in `stats().rejected`', topic: 'topic of the message', ...occurrence },
    limited: true,
  },
  evicted: {
    when: 'a topic that came by a wildcard was forgotten to make room for another',
    fields: { topic: 'the topic', ...occurrence },
    limited: true,
  },
  'callback-failed': {
    when: 'a function of yours threw, or returned an invalid value: each new error once, at most 16 of a function',
    fields: { callback: 'name of the function', error: 'name of the error', why: 'message of the error' },
  },
};
