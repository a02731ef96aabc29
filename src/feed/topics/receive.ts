import type { OperatorFunction } from 'rxjs';
import { decode } from '../../../operators/decode.js';
import { QueueStats } from '../../../operators/queueStats.js';
import { onRejection } from '../../../operators/support/callbackFailures.js';
import type { QueueSnapshot } from '../../../operators/support/ledger.js';
import type { Clock } from '../../model/clock.js';
import { DecodeError } from '../../model/errors.js';
import type { MqttMessage } from '../../mqtt/mqttTypes.js';
import type { Kind, Venue } from '../../model/venue.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import { eventFields, refuseTags } from './eventFields.js';
import type { Data, Received } from './received.js';
import type { TopicRegistry, Topic } from './topicRegistry.js';

/** A PUBLISH that could not be read. */
export interface Rejection {
  /** `empty`, `too-large`, `truncated`, `schema`, `money-layout`, `symbol`, `number`, `topic`, or `threw`. */
  readonly reason: string;
  readonly topic: string;
  /** Epoch in force when it was read; left out before the first. */
  readonly epoch?: number;
  /** What the decoder threw. */
  readonly error?: unknown;
  /** The bytes; valid only during the call. */
  readonly payload: Uint8Array;
}

/** What the receiving side works with. */
export interface ReceiveConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly clock: Clock;
  readonly book: TopicRegistry<E>;
  readonly maxPayload: number;
  readonly meter: DelayMeter;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
  /** A frame of this topic could not be read: its last image is not the newest any more. */
  readonly onUnreadable: (entry: Topic<E>) => void;
}

/** A topic that somebody asked for; `unreadable` where the venue has no decoder for it. */
export type Route<E> = Topic<E> | 'unreadable';

/** Makes events of messages, as they are read. */
export interface Receiver<E> {
  readonly operator: OperatorFunction<MqttMessage<Route<E>>, Data<E>>;
  /** What belongs to a topic; `undefined` where nobody asked for it. */
  readonly route: (topic: string) => Route<E> | undefined;
  stats(): QueueSnapshot;
}

/** The key of the topic that should have brought an event; `undefined` for a bar that does not tell its interval. */
function keyOf(kind: Kind, event: { readonly symbol: string }): string | undefined {
  if (kind !== 'candle') return event.symbol;
  return 'interval' in event ? `${event.symbol}/${String(event.interval)}` : undefined;
}

/** Which bar an event is, by the venue's word; `undefined` where that is no text or number, by which bars could be told apart. */
function barOf<E>({ decoder }: Topic<E>, event: E): string | number | undefined {
  const bar: unknown = decoder.seriesKey?.(event);
  if (typeof bar === 'string' || (typeof bar === 'number' && !Number.isNaN(bar))) return bar;
  onRejection(bar, () => undefined);
  return undefined;
}

/** Makes the receiving side of a feed. */
export function createReceiver<E extends { readonly symbol: string }>(config: ReceiveConfig<E>): Receiver<E> {
  const { venue, clock, book, maxPayload, meter, onReject, onUnreadable } = config;

  const stats = new QueueStats();

  const route = (topic: string): Route<E> | undefined => {
    if (!book.claims(topic)) return undefined;
    try {
      return book.claim(topic) ?? 'unreadable';
    } catch {
      // Asked again while the message is decoded, the venue's error is the reason of a reject.
      return 'unreadable';
    }
  };

  /** Whether an event is of its topic; of a topic that a wildcard brought, whether it is one whose topic it is. */
  const belongs = ({ topic, symbol, decoder: { kind } }: Topic<E>, event: E): boolean => {
    if (symbol !== undefined && (event.symbol !== symbol || kind !== 'candle')) return event.symbol === symbol;
    const key = keyOf(kind, event);
    return key === undefined || venue.topic(kind, key) === topic;
  };

  const read = (payload: Uint8Array, message: MqttMessage<Route<E>>): Data<E> => {
    const { topic, retain, first, epoch, sequence: order, receivedAt, monotonicAt, held } = message;
    const entry = message.route === 'unreadable' ? book.claim(topic) : message.route;
    if (entry === undefined) throw new DecodeError('topic', `the venue has no decoder for ${topic}`);
    const { kind, delivery } = entry.decoder;
    const event = entry.decoder.decode(payload, topic);
    if (typeof (event as unknown) !== 'object' || (event as unknown) === null) {
      throw new DecodeError('schema', `the decoder of ${topic} returned no event`);
    }
    if (event instanceof Promise) {
      // No code awaits the promise of an async decoder: its rejection would end a Node process.
      onRejection(event, () => undefined);
      throw new DecodeError('schema', `the decoder of ${topic} is async: return the event, not a promise of it`);
    }
    // A market's event may say nothing but its state.
    if (kind !== 'market') {
      if (typeof (event.symbol as unknown) !== 'string') {
        throw new DecodeError('symbol', `the decoder of ${topic} returned an event without a symbol`);
      }
      if (!belongs(entry, event))
        throw new DecodeError('symbol', `${topic} carried ${JSON.stringify(keyOf(kind, event) ?? event.symbol)}`);
    }
    const fields = eventFields(event);
    refuseTags(fields, kind, topic);
    const isDoubted = first && delivery === 'image' && venue.subscribeImage === 'unknown';
    const aged = retain ? 'retained' : isDoubted && 'first';
    // Where one bar can't be told from the next, each event is a bar of its own: none is conflated away.
    const bar = delivery === 'series' ? (barOf(entry, event) ?? `#${String(order)}`) : undefined;
    if (!held) meter.read(monotonicAt);
    const data: Received<E> = { entry, delivery, event, fields, aged, retain, order, receivedAt, monotonicAt };
    return { type: 'data', epoch, data: bar === undefined ? data : { ...data, bar } };
  };

  const decoded = decode(read, {
    ...{ maxPayload, stats },
    onReject: ({ reason, error, value }) => {
      const entry = book.get(value.topic);
      if (entry !== undefined) {
        entry.unreadable = value.sequence;
        entry.history.note(clock.now(), `unreadable: ${reason}`);
      }
      onReject({ reason, error, topic: value.topic, payload: value.payload });
      if (entry !== undefined) onUnreadable(entry);
    },
  });

  return { operator: decoded, route, stats: () => stats.snapshot() };
}
