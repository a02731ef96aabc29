import type { Cause, Detected } from './cause.js';
import type { Window } from './window.js';

/** A cause that stands, with its evidence. */
export interface Standing {
  readonly cause: Cause;
  readonly detected: Detected;
  readonly severity: 'warning' | 'critical';
  /** Wall time in ms at which it began, or was first found. */
  readonly since: number;
  /** Wall time in ms of its last evidence that was found. */
  readonly last: number;
}

/** Remembers since when the causes of one feed stand. */
export class Tracker {
  private readonly causes: readonly Cause[];
  private standing = new Map<string, Standing>();

  /** @param causes - each after the causes that explain it */
  constructor(causes: readonly Cause[]) {
    this.causes = causes;
  }

  /** The causes that stand now, without those that another one explains. */
  update(window: Window): readonly Standing[] {
    const { at } = window.now;
    const found = new Set<string>();
    const standing = new Map<string, Standing>();
    for (const cause of this.causes) {
      const detected = cause.detect?.(window);
      if (detected === undefined) continue;
      const isExplained = cause.roots?.some((root) => found.has(root)) === true;
      found.add(cause.code);
      found.add(cause.chapter);
      if (isExplained) continue;
      const before = this.standing.get(cause.code);
      standing.set(cause.code, {
        cause,
        detected,
        severity: window.mayBeOpen ? (detected.severity ?? cause.severity) : 'warning',
        since: Math.min(detected.since ?? before?.since ?? at, at),
        last: Math.min(at, detected.last ?? (isStillSeen(cause, detected, before, window) ? at : (before?.last ?? at))),
      });
    }
    this.standing = standing;
    return [...standing.values()];
  }
}

/** Whether there is evidence that was not there at the last reading: a span goes on showing evidence that is long past. */
function isStillSeen(cause: Cause, detected: Detected, before: Standing | undefined, window: Window): boolean {
  if (cause.over === 0 || before === undefined || detected.count === undefined) return true;
  if (detected.count > (before.detected.count ?? 0)) return true;
  const { sinceLast } = window;
  return sinceLast !== undefined && cause.detect?.(sinceLast) !== undefined;
}
