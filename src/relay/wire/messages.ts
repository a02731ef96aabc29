import type { BookFlag } from '../../model/events.js';
import type { GapCause } from '../../model/gap.js';
import type { QuoteTags } from '../../model/quote.js';
import type { DataState, MarketState } from '../../model/state.js';

/** The fields of a relayed quote besides its book. */
export interface QuoteHead {
  /** The run of the relay, not 0. */
  readonly run: number;
  /** The epoch of the feed that the relay reads. */
  readonly epoch: number;
  /** The number of the message among those of its topic and run. */
  readonly counter: number;
  readonly state: DataState;
  readonly market: MarketState;
  readonly change: 'image' | 'state' | 'refresh';
  /** Wall time in ms at which the relay read the image. */
  readonly receivedAt: number;
  /** Whole ms from then to the publishing. */
  readonly age: number;
}

/** The gap that is open in the feed that a relay reads. */
export interface StatusGap {
  readonly cause: GapCause | 'upstream' | 'relay';
  readonly fromEpoch: number;
  readonly lostAt: number;
  /** Empty for all symbols of the relay. */
  readonly symbols: readonly string[];
}

/** The status of a relay. */
export interface StatusMessage {
  readonly run: number;
  readonly sequence: number;
  readonly state: 'live' | 'lost' | 'ended';
  readonly epoch: number;
  readonly startedAt: number;
  readonly heartbeat: number;
  readonly reason: string;
  readonly since: number;
  readonly index: number;
  readonly count: number;
  readonly gap?: StatusGap;
}

/** A form of a relay's messages. */
export interface MessageFormat {
  /**
   * Writes a quote. Without an event it is the state of a symbol that has no image.
   *
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT` for an event that the format has no fields for
   */
  quote(head: QuoteHead, symbol: string, event: object | undefined): Uint8Array;
  status(status: StatusMessage): Uint8Array;
}

// The words of the enums of relay.proto, each at the place of its number.

export const dataStates: readonly DataState[] = ['awaiting', 'live', 'quiet', 'suspect', 'stale', 'refused'];
export const marketStates: readonly MarketState[] = ['unknown', 'open', 'auction', 'halted', 'closed'];
export const changes: readonly QuoteHead['change'][] = ['image', 'state', 'refresh'];
export const flags: readonly BookFlag[] = ['undefined', 'normal', 'ato', 'atc'];
export const marks: readonly (QuoteTags['implausible'] | 'none')[] = ['none', 'crossed', 'disordered'];
export const relayStates: readonly (StatusMessage['state'] | 'unstated')[] = ['unstated', 'live', 'lost', 'ended'];
export const gapCauses: readonly StatusGap['cause'][] = [
  'link',
  'stall',
  'overflow',
  'rotation',
  'wake',
  'upstream',
  'relay',
];
