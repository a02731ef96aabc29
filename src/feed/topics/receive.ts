import { filter, type OperatorFunction, pipe } from 'rxjs';
import { decode } from '../../../operators/decode.js';
import { QueueStats } from '../../../operators/queueStats.js';
import { onRejection } from '../../../operators/support/callbackFailures.js';
import type { QueueSnapshot } from '../../../operators/support/ledger.js';
import type { Clock } from '../../model/clock.js';
import { DecodeError } from '../../model/errors.js';
import type { ReadFrame } from '../../mqtt/subscriptions/readFrame.js';
import type { Kind, Venue } from '../../model/venue.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import { eventFields, refuseTags } from './eventFields.js';
import type { Received } from './received.js';
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
  /** A frame is being read; both clocks were read just before. */
  readonly onRead: (wall: number, monotonic: number) => void;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
  /** A frame of this topic could not be read: its last image is not the newest any more. */
  readonly onUnreadable: (entry: Topic<E>) => void;
}

/** Makes events of frames in the read callback, and counts those nobody asked for. */
export interface Receiver<E> {
  readonly operator: OperatorFunction<ReadFrame, Received<E>>;
  unclaimed(): number;
  /** How many frames were read, of all topics. */
  order(): number;
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
  const { venue, clock, book, maxPayload, meter, onRead, onReject, onUnreadable } = config;
  let unclaimed = 0;
  let order = 0;

  const claimed = ({ topic }: ReadFrame): boolean => {
    order += 1;
    if (book.claims(topic)) return true;
    unclaimed += 1;
    return false;
  };

  /** Whether an event is of its topic; of a topic that a wildcard brought, whether it is one whose topic it is. */
  const belongs = ({ topic, symbol, decoder: { kind } }: Topic<E>, event: E): boolean => {
    if (symbol !== undefined && (event.symbol !== symbol || kind !== 'candle')) return event.symbol === symbol;
    const key = keyOf(kind, event);
    return key === undefined || venue.topic(kind, key) === topic;
  };

  const read = (payload: Uint8Array, { topic, retain, first }: ReadFrame): Received<E> => {
    const entry = book.claim(topic);
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
    const monotonicAt = clock.monotonic();
    const receivedAt = clock.now();
    onRead(receivedAt, monotonicAt);
    meter.read(monotonicAt);
    return {
      entry,
      delivery,
      event,
      fields,
      aged,
      retain,
      order,
      receivedAt,
      monotonicAt,
      ...(bar === undefined ? {} : { bar }),
    };
  };

  const stats = new QueueStats();
  const decoded = decode(read, {
    ...{ maxPayload, stats },
    onReject: ({ reason, error, value }) => {
      const entry = book.get(value.topic);
      if (entry !== undefined) {
        entry.unreadable = order;
        entry.history.note(clock.now(), `unreadable: ${reason}`);
      }
      onReject({ reason, error, topic: value.topic, payload: value.payload });
      if (entry !== undefined) onUnreadable(entry);
    },
  });

  return {
    operator: pipe(filter(claimed), decoded),
    unclaimed: () => unclaimed,
    order: () => order,
    stats: () => stats.snapshot(),
  };
}
