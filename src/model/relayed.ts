import type { GapCause } from './gap.js';
import type { DataState } from './state.js';

/** What a message of a relay says about its quote: how far the feed that the relay reads trusts it. */
export interface RelayedState {
  /** Tells this from the status of a relay. */
  readonly type: 'quote';
  /** The run of the relay that published it: a number that is new at each start of a relay. */
  readonly run: number;
  /** The connection epoch of the feed that the relay reads. */
  readonly epoch: number;
  /** The number of this message among those of its topic and run; the first is 1. */
  readonly counter: number;
  /** The state of the quote in the feed that the relay reads. */
  readonly state: DataState;
  /**
   * `image`: a new image; `state`: the image before, because its state or market changed; `refresh`: the image before, published again
   * because nothing else was for a while.
   */
  readonly change: 'image' | 'state' | 'refresh';
  /** Time in ms from the relay's reading of the image to its publishing. */
  readonly age: number;
  /** Wall time in ms since the Unix epoch, by the relay's clock, at which the relay read the image. */
  readonly receivedAt: number;
  /** Whether the message has no image, only the state of a symbol without one. */
  readonly isEmpty: boolean;
}

/** The status of a relay. */
export interface RelayReport {
  /** Tells this from the state of a quote. */
  readonly type: 'report';
  /** The name of the relay among those that share the symbols. */
  readonly relay: string;
  /** The run of the relay. */
  readonly run: number;
  /** The number of this status in its run; the first is 1. */
  readonly sequence: number;
  /** `live`: the feed that the relay reads is live; `lost`: it is not; `ended`: the relay ended. */
  readonly state: 'live' | 'lost' | 'ended';
  /** The connection epoch of the feed that the relay reads. */
  readonly epoch: number;
  /** Time in ms in which the next status comes at the latest. */
  readonly heartbeat: number;
  /** Why the feed that the relay reads is lost; empty while it is live. */
  readonly reason: string;
  /** The gap that is open in the feed that the relay reads. */
  readonly gap?: {
    /** Its cause there. */
    readonly cause: GapCause;
    /** The symbols concerned; an empty list is every symbol of the relay. */
    readonly symbols: readonly string[];
  };
}

/** What a message of a relay says about the feed behind it. */
export type Relayed = RelayedState | RelayReport;
