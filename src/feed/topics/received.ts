import type { LifeEvent } from '../../mqtt/session/connection.js';
import type { Delivery } from '../../model/venue.js';
import type { Topic } from './topicRegistry.js';

/** A decoded PUBLISH on its way to the hub. */
export interface Received<E> {
  /** Its topic as it was claimed when this was read. */
  readonly entry: Topic<E>;
  readonly delivery: Delivery;
  readonly event: E;
  /** The event's values, own and inherited, as own fields of one object that is emitted. */
  readonly fields: E;
  /** Which bar of a series it is. */
  readonly bar?: string | number;
  /**
   * The reason why its age is unknown: it has the retain flag, or it is the first after SUBSCRIBE of a venue that may send
   * stored images without the flag.
   */
  readonly aged: 'retained' | 'first' | false;
  /** The broker's copy of an earlier message, sent for a new subscription. */
  readonly retain: boolean;
  /** Counts the frames that were read, of all topics. */
  readonly order: number;
  /** Wall time of the reading, ms since the Unix epoch. */
  readonly receivedAt: number;
  /** Monotonic time of the reading, ms. */
  readonly monotonicAt: number;
}

/** Images of these topics were lost on this side of the wire: for want of room, or because they could not be read. */
export interface Missed<E> {
  readonly type: 'missed';
  readonly cause: 'overflow' | 'unreadable';
  readonly entries: ReadonlySet<Topic<E>>;
}

/** Topics have been silent: beyond normal (`silent`), or for longer than usual (`lull`). */
export interface Silence {
  readonly type: 'silent' | 'lull';
  readonly topics: readonly string[];
  /** More of it, where it is not the topic's alone. */
  readonly why?: string;
}

/** Time told something: topics have been silent, or a calendar turned. */
export type Turn = Silence | { readonly type: 'calendar' };

/** What is no data but must keep its order with it. */
export type Marker<E> = Exclude<Delivered<E>, { readonly type: 'data' }>;

/** What the connection says that must keep its order with the data. */
export type Control = Exclude<LifeEvent, { readonly type: 'settled' }> | Settled;

/** A decoded PUBLISH with the epoch of the connection that read it. */
export interface Data<E> {
  readonly type: 'data';
  readonly epoch: number;
  readonly data: Received<E>;
}

/** What waits for its turn to be delivered: data, and the markers that must keep their order with it. */
export type Delivered<E> = Data<E> | Control | Missed<E> | Turn;

/** What had piled up in a stall is read; `order` is that of the last frame of it. */
export interface Settled {
  readonly type: 'settled';
  readonly epoch: number;
  readonly order: number;
}

/** Whether an element goes through the control lane: never conflated, first in turn. */
export function isControl<E>(element: Delivered<E>): boolean {
  return element.type !== 'data' || element.data.delivery === 'event';
}

/** What makes an element replace an older one that still waits: epoch and topic, and a bar's time in a series. */
export function conflationKey<E>(element: Delivered<E>): unknown {
  return isControl(element) || element.type !== 'data' ? element : `${String(element.epoch)} ${imageKey(element.data)}`;
}

function imageKey<E>({ entry: { topic }, bar, retain }: Received<E>): string {
  // No topic holds a NUL (OASIS MQTT 3.1.1, 4.7.3), so no two keys are alike by chance.
  const key = bar === undefined ? topic : `${topic}\0${String(bar)}`;
  // The copy that a further subscription brings is older than the image that waits, and must not take its place.
  return retain ? `${key}\0` : key;
}
