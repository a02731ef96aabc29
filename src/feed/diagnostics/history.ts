import type { Evidence } from '../trust/transitions.js';

/** What became of a message. */
export interface MessageNote {
  /** Wall time of its reading, ms since the Unix epoch. */
  readonly at: number;
  /** Of the connection that read it; left out when that was not known yet. */
  readonly epoch?: number;
  /**
   * `live image`, `image of unknown age`, `superseded`, `overlap`, `unclaimed`, or with a reason `unreadable: threw`,
   * `dropped: key-evicted`. One that was conflated, replaced by a newer one while it waited, leaves no note.
   */
  readonly outcome: string;
}

/** Why a topic is in its state. */
export interface StateReason {
  /** What happened; see `transitions`. */
  readonly evidence: Evidence;
  /** Wall time, ms since the Unix epoch. */
  readonly at: number;
  /** The epoch in force; left out before the first. */
  readonly epoch?: number;
  /** More of it, e.g. why the link was lost. */
  readonly detail?: string;
}

/** How many messages a topic remembers: numbers and words that are there anyway, some 400 bytes. */
const length = 16;

/** The last messages of a topic and why it is in its state. */
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
