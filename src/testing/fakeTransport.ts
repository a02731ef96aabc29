import { Observable, of, type SchedulerLike, type Subscriber, type Subscription, timer } from 'rxjs';
import { ConnectionFailure } from '../model/errors.js';
import { isTopicFilter, matchesTopic } from '../model/topicFilter.js';
import type { Connection, ConnectionEvent, Endpoint, Transport } from '../model/transport.js';

/** Options for the answers of a fake broker. */
export interface FakeTransportOptions {
  /** With `false`, connections wait for `accept()` or `drop()`. @defaultValue true */
  readonly accept?: boolean;
  /**
   * Returns the SUBACK code for a topic, 128 to refuse it; `'close'` to end the connection instead of an answer;
   * `undefined` for no answer.
   * @defaultValue grants all, 0
   */
  readonly suback?: (topic: string, connection: FakeConnection) => number | 'close' | undefined;
  /** Time in ms before the answer to one SUBSCRIBE; needs `scheduler`. @defaultValue `latency` */
  readonly subackLatency?: (topics: readonly string[], connection: FakeConnection) => number;
  /** With `false`, pings are never answered. @defaultValue true */
  readonly ping?: boolean;
  /** Time in ms before each answer (CONNACK, SUBACK, PINGRESP); needs `scheduler`. @defaultValue 0: at once, synchronously */
  readonly latency?: number;
  /** Times the answers, e.g. the test's `TestScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/** The broker's side of one connection. */
export class FakeConnection {
  /** Where the client connected to. */
  readonly endpoint: Endpoint;
  /** Topic filters subscribed to now. */
  readonly subscribed: Set<string> = new Set();
  /** The topics of every SUBSCRIBE packet, in order. */
  readonly subscribes: (readonly string[])[] = [];
  /** The topics of every UNSUBSCRIBE packet, in order. */
  readonly unsubscribes: (readonly string[])[] = [];
  /** The number of PINGREQ packets of the feed; a fake connection has no keep-alive. */
  pings = 0;
  private readonly out: Subscriber<ConnectionEvent>;
  private readonly connection: Connection;
  private shaken = false;
  private accepted = false;

  /** Made by the transport. */
  constructor(
    endpoint: Endpoint,
    out: Subscriber<ConnectionEvent>,
    answer: (connection: FakeConnection) => Extract<ConnectionEvent, { readonly type: 'open' }>['connection'],
  ) {
    this.endpoint = endpoint;
    this.out = out;
    this.connection = answer(this);
  }

  /** Whether neither the client nor the broker has ended the connection. */
  get isUp(): boolean {
    return !this.out.closed;
  }

  /** Whether CONNACK was sent and the link is up. */
  get isOpen(): boolean {
    return this.accepted && this.isUp;
  }

  /** Called when the socket is up: the client sends CONNECT. */
  shake(): void {
    if (this.shaken) return;
    this.shaken = true;
    this.out.next({ type: 'handshake' });
  }

  /** Accepts the connection: CONNACK 0. */
  accept(): void {
    if (this.accepted) return;
    this.shake();
    this.accepted = true;
    this.out.next({ type: 'open', connection: this.connection });
  }

  /** Ends the connection with a failure, before or after it was accepted. */
  drop(failure: ConnectionFailure = new ConnectionFailure('network', 'the connection was reset')): void {
    this.out.error(failure);
  }

  /** Ends the connection as after the client's DISCONNECT. */
  finish(): void {
    this.out.complete();
  }

  /** Reports that a timer of the transport was late by `by` ms, as after a sleep. */
  late(by: number): void {
    this.out.next({ type: 'late', by });
  }

  /** Reports that a ping is overdue (`false`), or that a byte came after that (`true`). */
  responsive(responsive: boolean): void {
    this.out.next({ type: 'responsive', responsive });
  }

  /** Sends a PUBLISH down this connection, a text as UTF-8, whether it is subscribed to or not. */
  send(topic: string, payload: Uint8Array | string, options: { readonly retain?: boolean } = {}): void {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    this.out.next({ type: 'frame', topic, payload: bytes, retain: options.retain ?? false });
  }
}

/** A transport whose broker is the test. */
export interface FakeTransport {
  /** For the `transport` of a feed or of `fromMqtt`. */
  readonly transport: Transport;
  /** Every connection made, oldest first. */
  readonly connections: readonly FakeConnection[];
  /** The newest connection; throws when there is none. */
  readonly current: FakeConnection;
  /**
   * Publishes like a broker, to open connections that are subscribed to the topic; `retain` also keeps the message for
   * later subscriptions.
   */
  publish(topic: string, payload: Uint8Array | string, options?: { readonly retain?: boolean }): void;
  /** Drops every connection that is up. */
  drop(failure?: ConnectionFailure): void;
  /** Runs each emitted step, e.g. from a `hot()` marble diagram whose values are functions. */
  play(steps$: Observable<(fake: FakeTransport) => void>): Subscription;
}

/**
 * A transport without a network: the test is the broker. It is controlled by calls, or by marbles through `play`.
 *
 * @example
 * ```ts
 * const fake = fakeTransport();
 * const feed = quoteFeed({ venue, transport: fake.transport, clock: virtualClock(testScheduler) });
 * fake.play(hot('a-b', { a: (f) => f.publish('px/AOT', '70.25'), b: (f) => f.drop() }));
 * ```
 *
 * @since 0.1.0
 */
export function fakeTransport(options: FakeTransportOptions = {}): FakeTransport {
  const {
    accept = true,
    suback = () => 0,
    ping = true,
    latency = 0,
    subackLatency = () => latency,
    scheduler,
  } = options;
  const connections: FakeConnection[] = [];
  const retained = new Map<string, Uint8Array | string>();

  const after = (work: () => void, delay = latency): Subscription =>
    (delay === 0 ? of(0) : timer(delay, scheduler)).subscribe(work);

  const answers = (connection: FakeConnection): Connection => {
    /** The topics of each SUBSCRIBE without an answer: an UNSUBSCRIBE that comes meanwhile was sent after it. */
    const underWay = new Set<Set<string>>();
    return {
      subscribe: (topics) =>
        new Observable((answer) => {
          if (!connection.isUp) return undefined;
          if (topics.length > 0) connection.subscribes.push(topics);
          const codes = topics.map((topic) => (isTopicFilter(topic) ? suback(topic, connection) : 0x80));
          if (codes.includes(undefined)) return undefined;
          const delay = subackLatency(topics, connection);
          const asked = new Set(topics);
          underWay.add(asked);
          return after(() => {
            underWay.delete(asked);
            if (codes.includes('close')) {
              connection.drop(new ConnectionFailure('network', 'the broker closed the connection'));
              return;
            }
            const granted = topics.filter((topic, index) => Number(codes[index]) < 0x80 && asked.has(topic));
            for (const topic of granted) connection.subscribed.add(topic);
            answer.next(codes as number[]);
            answer.complete();
            for (const [topic, payload] of retained) {
              if (granted.some((one) => matchesTopic(one, topic))) connection.send(topic, payload, { retain: true });
            }
          }, delay);
        }),
      unsubscribe: (topics) => {
        if (!connection.isUp) return;
        connection.unsubscribes.push(topics);
        for (const topic of topics) {
          connection.subscribed.delete(topic);
          for (const asked of underWay) asked.delete(topic);
        }
      },
      ping: () =>
        new Observable((answer) => {
          connection.pings += 1;
          if (!ping || !connection.isUp) return undefined;
          return after(() => {
            answer.complete();
          });
        }),
      close: () =>
        new Observable((answer) => {
          connection.finish();
          answer.complete();
        }),
    };
  };

  const fake: FakeTransport = {
    transport: (endpoint) =>
      new Observable((out) => {
        const connection = new FakeConnection(endpoint, out, answers);
        connections.push(connection);
        if (accept)
          out.add(
            after(() => {
              connection.accept();
            }),
          );
      }),
    connections,
    get current() {
      const last = connections.at(-1);
      if (last === undefined) throw new Error('no connection was made yet: subscribe to the feed first');
      return last;
    },
    publish: (topic, payload, { retain = false } = {}) => {
      if (retain) retained.set(topic, payload);
      for (const connection of [...connections]) {
        if (connection.isOpen && [...connection.subscribed].some((one) => matchesTopic(one, topic))) {
          connection.send(topic, payload);
        }
      }
    },
    drop: (failure) => {
      for (const connection of [...connections]) if (connection.isUp) connection.drop(failure);
    },
    play: (steps$) =>
      steps$.subscribe((step) => {
        step(fake);
      }),
  };
  return fake;
}
