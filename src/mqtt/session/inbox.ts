import type { Subscriber } from 'rxjs';
import { onRejection } from '../../../operators/support/callbackFailures.js';
import type { Clock } from '../../model/clock.js';
import { ClockJumps } from '../../model/clockJumps.js';
import type { MqttConfig, MqttMessage } from '../mqttTypes.js';
import type { ReadTopic } from '../subscriptions/topicLedger.js';
import { EventLoopLag } from './eventLoopLag.js';
import { type DropReason, HeldMessages } from './heldMessages.js';

/** The receiver of an inbox's reports. */
export interface InboxPort<R> {
  /** Wall time jumped against monotonic time by `by` ms. */
  onClockJump(by: number): void;
  /** A timer was late by `by` ms. */
  onLag(by: number): void;
  onDrop(message: MqttMessage<R>, reason: DropReason): void;
}

/** The connection that reads a message. */
export interface Reader {
  /** Whether the connection has ended, so that its messages no longer count. */
  readonly isOver: boolean;
  /** The connection's epoch; -1 before its promotion. */
  readonly epoch: number;
  /** Whether the connection is promoted, and all messages that waited for this were emitted. */
  readonly isCaughtUp: boolean;
  /** Whether the next message was read later than the last one for which the clocks were read. */
  readonly isUntimed: boolean;
  /** Called when the clocks were read for the present message. */
  onTimed(): void;
  /**
   * Returns the connection's record of a topic, with the present message counted. This is the only lookup for a
   * message.
   */
  find(topic: string): ReadTopic;
  onNotice(topic: string, payload: Uint8Array, retain: boolean): void;
  /** Called when the topic's first message is handled. */
  onFirst(known: ReadTopic): void;
}

/**
 * Takes the messages of all connections. It counts each, finds the record and the route of its topic, and passes it to the
 * subscribers, or holds it until its connection has an epoch.
 */
export class Inbox<R> {
  /** Counters; they never go down. */
  received = 0;
  emitted = 0;
  unclaimed = 0;
  callbackErrors = 0;
  /** Messages that are being handled right now. */
  inFlight = 0;
  readonly held: HeldMessages<R>;
  /** Replaced and never changed, so that subscribers can be added and removed during a loop over it. */
  private subscribers: readonly Subscriber<MqttMessage<R>>[] = [];
  private readonly clock: Clock;
  private readonly config: Pick<MqttConfig<R>, 'route' | 'conflate'>;
  private readonly port: InboxPort<R>;
  private readonly jumps: ClockJumps;
  private readonly lag: EventLoopLag;
  private readonly callbackFailed = (): void => {
    this.callbackErrors += 1;
  };
  /** Whether a message is being read and is not emitted yet. */
  private isReading = false;
  /** Wall time and monotonic time of the last reading, in ms. */
  private receivedAt = NaN;
  private monotonicAt = NaN;
  /** Messages that a listener made the transport read meanwhile. They are handled after the present message. */
  private readonly provoked: (() => void)[] = [];

  constructor(clock: Clock, config: Pick<MqttConfig<R>, 'route' | 'conflate'>, port: InboxPort<R>) {
    this.clock = clock;
    this.config = config;
    this.port = port;
    this.jumps = new ClockJumps(clock);
    this.lag = new EventLoopLag(clock, (by) => {
      this.checkClocks();
      port.onLag(by);
    });
    this.held = new HeldMessages((message, reason) => {
      port.onDrop(message, reason);
    });
  }

  /** Calls a user's function, and counts an error that it throws or that its promise rejects with. */
  ask<T>(call: () => T): T | undefined {
    try {
      const answer = call();
      onRejection(answer, this.callbackFailed);
      return answer;
    } catch {
      this.callbackFailed();
      return undefined;
    }
  }

  checkClocks(): void {
    const monotonic = this.clock.monotonic();
    this.lag.check(monotonic);
    this.compare(this.clock.now(), monotonic);
  }

  /** Adds a subscriber, until it unsubscribes. */
  add(subscriber: Subscriber<MqttMessage<R>>): void {
    this.subscribers = [...this.subscribers, subscriber];
    subscriber.add(() => {
      this.subscribers = this.subscribers.filter((one) => one !== subscriber);
    });
  }

  /** Whether there is a subscriber. */
  get isObserved(): boolean {
    return this.subscribers.length > 0;
  }

  /** Removes all subscribers; returns a function that errors their streams. */
  detach(): (error: unknown) => void {
    const { subscribers } = this;
    this.subscribers = [];
    return (error) => {
      for (const subscriber of subscribers) subscriber.error(error);
    };
  }

  /** Stops the lag timer, because messages have stopped. */
  rest(): void {
    this.lag.stop();
  }

  /** Takes a PUBLISH that a connection reads. */
  read(reader: Reader, topic: string, payload: Uint8Array, retain: boolean): void {
    this.received += 1;
    this.inFlight += 1;
    const { received: sequence } = this;
    if (this.isReading) {
      const copy = copyOf(payload);
      this.provoked.push(() => {
        this.take(reader, topic, copy, retain, sequence);
      });
      return;
    }
    this.take(reader, topic, payload, retain, sequence);
    for (let next = this.provoked.shift(); next !== undefined; next = this.provoked.shift()) next();
  }

  private take(reader: Reader, topic: string, payload: Uint8Array, retain: boolean, sequence: number): void {
    this.isReading = true;
    if (reader.isUntimed) this.readClocks(reader);
    const { receivedAt, monotonicAt } = this;
    const known = reader.find(topic);
    // Read before emitting: a subscriber may make the transport read the topic's next message.
    const first = known.messages === 1;
    const route = known.isData ? this.routeOf(known) : undefined;
    this.isReading = false;
    // A listener of the sleep, or the user's `route`, may have ended the connection.
    if (reader.isOver || !known.isData || (route === undefined && this.config.route !== undefined)) {
      this.inFlight -= 1;
      if (known.kind === 'notice' && !reader.isOver) reader.onNotice(topic, payload, retain);
      else this.unclaimed += 1;
    } else {
      const held = !reader.isCaughtUp;
      const message: MqttMessage<R> = {
        topic,
        payload: held ? copyOf(payload) : payload,
        retain,
        first,
        epoch: reader.epoch,
        sequence,
        held,
        receivedAt,
        monotonicAt,
        route: route as R,
      };
      const conflated = held && this.conflates(known, message.route);
      this.inFlight -= 1;
      if (held) this.held.push(message, conflated);
      else {
        this.emitted += 1;
        for (const subscriber of this.subscribers) subscriber.next(message);
      }
    }
    // Called after the message is counted, since a listener may end the connection.
    if (first && !reader.isOver) reader.onFirst(known);
  }

  /** Counts a PUBLISH that was read from a connection after its end. */
  readLate(): void {
    this.received += 1;
    this.unclaimed += 1;
  }

  /** Emits the messages that waited for this connection's epoch, until the connection ends. */
  release(reader: Reader): void {
    while (this.held.size > 0 && !reader.isOver) {
      const message = this.held.shift();
      if (message === undefined) return;
      this.emitted += 1;
      const released = { ...message, epoch: reader.epoch };
      for (const subscriber of this.subscribers) subscriber.next(released);
    }
  }

  /** Reading the clocks costs more than the rest of this method, so they are read once for all bytes of one read. */
  private readClocks(reader: Reader): void {
    this.receivedAt = this.clock.now();
    this.monotonicAt = this.clock.monotonic();
    reader.onTimed();
    // The lag timer comes first: a listener of the clock jump may end the connection, and stop this timer.
    this.lag.onRead(this.monotonicAt);
    this.compare(this.receivedAt, this.monotonicAt);
  }

  private routeOf(known: ReadTopic): unknown {
    if (known.route !== undefined || this.config.route === undefined) return known.route;
    const { reroutes } = known;
    const route = this.ask(() => this.config.route?.(known.topic));
    if (known.reroutes === reroutes) known.route = route;
    return route;
  }

  private conflates(known: ReadTopic, route: R): boolean {
    known.conflates ??= this.ask(() => this.config.conflate?.(known.topic, route)) === true;
    return known.conflates;
  }

  private compare(wall: number, monotonic: number): void {
    const jump = this.jumps.look(wall, monotonic);
    if (jump !== 0) this.port.onClockJump(jump);
  }
}

/** Copies a payload. `payload.slice()` would return a view if the payload is a Buffer. */
function copyOf(payload: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(payload);
}
