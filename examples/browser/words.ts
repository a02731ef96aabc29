import type { ConnectionState, Gap } from 'rx-quotes';

/** Time of day, for people. */
const clockTime = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');

/** Describes the state of the connection, for the line above the prices. */
export function connectionText(state: ConnectionState): string {
  switch (state.status) {
    case 'live': {
      const { refused } = state.ledger;
      return `Live${refused.length === 0 ? '' : `; refused: ${refused.join(', ')}`}`;
    }
    case 'connecting':
      return `Connecting: ${state.step}`;
    case 'waiting':
      return `No connection. Next attempt at ${clockTime(state.since + state.delay)}. ${state.reason?.message ?? ''}`;
    case 'rejected':
      return `Refused. Next attempt at ${clockTime(state.retryAt)}. ${state.reason.message}`;
    case 'silent':
      return state.why === 'no-data' ? 'Connected, but no data comes' : 'Connected, but the broker does not answer';
    case 'idle':
    case 'closed':
      return 'Not connected';
  }
}

/** Describes the prices that may have been missed, for the line below the prices. */
export function gapText({ phase, lostAt, recoveredAt = lostAt }: Gap): string {
  return phase === 'open'
    ? `Link lost at ${clockTime(lostAt)}: prices are as of then.`
    : `Prices from ${clockTime(lostAt)} to ${clockTime(recoveredAt)} were missed. Each symbol is live with its own next price.`;
}
