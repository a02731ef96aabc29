import type { ConnectionFailure, FlapFailure } from '../../model/errors.js';
import type { LedgerSummary } from '../subscriptions/topicLedger.js';

interface Common {
  /** Epoch of the last live connection; left out before the first. */
  readonly epoch?: number;
  /** Wall time in ms since the Unix epoch at which this state began. */
  readonly since: number;
  /**
   * Connections are accepted and soon lost, one after the other. Stands until one has outlived them, through all states in
   * between; if that one has another client id than its endpoint's, which is then `certain`, as long as it lives.
   */
  readonly flap?: FlapFailure;
}

/** Nobody is subscribed: no connection is wanted. */
export interface Idle extends Common {
  readonly status: 'idle';
}

/** An attempt is under way: asking for credentials, opening the socket, waiting for CONNACK, waiting for SUBACKs. */
export interface Connecting extends Common {
  readonly status: 'connecting';
  readonly step: 'credentials' | 'network' | 'handshake' | 'subscribing';
  /** Attempts since the feed was made, the first is 0. */
  readonly attempt: number;
}

/** Connected, every wanted topic answered. `ledger` tells which topics were refused. */
export interface Live extends Common {
  readonly status: 'live';
  readonly ledger: LedgerSummary;
}

/**
 * Connected, but the peer does not answer (`unresponsive`), or nothing came from any symbol for longer than is normal while a
 * market was open (`mute`): until something comes, or the connection is replaced.
 */
export interface Silent extends Common {
  readonly status: 'silent';
  readonly why: 'unresponsive' | 'mute';
}

/** The last attempt or connection failed; the next comes after `delay` ms. */
export interface Waiting extends Common {
  readonly status: 'waiting';
  /** In ms from `since`. */
  readonly delay: number;
  /** Number that the next attempt will have. */
  readonly attempt: number;
  /** Left out when no failure but the limit on connects per minute is what is waited for. */
  readonly reason?: ConnectionFailure;
}

/** The peer refuses and trying again soon can't help: tried again at `retryAt`, slowly, for ever. */
export interface Rejected extends Common {
  readonly status: 'rejected';
  readonly reason: ConnectionFailure;
  /** Wall time in ms since the Unix epoch. */
  readonly retryAt: number;
}

/** `close()` was called. */
export interface Closed extends Common {
  readonly status: 'closed';
}

/** What the one connection of a feed is doing, discriminated by `status`. */
export type ConnectionState = Idle | Connecting | Live | Silent | Waiting | Rejected | Closed;

/** A state without what every state has: what its author has to say. */
export type ConnectionPhase = ConnectionState extends infer S
  ? S extends Common
    ? Omit<S, 'epoch' | 'since'>
    : never
  : never;
