import type { Evidence } from '../trust/transitions.js';

/** The outcome of a message. */
export interface MessageNote {
  /** Wall time of its reading, ms since the Unix epoch. */
  readonly at: number;
  /** The epoch of the connection that read it; left out when the connection was not promoted yet. */
  readonly epoch?: number;
  /**
   * `live image`, `image of unknown age`, `superseded`, `overlap`, `unclaimed`, or with a reason `unreadable: threw`,
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

/** The number of messages that a topic remembers, in some 400 bytes. */
const length = 16;

/** The last messages of a topic, and the reason of its state. */
export class History {
  reason: StateReason | undefined;
  private readonly outcomes: string[] = [];
  private times: Float64Array | undefined;
  private noted = 0;

  note(at: number, outcome: string, epoch = -1): void {
    const slot = this.noted % length;
    this.times ??= new Float64Array(2 * length);
    this.times[2 * slot] = at;
    this.times[2 * slot + 1] = epoch;
    this.outcomes[slot] = outcome;
    this.noted += 1;
  }

  /** Oldest first. */
  messages(): MessageNote[] {
    const { times, outcomes, noted } = this;
    const notes: MessageNote[] = [];
    for (let index = Math.max(0, noted - length); index < noted; index += 1) {
      const slot = index % length;
      const epoch = times?.[2 * slot + 1] ?? -1;
      notes.push({
        at: times?.[2 * slot] ?? 0,
        ...(epoch < 0 ? {} : { epoch }),
        outcome: outcomes[slot] ?? '',
      });
    }
    return notes;
  }
}
