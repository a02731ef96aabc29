import { concat, defer, map, type Observable, of, tap } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { type Outcome, stepLabels, type StepName, type StepResult } from './step.js';

/** One step of an examination. */
export interface Probe {
  readonly step: StepName;
  /** The probes without which this one tells nothing more. */
  readonly needs: readonly Probe[];
  /** Why the step is not to be taken at all; left out, it is taken. */
  readonly held?: string;
  /**
   * Takes the step when subscribed to: emits one outcome for each host or symbol, and completes. Never errors, and
   * leaves nothing behind when unsubscribed from.
   */
  readonly look: (before: readonly StepResult[]) => Observable<Outcome>;
}

/** The reason why steps that need these results tell nothing more; `undefined` if they may. */
function blockedBy(step: StepName, outcomes: readonly Outcome[]): string | undefined {
  const isUseful = outcomes.some(({ status }) => status === 'ok' || status === 'warning');
  return isUseful || outcomes.every(({ status }) => status !== 'failed')
    ? undefined
    : `not tried, since ${stepLabels[step]} failed`;
}

/**
 * Takes the steps one after the other, each timed. A step that needs one that failed is skipped, with the first failure as
 * the reason; all others are taken, since they may tell something more.
 */
export function examine(probes: readonly Probe[], clock: Pick<Clock, 'monotonic'>): Observable<StepResult> {
  return defer(() => {
    const results: StepResult[] = [];
    const blocked = new Map<Probe, string>();
    const taken = (probe: Probe): Observable<StepResult> => {
      const reason = probe.needs.map((need) => blocked.get(need)).find((text) => text !== undefined) ?? probe.held;
      const begun = clock.monotonic();
      const own: Outcome[] = [];
      if (reason !== undefined) blocked.set(probe, reason);
      const outcomes =
        reason === undefined ? probe.look(results) : of<Outcome>({ status: 'skipped', text: reason, ms: 0 });
      return outcomes.pipe(
        tap({
          next: (outcome) => own.push(outcome),
          complete: () => {
            const why = blockedBy(probe.step, own);
            if (why !== undefined) blocked.set(probe, why);
          },
        }),
        map((outcome) => ({ ms: Math.round(clock.monotonic() - begun), ...outcome, step: probe.step })),
      );
    };
    return concat(...probes.map((probe) => defer(() => taken(probe)))).pipe(tap((result) => results.push(result)));
  });
}
