import type { FeedDelays } from '../feed/diagnostics/delayMeter.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';

/** The state and the counts of a feed at one moment, from which findings are made. */
export interface Evidence {
  readonly state: ConnectionState;
  readonly stats: FeedStats;
  /** Where the time goes; left out by a feed that does not measure it. */
  readonly delays?: FeedDelays;
  /** Wall time in ms since the Unix epoch. */
  readonly at: number;
}

/** A symptom of the playbook, as data. */
export interface PlaybookEntry {
  /** Stable identifier, `RXP_…`. */
  readonly code: string;
  /** Chapter of the playbook. */
  readonly section: 'connection' | 'data' | 'health';
  readonly severity: 'warning' | 'critical';
  /** Codes of the entries that explain this one: while one of them stands, this one is silent. */
  readonly roots: readonly string[];
  /** Describes the problem, with its figures; `undefined` when there is none. */
  readonly symptom: (evidence: Evidence) => string | undefined;
  /** Remedies, most likely first. */
  readonly fixes: (evidence: Evidence) => readonly string[];
}
