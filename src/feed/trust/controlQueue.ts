import { type Observable, Subject, tap } from 'rxjs';
import { Ring } from '../../../operators/support/ring.js';
import type { LifeEvent } from '../../mqtt/session/connection.js';
import type { Topic } from '../topics/topic.js';

/** The reason why images of a topic were lost: no room, a payload that could not be read, or a relay's message that did not come. */
export type MissedCause = 'overflow' | 'unreadable' | 'undelivered';

/** An event other than data. Control events keep their order, and are handled before all waiting data. */
export type ControlEvent<E> =
  | Exclude<LifeEvent, { readonly type: 'settled' }>
  /** All messages that were buffered during a stall are read; `sequence` is the number of the last one. */
  | { readonly type: 'settled'; readonly epoch: number; readonly sequence: number }
  | Missed<E>
  | Silence<E>
  /** The states of markets may have changed: a calendar turned, or the topic that reported them was forgotten. */
  | { readonly type: 'markets' }
  /** The status of a relay is overdue. */
  | { readonly type: 'relays' };

/** Images of these topics were lost. Each has the `Received.sequence` of its last unreadable frame, or -1. */
export interface Missed<E> {
  readonly type: 'missed';
  readonly cause: MissedCause;
  readonly topics: Map<Topic<E>, number>;
}

/** Topics were silent: for longer than normal (`silent`), or for longer than usual (`quiet`). */
export interface Silence<E> {
  readonly type: 'silent' | 'quiet';
  readonly topics: readonly Topic<E>[];
  /** Further text, if more than one topic is silent. */
  readonly why?: string;
}

/** An element in the queue of data that stands for all waiting control events. */
export const controlTurn: unique symbol = Symbol('control events wait');
export type ControlTurn = typeof controlTurn;

/**
 * Control events, first in, first out. No control event is ever lost.
 *
 * The queue has no capacity, but its size is bounded, since every turn empties it. Losses of one cause wait as one
 * event, and so do changes of markets. A topic's answer or silence comes once until something else happens to the
 * topic. Connections are limited to 8 a minute, and each is promoted and lost once.
 */
export class ControlQueue<E> {
  /** Emits `controlTurn` when events begin to wait. Without a subscriber the queue takes no events. */
  readonly turns$: Observable<ControlTurn>;
  /** The number of turns that wait in the queue of data, in this run of the feed and in a run that is ending. */
  waitingTurns = 0;
  private isAnnounced = false;
  private readonly turns = new Subject<ControlTurn>();
  private readonly events = new Ring<ControlEvent<E>>();
  private readonly missing = new Map<MissedCause, Missed<E>>();
  /** The machine slept; see `push()`. */
  private wake: ControlEvent<E> | undefined;
  private areMarketsWaiting = false;

  constructor() {
    this.turns$ = this.turns.pipe(
      tap(() => {
        this.waitingTurns += 1;
      }),
    );
  }

  /**
   * Adds an event. A sleep is handled twice. The first time it is handled before all waiting events, because they could
   * make an old price live. The second time it is handled in order, because the end of an earlier stall may wait before
   * it.
   */
  push(event: Exclude<ControlEvent<E>, { readonly type: 'missed' }>): void {
    if (!this.turns.observed || (event.type === 'markets' && this.areMarketsWaiting)) return;
    if (event.type === 'markets') this.areMarketsWaiting = true;
    else if (event.type === 'stalled' && event.cause === 'wake') this.wake = event;
    this.events.push(event);
    this.announce();
  }

  /**
   * Called when an image was lost. The loss is added to the waiting event of its cause, so that many losses are one
   * event.
   */
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

  /** Takes out the first waiting event; `undefined` when no event waits. */
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

  /** Called when a turn has left the queue of data: the next event needs a new turn. */
  turnLeft(): void {
    this.isAnnounced = false;
    this.waitingTurns -= 1;
  }

  /** Removes all events, because they are about a connection that has no subscribers. */
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
