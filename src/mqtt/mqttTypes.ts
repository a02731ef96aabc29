import type { Observable } from 'rxjs';
import type { QueueSnapshot } from '../../operators/support/ledger.js';
import type { Clock } from '../model/clock.js';
import type { ConnectionFailure } from '../model/errors.js';
import type { Endpoint, Transport } from '../model/transport.js';
import type { EndpointProvider, SubscribeImage, VenueNotices } from '../model/venue.js';
import type { ConnectionState } from './session/connectionState.js';
import type { LinkReport } from './session/linkReport.js';
import type { StallEvent } from './session/stall.js';
import type { TopicSubscription } from './subscriptions/topicLedger.js';
import type { WantedTopics } from './subscriptions/wantedTopics.js';

/** One PUBLISH, in the epoch of the connection that read it. */
export interface MqttMessage<R = undefined> {
  readonly topic: string;
  /**
   * The bytes, a view into what the socket read: valid during the call of `next` only. Decode or copy them at once.
   */
  readonly payload: Uint8Array;
  /** The PUBLISH's retain flag: the broker kept the message for new subscriptions, so its age is unknown. */
  readonly retain: boolean;
  /** Whether it is the topic's first message since the topic was asked for on this connection. */
  readonly first: boolean;
  /** The number of the connection; 0 for the first that was live. It never falls. */
  readonly epoch: number;
  /** Counts the messages that were read, those included that were not emitted. */
  readonly sequence: number;
  /** Whether it waited for the promotion of its connection. */
  readonly held: boolean;
  /** Wall time of the reading, ms since the Unix epoch. */
  readonly receivedAt: number;
  /** Monotonic time of the reading, ms; for spans within this process. */
  readonly monotonicAt: number;
  /** What `MqttConfig.route` gave for the topic; `undefined` without a `route`. */
  readonly route: R;
}

/** What happens to the connection besides messages, in order with them. */
export type MqttEvent<R = undefined> =
  /** The connection's state changed; also in `state$`, which replays it. */
  | { readonly type: 'state'; readonly state: ConnectionState }
  /** The connection has its epoch: CONNACK and the answer to every SUBSCRIBE came. Its messages follow. */
  | { readonly type: 'promoted'; readonly epoch: number }
  /** The live connection ended. Messages of its topics may be missed from now on. */
  | { readonly type: 'lost'; readonly epoch: number; readonly failure: ConnectionFailure }
  /** Nothing was read for a while (`stalled`), and all that piled up meanwhile is read (`settled`). */
  | Extract<StallEvent, { readonly type: 'stalled' }>
  /** `sequence` is that of the last message that had piled up. */
  | { readonly type: 'settled'; readonly epoch: number; readonly sequence: number }
  /** The broker granted these topics. */
  | { readonly type: 'granted'; readonly topics: readonly string[] }
  /** The broker, or a notice of the venue, refused these topics. Each is asked for again, alone, once a minute or so. */
  | { readonly type: 'refused'; readonly topics: readonly string[] }
  /**
   * A message that waited for the promotion of its connection was dropped: the queue was full (`capacity`), or the connection
   * ended first (`unpromoted`).
   */
  | { readonly type: 'dropped'; readonly reason: 'capacity' | 'unpromoted'; readonly message: MqttMessage<R> }
  /** Wall time jumped against monotonic time by so many ms: the machine slept (positive), or its clock was set. */
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
  | LinkReport;

/** Options of `fromMqtt`. */
export interface MqttConfig<R = undefined> {
  /** A URL (`mqtt://`, `mqtts://`, `ws://`, `wss://`), an endpoint, or a function that is asked at every attempt. */
  readonly endpoint: string | Endpoint | EndpointProvider;
  /**
   * Topic filters to subscribe to: a list; or an Observable of lists, each of which replaces the one before; or an Observable
   * of changes, for thousands of topics that come and go one by one. The Observable is subscribed to with the first subscriber
   * and let go with the last. Its last list holds for every later connection, also when it has completed; no connection is live
   * before its first.
   */
  readonly topics: readonly string[] | Observable<readonly string[] | WantedTopics>;
  /**
   * Whether only the newest message of a topic counts while messages wait for the promotion of a connection; asked once a
   * topic and connection. @defaultValue never: all are kept
   */
  readonly conflate?: (topic: string, route: R) => boolean;
  /**
   * What belongs to a topic, e.g. its decoder: asked at the topic's first message on a connection, and handed out with each
   * message, so that no message needs a lookup. Where it returns `undefined`, or throws, nobody wants the topic: the message is
   * counted as unclaimed and not emitted, and the next one asks again.
   */
  readonly route?: (topic: string) => R | undefined;
  /**
   * The kind of a topic's first message after SUBSCRIBE, see `SubscribeImage`: with `current`, a granted topic without a
   * message for 5 s is mute. @defaultValue `'none'`
   */
  readonly subscribeImage?: SubscribeImage | ((topic: string) => SubscribeImage);
  /** Messages by which a venue tells of refused topics: subscribed to beside `topics`, and not emitted. */
  readonly notices?: VenueNotices;
  /** How to connect. @defaultValue MQTT 3.1.1 over TCP, TLS or WebSockets with MQTT.js */
  readonly transport?: Transport;
  /** Time and chance. @defaultValue the system's */
  readonly clock?: Clock;
  /**
   * Largest payload of interest, in bytes: of a longer one the first `maxPayload` + 1 are emitted. Pass the same to `decode`,
   * which has the same default and rejects those as `too-large`. @defaultValue 262144
   */
  readonly maxPayload?: number;
  /**
   * How late the thread may be for a timer, in ms, before `stalled` is emitted; `Infinity` for never. The object is kept and
   * this is read at each use, so a getter tunes a running connection. @defaultValue 250
   */
  readonly stallThreshold?: number;
}

/**
 * Where every PUBLISH went, and what it took to get it. Counters never go down.
 *
 * `received = emitted + notices + Σ rejected + unclaimed + pending.conflated + Σ pending.dropped + pending.inFlight + inFlight`
 * holds whenever it is asked for, also inside a message, an event, or a function of `MqttConfig`. `pending.emitted` is a part of
 * `emitted`.
 */
export interface MqttStats {
  /** PUBLISH packets that were read, on any connection. */
  readonly received: number;
  /** Messages handed to the subscribers. */
  readonly emitted: number;
  /** Messages of the venue's notices that were read. */
  readonly notices: number;
  /** Notices that could not be read, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Messages of topics that `route` knows nothing of, and those read from a connection that was cut already. */
  readonly unclaimed: number;
  /** Messages that are being read right now, e.g. while a function of `MqttConfig` is called. */
  readonly inFlight: number;
  /** The queue in which messages wait for the promotion of their connection. */
  readonly pending: QueueSnapshot;
  /** Attempts to connect, the first included. */
  readonly attempts: number;
  /** Errors of `conflate`, `route` and `subscribeImage`, and rejections of promises that they return; all are swallowed. */
  readonly callbackErrors: number;
}

/** The MQTT connection as a reconnecting Observable, and what there is to know of it. */
export interface MqttConnection<R = undefined> extends Observable<MqttMessage<R>> {
  /** What the connection is doing: the present state at once, then every change. Never completes, never errors. */
  readonly state$: Observable<ConnectionState>;
  /**
   * What happens besides messages: states, promotions, losses, in order with the messages. A plain multicast without replay:
   * subscribe to it before the messages.
   */
  readonly events$: Observable<MqttEvent<R>>;
  /** How far each topic has come on the present connection: at once, then after every change; empty while nobody is subscribed. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** The same at this moment. */
  subscriptions(): ReadonlyMap<string, TopicSubscription>;
  /** Where every PUBLISH went. Opens nothing. */
  stats(): MqttStats;
  /**
   * What `route` gave for a topic, or without an argument for every topic, is not valid any more: it is let go of, and the
   * topic's next message asks again.
   */
  reroute(topic?: string): void;
  /**
   * Compares wall time with monotonic time now, as every message does. After a sleep of the machine, `stalled` on a live
   * connection and `clock-jump` are emitted before this returns.
   */
  checkClocks(): void;
  /**
   * Makes a new connection in place of the present one, within the limit of 8 connects a minute; ends a wait early.
   *
   * @param options - `renew: true` also asks for new credentials, at most 3 times a minute
   */
  reconnect(options?: { readonly renew?: boolean }): void;
  /**
   * Completes as soon as no connection is left that says goodbye: within 2 s after the last subscriber left, at once when there
   * is none. `await lastValueFrom(mqtt.closed$, { defaultValue: undefined })` waits for it.
   */
  readonly closed$: Observable<never>;
}
