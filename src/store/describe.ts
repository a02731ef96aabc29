import { systemClock } from '../model/systemClock.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';

function span(seconds: number): string {
  return seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
}

function nextAttempt(at: number, now: number): string {
  return `Next attempt in ${span(Math.max(0, Math.ceil((at - now) / 1000)))}.`;
}

const steps = {
  credentials: 'Getting credentials',
  network: 'Connecting',
  handshake: 'Waiting for the broker',
  subscribing: 'Subscribing',
} as const;

function sentence(state: ConnectionState, now: number): string {
  switch (state.status) {
    case 'idle':
      return 'Not connected: nothing is subscribed to.';
    case 'connecting': {
      const attempt = state.attempt === 0 ? '' : `, attempt ${String(state.attempt + 1)}`;
      const reason = state.reason === undefined ? '' : `: ${state.reason.message}`;
      return `${steps[state.step]}${attempt}${reason}.`;
    }
    case 'live': {
      const { refused, noData, wanted } = state.ledger;
      const topics = (some: readonly string[]): string => `${String(some.length)} of ${String(wanted)} topics`;
      const refusal = refused.length === 0 ? '' : `; the broker refuses ${topics(refused)}`;
      return noData.length === 0 ? `Live${refusal}.` : `Live${refusal}; no data for ${topics(noData)}.`;
    }
    case 'silent':
      if (state.why === 'relay') return `Connected to the broker, but no relay gives live quotes: ${state.detail}.`;
      return state.why === 'unresponsive'
        ? 'Connected, but the broker does not answer.'
        : 'Connected, but no symbol sends although a market is open.';
    case 'waiting': {
      const why = state.reason?.message ?? 'too many connects in a minute';
      return `Not connected: ${why}. ${nextAttempt(state.since + state.delay, now)}`;
    }
    case 'rejected':
      return `Refused: ${state.reason.message}. ${nextAttempt(state.retryAt, now)}`;
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
      : ` No data came for ${span(Math.max(0, Math.floor((now - state.silentSince) / 1000)))}, although a market is open.`;
  return sentence(state, now) + silent;
}
