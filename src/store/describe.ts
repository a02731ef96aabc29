import { systemClock } from '../model/systemClock.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
}

function sentence(state: ConnectionState, now: number): string {
  switch (state.status) {
    case 'idle':
      return 'Not connected: nothing is subscribed to.';
    case 'connecting':
      return state.reason === undefined
        ? 'Connecting.'
        : `Connecting, attempt ${String(state.attempt + 1)}: ${state.reason.message}.`;
    case 'live': {
      const { refused, wanted } = state.ledger;
      return refused.length === 0
        ? 'Live.'
        : `Live; the broker refuses ${String(refused.length)} of ${String(wanted)} topics.`;
    }
    case 'silent':
      return state.why === 'unresponsive'
        ? 'Connected, but the broker does not answer.'
        : 'Connected, but no symbol sends although a market is open.';
    case 'waiting': {
      const why = state.reason?.message ?? 'too many connects in a minute';
      return `Not connected: ${why}. Next attempt in ${span(state.since + state.delay - now)}.`;
    }
    case 'rejected':
      return `Refused: ${state.reason.message}. Next attempt in ${span(state.retryAt - now)}.`;
    case 'closed':
      return 'Closed.';
  }
}

/**
 * Describes the state of a connection in one or two sentences, for a banner. It holds no secret.
 *
 * @example
 * ```ts
 * feed.state$.subscribe((state) => log(describe(state)));
 * ```
 *
 * @param now - wall time in ms, for the time to the next attempt; this machine's unless set
 * @since 0.1.0
 */
export function describe(state: ConnectionState, now: number = systemClock.now()): string {
  const silent =
    state.silentSince === undefined || state.status === 'silent'
      ? ''
      : ` No data came for ${span(now - state.silentSince)}, although a market is open.`;
  return sentence(state, now) + silent;
}
