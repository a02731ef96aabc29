import type { Observable } from 'rxjs';
import type { Logger } from '../feed/diagnostics/logger.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { Clock } from '../model/clock.js';
import type { Endpoint } from '../model/transport.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';

/** The options of `startRelay`. */
export interface RelayConfig<E> {
  /** The feed to read. The relay subscribes to it, and never closes it. */
  readonly feed: Pick<QuoteFeed<E>, 'updates' | 'state$' | 'explain'>;
  /**
   * The symbols to publish: a list, or an Observable of lists. With `shard` a list has the venue's own spelling.
   * @defaultValue all symbols of the feed, by a wildcard
   */
  readonly symbols?: readonly string[] | Observable<readonly string[]>;
  /** Your broker: a URL (`mqtt://`, `mqtts://`, `ws://`, `wss://`), or an endpoint with credentials. */
  readonly broker: string | Endpoint;
  /** The first levels of all topics. @defaultValue `rx-quotes` */
  readonly prefix?: string;
  /**
   * The most images of a symbol in a second, 0.1 to 1000. The newest of those that wait is published. Changes of state or
   * market are published at once, beside this rate.
   * @defaultValue 2
   */
  readonly rate?: number;
  /** Levels a side, 1 or 10. @defaultValue 1 */
  readonly depth?: 1 | 10;
  /** The form of the messages. `json` carries events of any type, `protobuf` only books. @defaultValue `protobuf` */
  readonly format?: 'protobuf' | 'json';
  /** Which part of the symbols to publish, when several relays share them: the first `index` is 1. @defaultValue all */
  readonly shard?: { readonly index: number; readonly count: number };
  /**
   * The longest time in ms between two statuses of the relay, 100 to 60000. Readers doubt every quote after three of them without a
   * status.
   * @defaultValue 1000
   */
  readonly heartbeat?: number;
  /** Time in ms after which a symbol without a message is published again, 1000 to 10000. @defaultValue 10000 */
  readonly refresh?: number;
  /**
   * While more than this many bytes wait for the broker to read them, images wait, too, the newest of each symbol; 1024 to 8388608.
   * @defaultValue 1048576
   */
  readonly maxBuffered?: number;
  /** Time and chance. @defaultValue the system's */
  readonly clock?: Clock;
  /** Gets a line for each change of the link to the broker, and of the feed that is read. @defaultValue no log */
  readonly logger?: Logger;
}

/** Counters of a relay. At every moment `received` = `published` + `conflated` + `waiting` + `skipped`. */
export interface RelayStats {
  /** Updates of symbols that the feed emitted. */
  readonly received: number;
  /** Updates that were published. */
  readonly published: number;
  /** Updates that a newer one replaced before they were published. */
  readonly conflated: number;
  /** Symbols whose newest update waits: for its time, for the link, or for unsent bytes. */
  readonly waiting: number;
  /**
   * Updates that are not for this relay: of symbols of another shard, of symbols that can be no level of a topic, and `awaiting`
   * without an image before.
   */
  readonly skipped: number;
  /** Images that were published again, without a new update. */
  readonly refreshed: number;
  /** Statuses that were published. */
  readonly statuses: number;
  /** Connections to the broker that were lost. */
  readonly reconnects: number;
  /** Bytes that wait for the broker to read them. */
  readonly buffered: number;
  /** Bytes of all payloads that were published. */
  readonly bytes: number;
}

/** A relay that runs. */
export interface Relay {
  /**
   * The state of the relay's own link to the broker: the present state at once, then every change. **Completes** on `close()`.
   * **Errors** with `RelayReplaced` when a relay with the same prefix and shard was started later; with `RXQ_ARGUMENT`
   * when an event can't be published in this format; with the error of `symbols`. Then the relay has ended.
   */
  readonly state$: Observable<ConnectionState>;
  /** Counts what became of every update. */
  stats(): RelayStats;
  /** Publishes that the relay ends, disconnects, and resolves within 2 s, in any state. The feed stays open. */
  close(): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
