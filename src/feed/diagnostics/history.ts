import type { Evidence } from '../trust/transitions.js';

/** The outcome of one message, or of several in a row that had the same. */
export interface MessageNote {
  /** Wall time of reading the last of them, ms since the Unix epoch. */
  readonly at: number;
  /** The number of messages in a row with this outcome and epoch. */
  readonly count: number;
  /** The epoch of the connection that read them; left out when the connection was not promoted yet. */
  readonly epoch?: number;
  /**
   * `live image`, `image of unknown age`, `superseded`, `overlap`, `evicted`, `unclaimed`, or with a reason `unreadable: threw`,
   * `dropped: key-evicted`. A message that was conflated, replaced by a newer one while it waited, leaves no note.
   */
  readonly outcome: string;
}

/** The reason of a topic's state. */
export interface StateReason {
  /** The event that caused the state; see `transitions`. */
  readonly evidence: Evidence;
  /** Wall time, ms since the Unix epoch. */
  readonly at: number;
  /** The epoch in force; left out before the first. */
  readonly epoch?: number;
  /** Further text, e.g. why the link was lost. */
  readonly detail?: string;
}

/** The number of notes that a topic keeps. */
const length = 16;

/** The last messages of a topic, and the reason of its state. */
export class History {
  reason: StateReason | undefined;
  /** The present note; `count` is 0 before the first. It is kept in fields, since nearly every message only adds to it. */
  private outcome = '';
  private epoch = -1;
  private count = 0;
  private at = 0;
  /** The notes before it, oldest first. */
  private readonly earlier: MessageNote[] = [];

  note(at: number, outcome: string, epoch = -1): void {
    if (outcome !== this.outcome || epoch !== this.epoch) this.begin(outcome, epoch);
    this.at = at;
    this.count += 1;
  }

  /** Oldest first. */
  messages(): MessageNote[] {
    return this.count === 0 ? [] : [...this.earlier, this.present()];
  }

  private begin(outcome: string, epoch: number): void {
    if (this.count > 0) this.earlier.push(this.present());
    if (this.earlier.length === length) this.earlier.shift();
    this.outcome = outcome;
    this.epoch = epoch;
    this.count = 0;
  }

  private present(): MessageNote {
    const { at, count, epoch, outcome } = this;
    return { at, count, ...(epoch < 0 ? {} : { epoch }), outcome };
  }
}
