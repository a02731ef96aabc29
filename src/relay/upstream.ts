import type { Gap } from '../model/gap.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import type { StatusGap, StatusMessage } from './wire/messages.js';

/** The part of a relay's status that describes the feed that it reads. */
export type UpstreamStatus = Pick<StatusMessage, 'state' | 'epoch' | 'reason' | 'since' | 'gap'>;

/** The most symbols of a gap that are named. */
const MOST_NAMED = 64;

/**
 * Why a feed is not live. No text of a peer is in it, because all readers of the relay get it.
 */
function reasonOf(state: ConnectionState): string {
  switch (state.status) {
    case 'live':
      return '';
    case 'silent':
      return state.why === 'unresponsive' ? 'the broker does not answer' : 'no symbol sends although a market is open';
    case 'idle':
    case 'closed':
      return state.status;
    default: {
      // One text for all steps of a retry, so that readers see a change only when the cause changes.
      const status = state.status === 'rejected' ? 'rejected' : 'not connected';
      const { reason } = state;
      const why =
        reason === undefined
          ? ''
          : ` after ${reason.code}${reason.subcause === undefined ? '' : ` (${reason.subcause})`}`;
      return `${status}${why}`;
    }
  }
}

/**
 * Follows the state and the gaps of the feed that a relay reads. It reports each change before the feed emits the symbols that are
 * concerned: a gap comes before the suspect symbols, and a live state or a new epoch before the images.
 */
export class Upstream {
  status: UpstreamStatus;
  private connection: ConnectionState;
  private readonly onChange: (status: UpstreamStatus) => void;
  private readonly symbolsOf: (gap: Gap) => readonly string[] | 'all';

  /**
   * @param now - wall time in ms
   * @param symbolsOf - the symbols of the relay that a gap concerns
   * @param onChange - called after each change of `status`
   */
  constructor(
    now: number,
    symbolsOf: (gap: Gap) => readonly string[] | 'all',
    onChange: (status: UpstreamStatus) => void,
  ) {
    this.connection = { status: 'idle', since: now };
    this.status = { state: 'lost', epoch: 0, reason: reasonOf(this.connection), since: now };
    this.symbolsOf = symbolsOf;
    this.onChange = onChange;
  }

  /** Called for each state of the feed's connection. */
  onState(state: ConnectionState): void {
    this.connection = state;
    this.change(Math.max(this.status.epoch, state.epoch ?? 0), this.status.gap, state.since);
  }

  /** Called for each gap of the feed. */
  onGap(gap: Gap): void {
    const { phase, cause, fromEpoch, lostAt, recoveredAt } = gap;
    const { epoch } = this.status;
    if (phase === 'closed') {
      this.change(epoch, undefined, recoveredAt ?? lostAt);
      return;
    }
    const symbols = this.symbolsOf(gap);
    if (symbols.length === 0) return;
    const named = symbols === 'all' || symbols.length > MOST_NAMED ? [] : symbols;
    this.change(epoch, { cause, fromEpoch, lostAt, symbols: named }, lostAt);
  }

  /** Called with the epoch of each update: none is published before a status with its epoch. */
  onEpoch(epoch: number): void {
    if (epoch > this.status.epoch) this.change(epoch, this.status.gap, this.status.since);
  }

  private change(epoch: number, gap: StatusGap | undefined, at: number): void {
    const { status, connection } = this;
    // The feed reports the gap of a lost link before the state of its connection, and after it closes the gap.
    const isLost = gap?.cause === 'link';
    const state = connection.status === 'live' && !isLost ? 'live' : 'lost';
    const reason = isLost && connection.status === 'live' ? 'link' : reasonOf(connection);
    const isSame = state === status.state && epoch === status.epoch && reason === status.reason && gap === status.gap;
    if (isSame) return;
    const since = state === status.state ? status.since : at;
    this.status = { state, epoch, reason, since, ...(gap === undefined ? {} : { gap }) };
    this.onChange(this.status);
  }
}
