import type { ConnectionFailure } from '../model/errors.js';
import { callbackEntry } from './callbackEntry.js';
import { connectionFixes } from './connectionFixes.js';
import { delayEntries } from './delayEntries.js';
import type { Evidence, PlaybookEntry } from './entry.js';
import { queueEntry } from './queueEntry.js';
import { wildcardEntry } from './wildcardEntry.js';

/**
 * How long, in ms, a connection may bring no message before this is a finding: as long as a symbol without a learned
 * threshold.
 */
const noEventsAfter = 60_000;

/** Why there is no connection although one is wanted; `undefined` with a connection, or before the first failure. */
function disconnected({ state, stats }: Evidence): string | undefined {
  switch (state.status) {
    case 'waiting':
    case 'rejected':
      return describedReason(state.reason);
    case 'connecting':
      // Each attempt has this state; without this check a finding would appear and disappear with the attempts.
      return state.attempt > 0 && (stats.epoch === undefined || stats.topics.suspect > 0)
        ? `${describedReason(state.reason)}; attempt ${String(state.attempt + 1)} is under way`
        : undefined;
    default:
      return undefined;
  }
}

/** Whether the feed is silent, and no failure of the connection explains it: a connection that is replaced did not fail. */
function isFeedSilent(state: Evidence['state']): boolean {
  if (state.silentSince === undefined) return false;
  if (state.status === 'silent') return state.why === 'no-data';
  return !('reason' in state) || state.reason?.kind === 'reconnect';
}

function describedReason(reason: ConnectionFailure | undefined): string {
  return reason === undefined ? 'the limit on connects in a minute is reached' : `${reason.message} (${reason.code})`;
}

function disconnectedFixes({ state }: Evidence): readonly string[] {
  const reason = 'reason' in state ? state.reason : undefined;
  return reason === undefined
    ? ['call reconnect() less often', 'check what ends the connections']
    : connectionFixes(reason);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function shown(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `${reason} ${String(count)}`)
    .join(', ');
}

/** The entries for a feed's own counts, in the order in which they explain each other. */
export const playbookEntries: readonly PlaybookEntry[] = [
  {
    code: 'RXP_FLAPPING',
    section: 'connection',
    severity: 'critical',
    roots: [],
    symptom: ({ state: { flap } }) =>
      flap === undefined ? undefined : `connections are lost again and again: ${flap.message} (${flap.code})`,
    fixes: ({ state: { flap } }) => [
      ...(flap?.certain === true ? ['give every client a client id of its own, or none'] : []),
      ...connectionFixes({ kind: 'flap' }),
    ],
  },
  {
    code: 'RXP_FEED_SILENT',
    section: 'connection',
    severity: 'critical',
    roots: [],
    symptom: ({ state, at, stats: { silences } }) =>
      isFeedSilent(state)
        ? `no symbol has sent anything for ${String(Math.floor((at - (state.silentSince ?? at)) / 1000))} s and more, though a market was open; ${String(silences.feed)} times since the feed was made`
        : undefined,
    fixes: () => [
      'wait: while a market is open, the connection is replaced after 10 s, then after spans that double up to 10 min',
      'check the venue’s status page: if a new connection brings no data either, the venue sends none',
      'check that the calendar knows this day’s holidays and hours',
    ],
  },
  {
    code: 'RXP_NOT_CONNECTED',
    section: 'connection',
    severity: 'critical',
    roots: ['RXP_FLAPPING', 'RXP_FEED_SILENT'],
    symptom: (evidence) => {
      const why = disconnected(evidence);
      return why === undefined ? undefined : `not connected: ${why}`;
    },
    fixes: disconnectedFixes,
  },
  {
    code: 'RXP_UNRESPONSIVE',
    section: 'connection',
    severity: 'critical',
    roots: ['RXP_NOT_CONNECTED'],
    symptom: ({ state, at }) =>
      state.status === 'silent' && state.why === 'unresponsive'
        ? `connected, and the peer has not answered a ping for ${String(Math.floor((at - state.since) / 1000))} s and more`
        : undefined,
    fixes: () => [
      'wait: the feed replaces the connection within seconds',
      'check the network between here and the broker',
    ],
  },
  {
    code: 'RXP_TOPICS_REFUSED',
    section: 'data',
    severity: 'critical',
    roots: ['RXP_NOT_CONNECTED'],
    symptom: ({ state }) =>
      state.status === 'live' && state.ledger.refused.length > 0
        ? `the broker refuses ${String(state.ledger.refused.length)} of ${String(state.ledger.wanted)} topics: ${state.ledger.refused.slice(0, 5).join(', ')}`
        : undefined,
    fixes: () => [
      'check the spelling of these symbols',
      'check that the account may read them',
      'look at explain(symbol) for what the broker wrote',
    ],
  },
  {
    code: 'RXP_REJECTS',
    section: 'data',
    severity: 'critical',
    roots: [],
    symptom: ({ stats }) =>
      sum(stats.rejected) > 0
        ? `frames that can't be read: ${shown(stats.rejected)}; of ${String(stats.received)} since the feed was made`
        : undefined,
    fixes: () => [
      'look at a rejected payload with onReject',
      'check that the decoder matches the venue’s present schema',
    ],
  },
  {
    code: 'RXP_TOPICS_SILENT',
    section: 'data',
    severity: 'warning',
    roots: ['RXP_NOT_CONNECTED'],
    symptom: ({ state }) =>
      state.status === 'live' && state.ledger.noData.length > 0
        ? `${String(state.ledger.noData.length)} of ${String(state.ledger.granted)} granted topics send no image: ${state.ledger.noData.slice(0, 5).join(', ')}`
        : undefined,
    fixes: () => [
      'check the spelling of these symbols: some brokers grant any topic',
      'check that the account may read them: some brokers grant what they never deliver',
    ],
  },
  {
    code: 'RXP_NO_EVENTS',
    section: 'data',
    severity: 'critical',
    roots: ['RXP_NOT_CONNECTED', 'RXP_TOPICS_REFUSED', 'RXP_TOPICS_SILENT', 'RXP_REJECTS'],
    symptom: ({ state, stats, at }) =>
      state.status === 'live' && state.ledger.granted > 0 && stats.emitted === 0 && at - state.since >= noEventsAfter
        ? `connected, ${String(state.ledger.granted)} topics granted, and nothing came in ${String(Math.floor((at - state.since) / 1000))} s`
        : undefined,
    fixes: () => [
      'check that the market is open',
      'check that the topics are those the venue publishes',
      'check the account’s rights: some brokers grant what they never deliver',
    ],
  },
  {
    code: 'RXP_EVENTS_DROPPED',
    section: 'data',
    severity: 'critical',
    roots: [],
    symptom: ({ stats: { dropped } }) => {
      const { 'key-evicted': evicted = 0, 'control-capacity': control = 0 } = dropped;
      // The other reasons are no loss: no subscriber waited for these events, or newer ones came.
      return evicted + control > 0
        ? `events lost because the queue was full: ${String(evicted + control)} since the feed was made`
        : undefined;
    },
    fixes: () => [
      'raise capacity with tune({ capacity }): sizing(feed) says to what',
      'subscribe to fewer symbols',
      'move slow work off the thread',
    ],
  },
  wildcardEntry,
  queueEntry,
  ...delayEntries,
  callbackEntry,
  {
    code: 'RXP_STALLED',
    section: 'health',
    severity: 'warning',
    roots: [],
    symptom: ({ stats: { stalls, longestStall } }) =>
      stalls > 0
        ? `nothing was read ${String(stalls)} times, for up to ${String(Math.round(longestStall))} ms, because the thread was blocked or the machine slept: messages that came meanwhile may be lost`
        : undefined,
    fixes: () => [
      'see in delays() whether it was a consumer or something else',
      'move work of more than some 10 ms to a worker',
      'raise stallThreshold if the broker is known to hold messages back for a slow reader',
    ],
  },
  {
    code: 'RXP_SYMBOLS_IN_DOUBT',
    section: 'health',
    severity: 'warning',
    roots: ['RXP_NOT_CONNECTED', 'RXP_FEED_SILENT'],
    symptom: ({ stats: { topics, otherTopics } }) => {
      const others = otherTopics.suspect + otherTopics.stale;
      if (topics.suspect + topics.stale + others === 0) return undefined;
      const symbols = `${String(topics.suspect)} symbols suspect, ${String(topics.stale)} stale`;
      return others === 0
        ? symbols
        : `${symbols}; of other kinds ${String(otherTopics.suspect)} topics suspect, ${String(otherTopics.stale)} stale`;
    },
    fixes: () => [
      'wait for each symbol’s next image',
      'see explain(symbol) for why it is, and its silence for when it is stale and from how many gaps that was learned',
      'give staleAfter a span of your own for symbols that are known to pause for longer',
    ],
  },
];
