import { MAX_CONNECTS, MAX_RENEWALS } from '../../../src/mqtt/retry/retryRules.js';
import { AT_ONCE } from '../deadlines.js';
import type { Broker } from '../broker.js';
import { firstMinute } from './firstMinute.js';
import { missing } from './missing.js';
import type { Records } from './record.js';
import { regressions } from './regressions.js';
import { unmarked } from './unmarked.js';

/** The evidence that a run of a row left behind. Times are ms of the feed's clock. */
export interface Evidence {
  readonly records: Records;
  /** When the fault began, and when it was mended; one that ends of itself was so when it began. */
  readonly faultAt: number;
  readonly mendedAt: number;
  /** The reports of the fault, by name; empty when there was none. */
  readonly got: readonly string[];
  readonly detectedAt?: number;
  readonly recoveredAt?: number;
  /** Connections that the transport opened or that the far side accepted, whichever are more. */
  readonly connects: readonly number[];
  /** Requests for new credentials. */
  readonly tokenFetches: readonly number[];
  /** Whether the feed's counts added up at every check. */
  readonly conserved: boolean;
}

/** The promises of a row. */
export interface Promised {
  readonly fault: string;
  readonly broker: Broker;
  readonly expect: string;
  /** By when the fault has to be reported, in ms; left out where there is nothing to report. */
  readonly deadline?: number;
  /** Whether the feed has to be whole again in the end. */
  readonly recovers: boolean;
}

/** A row of the table. Spans in ms; `null` for what does not apply, or did not come. */
export interface Verdict {
  readonly fault: string;
  readonly broker: Broker;
  readonly expect: string;
  readonly got: string;
  readonly deadlineMs: number | null;
  readonly detectedMs: number | null;
  readonly recoveredMs: number | null;
  readonly connects60s: number;
  readonly tokenFetches60s: number;
  readonly missing: number;
  readonly unmarked: number;
  readonly regressions: number;
  readonly conserved: boolean;
  readonly ok: boolean;
}

/** A deadline that a timer keeps is kept a moment after it; a busy machine has a second for that. */
const lateness = (deadline: number): number => (deadline > AT_ONCE ? deadline + AT_ONCE : deadline);

function span(from: number, to: number | undefined): number | null {
  return to === undefined ? null : Math.round(to - from);
}

/** Judges the evidence of a run by its row's promises. */
export function verdict(promised: Promised, evidence: Evidence): Verdict {
  const { fault, broker, expect, deadline, recovers } = promised;
  const { records, faultAt, mendedAt } = evidence;
  const figures = {
    got: evidence.got.join(', '),
    deadlineMs: deadline ?? null,
    detectedMs: span(faultAt, evidence.detectedAt),
    recoveredMs: span(mendedAt, evidence.recoveredAt),
    connects60s: firstMinute(evidence.connects, faultAt),
    tokenFetches60s: firstMinute(evidence.tokenFetches, faultAt),
    missing: missing(records).length,
    unmarked: unmarked(records).length,
    regressions: regressions(records.said).length,
    conserved: evidence.conserved,
  };
  const ok =
    figures.got === expect &&
    (deadline === undefined || (figures.detectedMs !== null && figures.detectedMs <= lateness(deadline))) &&
    (!recovers || figures.recoveredMs !== null) &&
    figures.connects60s <= MAX_CONNECTS &&
    figures.tokenFetches60s <= MAX_RENEWALS &&
    figures.unmarked === 0 &&
    figures.regressions === 0 &&
    figures.conserved;
  return { fault, broker, expect, ...figures, ok };
}
