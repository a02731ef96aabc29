import type { MessageNote, StateReason } from './topicExplanation.js';

/** The number of notes that a topic keeps. */
const length = 16;

/** The last messages of a topic, and the reason of its state. */
export class History {
  reason: StateReason | undefined;
  /**
   * The present note; `count` is 0 before the first. It is kept in fields, because nearly every message only increments
   * it.
   */
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
