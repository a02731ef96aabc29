import { Observable, type Subscriber, Subscription, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Connection, ConnectionEvent, Endpoint, Transport } from '../../model/transport.js';
import { CONNECT_TIMEOUT } from '../retry/retryRules.js';
import { ConnectionTopics, type ConnectionTopicsConfig } from '../subscriptions/connectionTopics.js';
import type { SubscriptionEvent } from '../subscriptions/syncSubscriptions.js';
import type { ReadTopic } from '../subscriptions/topicLedger.js';
import { addressOf } from '../transport/endpointUrl.js';
import type { Inbox, Reader } from './inbox.js';
import type { LinkReport } from './linkReport.js';
import { causeOf, settled, type StallEvent } from './stall.js';
import { toFailure } from '../retry/toFailure.js';

/** Events in the life of connections, in order. Messages go to the inbox instead. */
export type LifeEvent =
  | { readonly type: 'promoted'; readonly epoch: number }
  | { readonly type: 'lost'; readonly epoch: number; readonly failure: ConnectionFailure }
  | StallEvent
  | Exclude<SubscriptionEvent, { type: 'answered' }>;

/** The parts that one connection works with. */
export interface ConnectionConfig<R> extends ConnectionTopicsConfig {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly inbox: Inbox<R>;
  /** Ends the connection with the failure that it emits. */
  readonly cut$: Observable<ConnectionFailure>;
  /** Emits by how many ms a timer of the inbox was late. */
  readonly lag$: Observable<number>;
  /** Emits how many ms the machine slept while monotonic time stood still. */
  readonly sleep$: Observable<number>;
  /** If a timer is later than this, in ms, messages count as missed. */
  readonly stallThreshold: () => number;
}

/** The session: it gets the reports of a connection other than its events. */
export interface ConnectionPort {
  /** Gives this connection its epoch. */
  promote(): number;
  onStep(step: 'handshake' | 'subscribing'): void;
  /** The peer stopped answering (`false`) or answers again (`true`); from promotion on. */
  onResponsive(responsive: boolean): void;
  onLedger(answered: boolean): void;
  onReport(report: LinkReport): void;
  /** Takes a connection that is no longer wanted, and closes it in bounded time. */
  release(connection: Connection, socket: Subscription): void;
}

/**
 * One connection from its opening to its loss. It is promoted, and gets an epoch, when CONNACK and the SUBACKs of all
 * wanted topics have come, except those of suspects that are subscribed to later. Messages that are read before its
 * promotion wait for it.
 *
 * **Errors** with the failure that ended it, after `lost` if it was promoted. Never completes. **On unsubscribe** emits
 * nothing more and releases the connection.
 *
 * @param onTopics - gets the connection's topics before anything is sent
 */
export function connection<R>(
  endpoint: Endpoint,
  config: ConnectionConfig<R>,
  port: ConnectionPort,
  onTopics: (topics: ConnectionTopics) => void,
): Observable<LifeEvent> {
  return new Observable((out) => {
    // A listener of the attempt's state may already have started another attempt in its place.
    if (!out.closed) new ConnectionLife(endpoint, config, port, out).begin(onTopics);
  });
}

class ConnectionLife<R> implements Reader {
  epoch = -1;
  isCaughtUp = false;
  isUntimed = true;
  private announcesReads = false;
  private readonly endpoint: Endpoint;
  private readonly config: ConnectionConfig<R>;
  private readonly port: ConnectionPort;
  private readonly out: Subscriber<LifeEvent>;
  private readonly topics: ConnectionTopics;
  private readonly socket = new Subscription();
  private readonly work = new Subscription();
  private readonly cut = new Subscription();
  private readonly deadline = new Subscription();
  private stall = Subscription.EMPTY;
  private handle: Connection | undefined;
  private isUp = false;
  private reads = 0;
  /** How long no bytes were read while messages waited for the promotion, and why. */
  private early: { readonly cause: 'stall' | 'wake'; readonly by: number } | undefined;

  constructor(endpoint: Endpoint, config: ConnectionConfig<R>, port: ConnectionPort, out: Subscriber<LifeEvent>) {
    this.endpoint = endpoint;
    this.config = config;
    this.port = port;
    this.out = out;
    this.topics = new ConnectionTopics(endpoint, config, {
      onSubscription: (event) => {
        this.onSubscription(event);
      },
      onReport: (report) => {
        port.onReport(report);
      },
      onLedger: (answered) => {
        port.onLedger(answered);
      },
      onError: (error) => {
        this.fail(error as ConnectionFailure);
      },
    });
  }

  get isOver(): boolean {
    return this.out.closed;
  }

  begin(onTopics: (topics: ConnectionTopics) => void): void {
    const { config, work, out } = this;
    onTopics(this.topics);
    work.add(this.deadline);
    this.deadline.add(
      timer(CONNECT_TIMEOUT, config.clock.timers).subscribe(() => {
        this.fail(this.unanswered());
      }),
    );
    work.add(() => {
      this.topics.stop();
    });
    work.add(this.cut);
    this.cut.add(
      config.cut$.subscribe((failure) => {
        this.fail(failure);
      }),
    );
    work.add(
      config.lag$.subscribe((by) => {
        this.onLag(by);
      }),
    );
    work.add(
      config.sleep$.subscribe((by) => {
        this.onMissed('wake', by);
      }),
    );
    work.add(() => {
      config.inbox.held.clear();
    });
    work.add(() => {
      if (this.handle === undefined || this.socket.closed) this.socket.unsubscribe();
      else this.port.release(this.handle, this.socket);
    });
    out.add(work);
    if (!out.closed) this.connect();
  }

  onTimed(): void {
    this.isUntimed = !this.announcesReads;
  }

  find(topic: string): ReadTopic {
    if (this.epoch < 0) this.topics.window.onMessage();
    return this.topics.read(topic);
  }

  onNotice(topic: string, payload: Uint8Array, retain: boolean): void {
    this.topics.onNotice(topic, payload, retain);
  }

  onFirst(known: ReadTopic): void {
    this.topics.onFirst(known);
  }

  private connect(): void {
    const { config, socket } = this;
    socket.add(
      config.transport(this.endpoint).subscribe({
        next: (event) => {
          if (event.type === 'read') {
            this.announcesReads = true;
            this.isUntimed = true;
          } else if (event.type !== 'frame') this.onEvent(event);
          else if (this.out.closed) config.inbox.readLate();
          else {
            this.reads += 1;
            config.inbox.read(this, event.topic, event.payload, event.retain);
          }
        },
        error: (failure: unknown) => {
          socket.unsubscribe();
          this.fail(toFailure(failure, 'the transport'));
        },
        complete: () => {
          socket.unsubscribe();
          this.fail(new ConnectionFailure('network', 'the connection ended'));
        },
      }),
    );
  }

  private onEvent(event: Exclude<ConnectionEvent, { readonly type: 'frame' | 'read' }>): void {
    if (this.out.closed) return;
    switch (event.type) {
      case 'handshake':
        this.isUp = true;
        this.port.onStep('handshake');
        return;
      case 'open':
        this.handle = event.connection;
        this.deadline.unsubscribe();
        this.port.onStep('subscribing');
        this.topics.open(event.connection);
        return;
      case 'responsive':
        if (this.epoch >= 0) this.port.onResponsive(event.responsive);
        return;
      case 'late':
        this.onLag(event.by);
    }
  }

  private onSubscription(event: SubscriptionEvent): void {
    if (event.type !== 'answered') this.out.next(event);
    // A listener of the answer may have ended the connection.
    else if (this.epoch < 0 && !this.out.closed) this.promote();
  }

  private promote(): void {
    // After a stop of the process, the last SUBACK may be read before any timer fires. The check marks held messages as
    // possibly old before the promotion.
    this.config.inbox.checkClocks();
    if (this.out.closed) return;
    this.epoch = this.port.promote();
    this.out.next({ type: 'promoted', epoch: this.epoch });
    if (this.early !== undefined && !this.out.closed) this.onMissed(this.early.cause, this.early.by);
    this.config.inbox.release(this);
    this.isCaughtUp = true;
    this.topics.window.promoted();
  }

  private onLag(by: number): void {
    const { clock, stallThreshold } = this.config;
    if (by > stallThreshold() && clock.throttled?.() !== true) this.onMissed(causeOf(by), by);
  }

  /** Called when messages were missed while no bytes were read. */
  private onMissed(cause: 'stall' | 'wake', by: number): void {
    const { epoch, handle, out, config, early } = this;
    if (epoch < 0) {
      // Messages that wait for the promotion may be hours old after a sleep. If no message waits, all are still to
      // come.
      if (config.inbox.held.size > 0)
        this.early = { cause: early?.cause === 'wake' ? 'wake' : cause, by: by + (early?.by ?? 0) };
      return;
    }
    if (handle === undefined) return;
    // A second stall before the first one is settled is already reported, but the present ping no longer shows that the
    // backlog is read.
    const isReported = !this.stall.closed;
    this.stall.unsubscribe();
    const stall = new Subscription();
    this.stall = stall;
    this.work.add(stall);
    if (!isReported) out.next({ type: 'stalled', epoch, cause, by });
    // A listener of `stalled` may have ended the connection.
    if (out.closed) return;
    stall.add(
      settled(handle, { cause, by, clock: config.clock, reads: () => this.reads }).subscribe({
        error: (failure: unknown) => {
          this.fail(failure as ConnectionFailure);
        },
        complete: () => {
          stall.unsubscribe();
          out.next({ type: 'settled', epoch });
        },
      }),
    );
  }

  private unanswered(): ConnectionFailure {
    const within = `within ${String(CONNECT_TIMEOUT / 1_000)} s`;
    const why = this.isUp
      ? `did not answer CONNECT ${within}: check that the port speaks MQTT`
      : `does not answer: no connection ${within}: check route, VPN and firewall, and whether the port speaks TLS or HTTP`;
    return new ConnectionFailure('timeout', `${addressOf(this.endpoint.url)} ${why}`, {
      subcause: this.isUp ? 'no-connack' : 'no-answer',
    });
  }

  private fail(failure: ConnectionFailure): void {
    // A listener of `lost` may call reconnect(). No connection is left to cut, so the call then ends the wait that
    // follows.
    this.cut.unsubscribe();
    if (this.epoch >= 0) this.out.next({ type: 'lost', epoch: this.epoch, failure });
    this.out.error(failure);
  }
}
