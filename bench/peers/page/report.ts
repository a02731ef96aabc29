import type { JudgedBound } from '../bounds.js';
import type { CostRow } from '../costs/cost.js';
import type { Result, Spread } from '../figures.js';
import type { ReceiverName } from '../receivers/receivers.js';
import type { Scenario } from '../scenarios.js';

/** A row with its result. */
export interface ReportRow {
  readonly name: string;
  readonly scenario: Scenario;
  readonly receiver: ReceiverName;
  readonly before: boolean;
  readonly rounds: number;
  readonly result: Result;
}

/** A row of a cost with its result. */
export interface ReportCost extends CostRow {
  readonly rounds: number;
  readonly spread: Spread;
}

/** A run with all it found. */
export interface Report {
  readonly date: string;
  readonly commit: string;
  /** The commit that `before:` rows are of; left out where there are none. */
  readonly before?: string;
  readonly machine: string;
  readonly node: string;
  /** The average number of runnable processes in the minute before the run. */
  readonly load: number;
  /** Versions of the peers by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The measured part of each round, in ms. */
  readonly window: number;
  /** Rows that did not run, with the reason. */
  readonly skipped: readonly string[];
  readonly rows: readonly ReportRow[];
  readonly costs: readonly ReportCost[];
  readonly bounds: readonly JudgedBound[];
}
