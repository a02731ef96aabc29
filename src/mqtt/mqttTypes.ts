import type { Observable } from 'rxjs';
import type { QueueSnapshot } from '../../operators/support/ledger.js';
import type { Clock } from '../model/clock.js';
import type { ConnectionFailure } from '../model/errors.js';
import type { Endpoint, Transport } from '../model/transport.js';
import type { EndpointProvider, OnSubscribe } from '../model/venue.js';
import type { ConnectionState } from './session/connectionState.js';
import type { TopicSubscription } from './subscriptions/topicLedger.js';

/** One PUBLISH, in the epoch of the connection that read it. */
export interface MqttMessage<R = undefined> {
  /** The topic of the PUBLISH, never a filter. */
  readonly topic: string;
  /**
   * The bytes, a view into the socket's memory that is valid only during the call of `next`. Decode or copy them at
   * once.
   */
  readonly payload: Uint8Array;
  /** The PUBLISH's retain flag: the broker kept the message for new subscriptions, so its age is unknown. */
  readonly retain: boolean;
  /** Whether this is the topic's first message since the SUBSCRIBE for it, or for the wildcard that brings it, on this connection. */
  readonly first: boolean;
  /** The number of the connection; 0 for the first that was live. It never falls. */
  readonly epoch: number;
  /** The number of this message among all messages that were read, emitted or not. */
  readonly sequence: number;
  /** Whether the message waited for the promotion of its connection. */
  readonly held: boolean;
  /** Wall time of the reading, ms since the Unix epoch. */
  readonly receivedAt: number;
  /** Monotonic time of the reading, ms; for spans within this process. */
  readonly monotonicAt: number;
  /** The value that `MqttConfig.route` returned for the topic; `undefined` without a `route`. */
  readonly route: R;
}

/** An event of the connection other than a message; events and messages are in order. */
export type MqttEvent<R = undefined> =
  /** The connection's state changed; also in `state$`, which replays it. */
  | { readonly type: 'state'; readonly state: ConnectionState }
  /** The connection has its epoch: CONNACK and the answer to every SUBSCRIBE came. Its messages follow. */
  | { readonly type: 'promoted'; readonly epoch: number }
  /** The live connection ended. Messages of its topics may be missed from now on. */
  | { readonly type: 'lost'; readonly epoch: number; readonly failure: ConnectionFailure }
  /** The thread was blocked, or the machine slept: messages may have been missed. `settled` follows. */
  | { readonly type: 'stalled'; readonly epoch: number; readonly cause: 'stall' | 'wake'; readonly by: number }
  /** All messages that were buffered during the stall are read; `sequence` is the number of the last one. */
  | { readonly type: 'settled'; readonly epoch: number; readonly sequence: number }
  /** The broker granted these topics. */
  | { readonly type: 'granted'; readonly topics: readonly string[] }
  /** The broker, or a notice of the venue, refused these topics. A SUBSCRIBE for each alone is sent about once a minute. */
  | { readonly type: 'refused'; readonly topics: readonly string[] }
  /**
   * A message that waited for the promotion of its connection was dropped: the queue was full (`capacity`), or the connection
   * ended first (`unpromoted`).
   */
  | { readonly type: 'dropped'; readonly reason: 'capacity' | 'unpromoted'; readonly message: MqttMessage<R> }
  /** Wall time jumped against monotonic time by `by` ms: the machine slept (positive), or its clock was set. */
  | { readonly type: 'clock-jump'; readonly by: number }
  /** A message of `notices.topics` could not be read. */
  | {
      readonly type: 'unreadable-notice';
      readonly topic: string;
      readonly reason: string;
      readonly error?: unknown;
      /** Valid during the call only. */
      readonly payload: Uint8Array;
    }
  /** A notice of the venue refuses these topics; `wanted` is whether the link subscribes to them. */
  | {
      readonly type: 'notice';
      readonly refused: readonly { readonly topic: string; readonly message: string }[];
      readonly wanted: boolean;
    }
  /** These topics are granted, and an image that should have come did not come. */
  | { readonly type: 'no-data'; readonly topics: readonly string[] }
  /** A connection ended before the broker answered for these topics: from now on they are asked for last, each alone. */
  | { readonly type: 'suspected'; readonly topics: readonly string[] }
  /** The broker closed several connections when one of these topics alone was asked for: each counts as refused. */
  | { readonly type: 'closed-on'; readonly topics: readonly string[] }
  /** A connection outlived those that flapped. With a verdict, the reason for the flap is now certain; without, it is over. */
  | { readonly type: 'flap'; readonly verdict: ConnectionFailure | undefined }
  /** The venue's notices are not available, so that a topic that it refuses by a notice only looks silent. */
  | { readonly type: 'no-notices'; readonly why: string };

/** Options of `fromMqtt`. */
export interface MqttConfig<R = undefined> {
  /** A URL (`mqtt://`, `mqtts://`, `ws://`, `wss://`), an endpoint, or a function that is called at every attempt. */
  readonly endpoint: string | Endpoint | EndpointProvider;
  /**
   * Topic filters to subscribe to: a list; or an Observable of lists, each of which replaces the previous list; or an
   * Observable of changes, for thousands of topics that are added and removed one by one. The first subscriber
   * subscribes to this Observable, and the last one unsubscribes from it. Its last list holds for every later
   * connection, also after it has completed. No connection is live before its first list.
   *
   * A topic that a wildcard of the list covers is not subscribed to by itself, because a broker may send a copy of a
   * message for each filter that matches it. `onSubscribe` decides where this holds. A shared subscription (`$share/…`,
   * `$queue/…`) or an exclusive one (`$exclusive/…`) in a list is an error with code `RXQ_ARGUMENT`. In a change, the
   * filter is refused, and its `TopicSubscription` has the reason.
   */
  readonly topics:
    | readonly string[]
    | Observable<
        | readonly string[]
        | {
            /** All topics that are wanted right now; the same Set object at every change. */
            readonly all: ReadonlySet<string>;
            readonly added: readonly string[];
            readonly gone: readonly string[];
          }
      >;
  /**
   * Whether only the newest message of a topic is kept while messages wait for the promotion of a connection; called once for
   * each topic and connection. @defaultValue never: all are kept
   */
  readonly conflate?: (topic: string, route: R) => boolean;
  /**
   * Returns an object of yours for a topic, e.g. its decoder. It is called at the topic's first message on a connection, and each
   * message carries the result, so that no message needs a lookup. If it returns `undefined` or throws, the message is counted
   * as unclaimed and not emitted, and the topic's next message calls it again.
   */
  readonly route?: (topic: string) => R | undefined;
  /**
   * The kind of a topic's first message after SUBSCRIBE, see `OnSubscribe`: with `snapshot`, a granted topic without a
   * message for 5 s has the status `no-data`. A wildcard with `snapshot` or `unknown` covers no other topic.
   * @defaultValue `'nothing'`
   */
  readonly onSubscribe?: OnSubscribe | ((topic: string) => OnSubscribe);
  /** Topics on which the venue reports refused topics: subscribed to beside `topics`, and their messages are not emitted. */
  readonly notices?: {
    /** The topics on which the messages come. A feed subscribes to them beside what is wanted. */
    readonly topics: readonly string[];
    /**
     * Returns the topics that a message refuses, perhaps none, each with the venue's reason, which may be empty. A reason is shown
     * without control characters and credentials, at most 200 characters of it. Throw `DecodeError` to name the reason of a reject.
     */
    decode(payload: Uint8Array, topic: string): readonly { readonly topic: string; readonly message: string }[];
  };
  /** How to connect. @defaultValue MQTT 3.1.1 over TCP, TLS or WebSockets with MQTT.js */
  readonly transport?: Transport;
  /** Time and chance. @defaultValue the system's */
  readonly clock?: Clock;
  /**
   * Largest payload, in bytes. A longer payload is emitted with its first `maxPayload` + 1 bytes only. Pass the same number to
   * `decode`, which has the same default and rejects such payloads as `too-large`. @defaultValue 262144
   */
  readonly maxPayload?: number;
  /**
   * How late a timer may fire, in ms, before `stalled` is emitted; `Infinity` for never. The config object is kept and
   * this option is read at each use, so a getter can change it. @defaultValue 250
   */
  readonly stallThreshold?: number;
}

/** The MQTT connection as a reconnecting Observable, with its state, events, subscriptions and counters. */
export interface MqttConnection<R = undefined> extends Observable<MqttMessage<R>> {
  /** The state of the connection: the present state at once, then every change. Never completes, never errors. */
  readonly state$: Observable<ConnectionState>;
  /**
   * States, promotions, losses and all other events, in order with the messages. It is a multicast without replay, so
   * subscribe to it before the messages.
   */
  readonly events$: Observable<MqttEvent<R>>;
  /** The subscription of each topic on the present connection: at once, then after every change; empty without subscribers. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** The present value of `subscriptions$`. */
  subscriptions(): ReadonlyMap<string, TopicSubscription>;
  /** The subscription of one topic filter on the present connection; `undefined` where there is none. Needs no copy of the others. */
  subscription(topic: string): TopicSubscription | undefined;
  /**
   * Counts the outcomes of every PUBLISH, and the attempts to connect. Counters never go down. Opens nothing.
   *
   * `received = emitted + notices + Σ rejected + unclaimed + pending.conflated + Σ pending.dropped + pending.inFlight + inFlight`
   * holds at every call of `stats()`, also inside a message, an event, or a function of `MqttConfig`. `pending.emitted` is a part
   * of `emitted`.
   */
  stats(): {
    /** PUBLISH packets that were read, on any connection. */
    readonly received: number;
    /** Messages handed to the subscribers. */
    readonly emitted: number;
    /** Messages of the venue's notices that were read. */
    readonly notices: number;
    /** Notices that could not be read, by reason. */
    readonly rejected: Readonly<Record<string, number>>;
    /** Messages of topics for which `route` returned `undefined`, and messages read from a connection that was already cut. */
    readonly unclaimed: number;
    /** Messages that are being read right now, e.g. while a function of `MqttConfig` is called. */
    readonly inFlight: number;
    /** The queue in which messages wait for the promotion of their connection. */
    readonly pending: QueueSnapshot;
    /** Attempts to connect, the first included. */
    readonly attempts: number;
    /**
     * How often a live connection ended and another followed, by cause: the asker of the other connection (`application`, `silence`,
     * `wake`), or the kind of failure, e.g. `network`.
     */
    readonly reconnects: Readonly<Record<string, number>>;
    /** Errors of `conflate`, `route` and `onSubscribe`, and rejections of promises that they return; all are swallowed. */
    readonly callbackErrors: number;
  };
  /**
   * Discards the result of `route` for a topic, or without an argument for every topic. The next message of the topic calls
   * `route` again.
   */
  reroute(topic?: string): void;
  /**
   * Compares wall time with monotonic time now, and checks for an overdue timer, as every message does. After a sleep
   * of the machine, `stalled` (on a live connection) and `clock-jump` are emitted before this returns. After a stop of
   * the process within a second of the last message, `stalled` is emitted.
   */
  checkClocks(): void;
  /**
   * Replaces the present connection by a new one, within the limit of 8 connects a minute; ends a wait early.
   *
   * The `reason` of the next state is then a failure of kind `reconnect`, and no failure of the network.
   *
   * @param options - `renew: true` also asks for new credentials, at most 3 times a minute. `askedBy` is in the `reason`:
   *   `'silence'` where code of yours replaces a connection because no message comes; `'application'` unless set.
   */
  reconnect(options?: { readonly renew?: boolean; readonly askedBy?: 'application' | 'silence' }): void;
  /**
   * Completes when no connection is closing any more: within 2 s after the last subscriber left, or at once.
   * `await lastValueFrom(mqtt.closed$, { defaultValue: undefined })` waits for it.
   */
  readonly closed$: Observable<never>;
}
