/** A problem to show to the user of the command, with its remedies. */
export interface Advice {
  /** Identifies the problem while it stands. */
  readonly key: string;
  /** Stable identifier of a finding, `RXP_…`; left out for a hint of the command. */
  readonly code?: string;
  readonly symptom: string;
  /** Remedies, most likely first. */
  readonly fixes: readonly string[];
  /** Its place in the documentation; left out for a hint of the command. */
  readonly doc?: string;
}
