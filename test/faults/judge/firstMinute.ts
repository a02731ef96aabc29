import { WINDOW } from '../../../src/mqtt/retry/retryRules.js';

/** How many of these times (ms) are within a minute of `from`, which is when the fault began. */
export function firstMinute(times: readonly number[], from: number): number {
  return times.filter((at) => at >= from && at < from + WINDOW).length;
}
