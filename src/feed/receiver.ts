import type { OperatorFunction } from 'rxjs';
import { decode, type Rejection as DecodeRejection } from '../../operators/decode.js';
import { QueueStats } from '../../operators/queueStats.js';
import { onRejection } from '../../operators/support/callbackFailures.js';
import type { QueueSnapshot } from '../../operators/support/ledger.js';
import type { Clock } from '../model/clock.js';
import { DecodeError } from '../model/errors.js';
import type { RelayedState, RelayReport, TopicKind, Venue } from '../model/venue.js';
import type { MqttMessage } from '../mqtt/mqttTypes.js';
import type { Rejection } from './feedConfig.js';
import type { DelayMeter } from './diagnostics/delayMeter.js';
import { eventFields } from './image/eventFields.js';
import { imageOf, shapeOf, type Tags } from './image/image.js';
import type { Received } from './topics/received.js';
import { RelayCounters } from './topics/relayCounters.js';
import type { Topic } from './topics/topic.js';
import type { TopicRegistry } from './topics/topicRegistry.js';
import type { ControlQueue } from './trust/controlQueue.js';
import type { MarketReader } from './trust/marketReader.js';

/** The parts that a receiver works with. */
export interface ReceiveConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly clock: Clock;
  readonly registry: TopicRegistry<E>;
  readonly control: ControlQueue<E>;
  readonly marketReader: MarketReader<E>;
  readonly meter: DelayMeter;
  readonly maxPayload: number;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
}

/** The key of the topic that an event belongs to; `undefined` for a bar without its interval. */
function keyOf(kind: TopicKind, event: { readonly symbol: string }): string | undefined {
  if (kind !== 'candle') return event.symbol;
  return 'interval' in event ? `${event.symbol}/${String(event.interval)}` : undefined;
}

/** The key of an event's bar, from the venue's `seriesKey`; `undefined` if that is neither a string nor a number. */
function barOf<E>({ decoder }: Topic<E>, event: E): string | number | undefined {
  const bar: unknown = decoder.seriesKey?.(event);
  if (typeof bar === 'string' || (typeof bar === 'number' && !Number.isNaN(bar))) return bar;
  onRejection(bar, () => undefined);
  return undefined;
}

/** A topic with a subscriber; `unreadable` if the venue has no decoder for it. */
export type Route<E> = Topic<E> | 'unreadable';

/** Finds the topics of messages, and decodes their payloads to events. */
export class Receiver<E extends { readonly symbol: string }> {
  /** Emits the event of each message; rejects and counts messages that can't be read. */
  readonly decode: OperatorFunction<MqttMessage<Route<E>>, Received<E>>;
  private readonly config: ReceiveConfig<E>;
  private readonly counts = new QueueStats();
  private readonly counters = new RelayCounters();

  constructor(config: ReceiveConfig<E>) {
    this.config = config;
    this.decode = decode((payload, message) => this.read(payload, message), {
      maxPayload: config.maxPayload,
      stats: this.counts,
      onReject: (rejection) => {
        this.rejected(rejection);
      },
    });
  }

  stats(): QueueSnapshot {
    return this.counts.snapshot();
  }

  /** Messages of relays that did not arrive. */
  get lost(): number {
    return this.counters.lost;
  }

  /** The topic of a name, made now if a wildcard matches it; `undefined` if the name has no subscriber. */
  route(name: string): Route<E> | undefined {
    const { registry } = this.config;
    const known = registry.get(name);
    if (known !== undefined) return known;
    if (!registry.isBrought(name)) return undefined;
    try {
      const topic = registry.bring(name);
      registry.makeRoom();
      return topic ?? 'unreadable';
    } catch {
      // The venue throws again while the message is decoded; that error is then the reason of the reject.
      return 'unreadable';
    }
  }

  private read(payload: Uint8Array, message: MqttMessage<Route<E>>): Received<E> {
    const { registry, venue, meter, marketReader } = this.config;
    const { topic: name, retain, first, held, epoch, sequence, monotonicAt } = message;
    const topic = message.route === 'unreadable' ? registry.bring(name) : message.route;
    if (topic === undefined) throw new DecodeError('topic', `the venue has no decoder for ${name}`);
    const { kind, delivery } = topic.decoder;
    const decoded = topic.decoder.decode(payload, name);
    this.check(topic, decoded);
    const event = eventFields(decoded);
    const shape = shapeOf(event, kind);
    const image = imageOf(event, shape, kind, name, message);
    const { implausible: mark } = event as Pick<Tags, 'implausible'>;
    const isFirstImage = first && delivery === 'image';
    const isDoubted = isFirstImage && venue.onSubscribe === 'unknown';
    const isSnapshot = isFirstImage && venue.onSubscribe === 'snapshot';
    const aged = retain ? 'retained' : isDoubted ? 'first' : undefined;
    // Without a key each event counts as a bar of its own, so that no bar is conflated with another.
    const bar = delivery === 'series' ? (barOf(topic, decoded) ?? `#${String(sequence)}`) : undefined;
    const change = marketReader.read(decoded);
    const ownMarket = kind === 'market' ? marketReader.own(decoded, change, name) : undefined;
    const relayed = venue.relayed?.(decoded);
    const isOutdated = this.isOutdated(topic, relayed, message);
    if (!held) meter.read(monotonicAt);
    // One literal: a spread costs more than all its fields.
    return {
      topic,
      epoch,
      change,
      ownMarket,
      image,
      shape,
      mark,
      aged,
      isSnapshot,
      bar,
      retain,
      sequence,
      relayed,
      isOutdated,
    };
  }

  /** Whether a newer message of the topic came before; reports the messages that are missing before this one. */
  private isOutdated(
    topic: Topic<E>,
    relayed: RelayedState | RelayReport | undefined,
    { epoch, held }: MqttMessage<Route<E>>,
  ): boolean {
    if (relayed?.type !== 'quote') return false;
    const missing = this.counters.take(topic, relayed, epoch, held);
    if (missing === 'outdated') return true;
    if (missing > 0) this.config.control.missed(topic, 'undelivered');
    return false;
  }

  /** Throws if a value is no event of the topic. */
  private check(topic: Topic<E>, event: unknown): asserts event is E {
    const { name } = topic;
    if (typeof event !== 'object' || event === null) {
      throw new DecodeError('schema', `the decoder of ${name} returned no event`);
    }
    if (event instanceof Promise) {
      // No other code awaits the promise of an async decoder, and an unhandled rejection would end a Node process.
      onRejection(event, () => undefined);
      throw new DecodeError('schema', `the decoder of ${name} is async: return the event, not a promise of it`);
    }
    // A market's event may consist of its state only.
    const { kind } = topic.decoder;
    if (kind === 'market') return;
    if (!('symbol' in event) || typeof event.symbol !== 'string') {
      throw new DecodeError('symbol', `the decoder of ${name} returned an event without a symbol`);
    }
    if (!this.belongs(topic, event as E)) {
      throw new DecodeError('symbol', `${name} carried ${JSON.stringify(keyOf(kind, event as E) ?? event.symbol)}`);
    }
  }

  /** Whether an event belongs to the topic; for a topic from a wildcard the venue's `topic()` decides. */
  private belongs({ name, symbol, decoder: { kind } }: Topic<E>, event: E): boolean {
    if (symbol !== undefined && (event.symbol !== symbol || kind !== 'candle')) return event.symbol === symbol;
    const key = keyOf(kind, event);
    return key === undefined || this.config.venue.topic(kind, key) === name;
  }

  private rejected({
    reason,
    error,
    value: { topic: name, payload, sequence },
  }: DecodeRejection<MqttMessage<Route<E>>>): void {
    const { registry, clock, control, onReject } = this.config;
    const topic = registry.get(name);
    topic?.history.note(clock.now(), `unreadable: ${reason}`);
    // The frame may have been a newer image than the topic's last one.
    if (topic !== undefined) control.missed(topic, 'unreadable', sequence);
    onReject({ reason, error, topic: name, payload });
  }
}
