import type { Cause } from '../cause.js';
import { spanText, type Window } from '../window.js';

/** Whether the feed is silent, and no failure of the connection explains it: a connection that is replaced did not fail. */
function isFeedSilent({ now: { state } }: Window): boolean {
  if (state.silentSince === undefined) return false;
  if (state.status === 'silent') return state.why === 'no-data';
  return !('reason' in state) || state.reason?.kind === 'reconnect';
}

/** How long ago the last image came, in ms: the feed was found silent later, when that was longer than is normal. */
function silentFor({ now: { at, symbols } }: Window, found: number): number {
  const youngest = symbols.reduce((least, { age = Infinity }) => Math.min(least, age), Infinity);
  return Math.max(at - found, youngest === Infinity ? 0 : youngest);
}

/** Silence of the whole feed in an open market. */
export const feedSilentCause: Cause = {
  code: 'RXP_FEED_SILENT',
  chapter: 'feed-stale',
  severity: 'critical',
  title: 'No symbol sends, though a market is open',
  apart:
    'The connection answers, and every symbol is silent for longer than is normal for all together. A holiday that the calendar does not know looks the same.',
  roots: ['RXP_TAKEOVER', 'RXP_FLAPPING'],
  over: 0,
  detect: (window) => {
    const { silentSince } = window.now.state;
    return isFeedSilent(window) && silentSince !== undefined
      ? {
          symptom: `no symbol has sent anything for ${spanText(silentFor(window, silentSince))}, though a market was open`,
          since: silentSince,
        }
      : undefined;
  },
  fixes: [
    'wait: while a market is open, the connection is replaced after 10 s, then after spans that double up to 10 min',
    'check the venue’s status page: if a new connection brings no data either, the venue sends none',
    'check that the calendar knows this day’s holidays and hours',
  ],
  probe: 'first-message',
  alert: 'rx_quotes_silent == 1',
  fault: 'a venue that stops sending in an open market',
};
