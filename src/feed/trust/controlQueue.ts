import { type Observable, Subject } from 'rxjs';
import { Ring } from '../../../operators/support/ring.js';
import type { LifeEvent } from '../../mqtt/session/connection.js';
import type { Topic } from '../topics/topic.js';

/** Why images of a topic were lost on this side of the wire: for want of room, or because they could not be read. */
export type MissedCause = 'overflow' | 'unreadable';

/** What is no data, but keeps its order among its kind and comes before all data that waits. */
export type ControlEvent<E> =
  | Exclude<LifeEvent, { readonly type: 'settled' }>
  /** What had piled up in a stall is read; `sequence` is that of the last message of it. */
  | { readonly type: 'settled'; readonly epoch: number; readonly sequence: number }
  | Missed<E>
  | Silence<E>
  /** What is known of markets may be another: a calendar turned, or the topic is gone that spoke of them. */
  | { readonly type: 'markets' };

/** Images of these topics were lost; each with the last frame that could not be read, as counted in `Received.sequence`, or -1. */
export interface Missed<E> {
  readonly type: 'missed';
  readonly cause: MissedCause;
  readonly topics: Map<Topic<E>, number>;
}

/** Topics have been silent: beyond normal (`silent`), or for longer than usual (`lull`). */
export interface Silence<E> {
  readonly type: 'silent' | 'lull';
  readonly topics: readonly Topic<E>[];
  /** More of it, where it is not the topic's alone. */
  readonly why?: string;
}

/** Takes its turn in the queue of data for all control events that wait. */
export const controlTurn: unique symbol = Symbol('control events wait');
export type ControlTurn = typeof controlTurn;

/**
 * Control events, first in, first out. None is ever lost.
 *
 * It is bounded though it has no limit, since it is emptied in every turn. Losses of one cause wait as one event, and so do
 * changes of markets; a topic is answered for, and its silence reported, once until something else happens to it; connections
 * are limited to 8 a minute, and each is promoted and lost once.
 */
export class ControlQueue<E> {
  /** Emits `controlTurn` when events begin to wait; nothing is taken in while nobody subscribes. */
  readonly turns$: Observable<ControlTurn>;
  /** Whether `controlTurn` itself waits in the queue of data. */
  isAnnounced = false;
  private readonly turns = new Subject<ControlTurn>();
  private readonly events = new Ring<ControlEvent<E>>();
  private readonly missing = new Map<MissedCause, Missed<E>>();
  /** The machine slept; see `push()`. */
  private wake: ControlEvent<E> | undefined;
  private areMarketsWaiting = false;

  constructor() {
    this.turns$ = this.turns.asObservable();
  }

  /**
   * An event waits for its turn. A sleep comes first besides, before all that waited through it and would call live what is old;
   * it comes again in its place, since the end of a stall before it may wait as well.
   */
  push(event: Exclude<ControlEvent<E>, { readonly type: 'missed' }>): void {
    if (!this.turns.observed || (event.type === 'markets' && this.areMarketsWaiting)) return;
    if (event.type === 'markets') this.areMarketsWaiting = true;
    else if (event.type === 'stalled' && event.cause === 'wake') this.wake = event;
    this.events.push(event);
    this.announce();
  }

  /** An image was lost: added to the event of this cause that waits, or the losses of a flood would be a flood of their own. */
  missed(topic: Topic<E>, cause: MissedCause, sequence = -1): void {
    if (!this.turns.observed) return;
    const waiting = this.missing.get(cause);
    if (waiting !== undefined) {
      waiting.topics.set(topic, sequence);
      return;
    }
    const event: Missed<E> = { type: 'missed', cause, topics: new Map([[topic, sequence]]) };
    this.missing.set(cause, event);
    this.events.push(event);
    this.announce();
  }

  /** The first of those that wait; `undefined` when none does. */
  shift(): ControlEvent<E> | undefined {
    const { wake } = this;
    if (wake !== undefined) {
      this.wake = undefined;
      return wake;
    }
    if (this.events.size === 0) return undefined;
    const event = this.events.shift();
    if (event.type === 'missed') this.missing.delete(event.cause);
    else if (event.type === 'markets') this.areMarketsWaiting = false;
    return event;
  }

  /** Nobody wants anything any more. */
  clear(): void {
    while (this.shift() !== undefined);
    this.isAnnounced = false;
  }

  private announce(): void {
    if (this.isAnnounced) return;
    this.isAnnounced = true;
    this.turns.next(controlTurn);
  }
}
