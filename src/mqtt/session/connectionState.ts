import type { ConnectionFailure } from '../../model/errors.js';

/** The state of the one connection of a feed, discriminated by `status`. */
export type ConnectionState = {
  /** Epoch of the last live connection; left out before the first. */
  readonly epoch?: number;
  /** Wall time in ms since the Unix epoch at which this state began. */
  readonly since: number;
  /**
   * Connections are accepted and soon lost, one after the other: a failure of kind `flap`. It stays in all states until a
   * connection has lived longer than those. If that connection uses another client id than its endpoint's, the reason is
   * `certain`, and it stays until it ends.
   */
  readonly flap?: ConnectionFailure;
  /**
   * Wall time in ms at which a feed was found silent: no symbol sends although a market is open. It stays in all states, also of later
   * connections, until a quote or price info comes or no market is open. `fromMqtt` never has it.
   */
  readonly silentSince?: number;
} & (
  | /** No subscriber, so there is no connection. */ { readonly status: 'idle' }
  /** An attempt is under way: it gets credentials, opens the socket, waits for CONNACK, or waits for SUBACKs. */
  | {
      readonly status: 'connecting';
      readonly step: 'credentials' | 'network' | 'handshake' | 'subscribing';
      /** The number of the attempt since the feed was made, from 0. */
      readonly attempt: number;
      /** The reason of the last `waiting` or `rejected`. Left out in the first attempt since somebody subscribed. */
      readonly reason?: ConnectionFailure;
    }
  /** Connected, and the broker has answered for every wanted topic. */
  | {
      readonly status: 'live';
      /** The subscriptions in numbers; the refused topics and those without data by name. */
      readonly ledger: {
        readonly wanted: number;
        readonly granted: number;
        readonly refused: readonly string[];
        /** Topics that are granted, but without the image that this venue sends on SUBSCRIBE. */
        readonly noData: readonly string[];
      };
    }
  /**
   * Connected, but the peer does not answer (`unresponsive`), or no symbol got a message for longer than is normal while a market
   * was open (`no-data`). `unresponsive` lasts until something comes or the connection is given up. `no-data` lasts until a quote
   * or price info comes or no market is open: a connection that replaces a silent one is silent from its first moment.
   */
  | { readonly status: 'silent'; readonly why: 'unresponsive' | 'no-data' }
  /** Connected to the broker of a relay, but no relay gives live quotes. `fromMqtt` never has this state. */
  | {
      readonly status: 'silent';
      readonly why: 'relay';
      /** The reason, e.g. `relay 1 ended`. */
      readonly detail: string;
    }
  /** The last attempt or connection failed; the next comes after `delay` ms. */
  | {
      readonly status: 'waiting';
      /** In ms from `since`. */
      readonly delay: number;
      /** The number of the next attempt. */
      readonly attempt: number;
      /** Left out when the wait is due to the limit on connects a minute, and not to a failure. */
      readonly reason?: ConnectionFailure;
    }
  /** The peer refuses, and a quick retry can't help. Slow retries continue for ever, the next one at `retryAt`. */
  | {
      readonly status: 'rejected';
      readonly reason: ConnectionFailure;
      /** Wall time in ms since the Unix epoch. */
      readonly retryAt: number;
    }
  /** `close()` was called. */
  | { readonly status: 'closed' }
);

/** A state without `epoch` and `since`, which `ConnectionStates` adds. */
export type ConnectionPhase = ConnectionState extends infer S
  ? S extends ConnectionState
    ? Omit<S, 'epoch' | 'since'>
    : never
  : never;
