/**
 * How much of a back-off is random: `equal` half of it, `full` all of it, `none` nothing. Equal jitter spreads clients
 * without immediate retries: with 1 s × 2 up to 30 s, full jitter connects more than 8 times in 60 s in about half of
 * all failures, equal jitter never.
 */
export type Jitter = 'equal' | 'full' | 'none';

/** The numbers of a back-off, in ms. */
export interface BackoffRule {
  readonly minBackoff: number;
  readonly maxBackoff: number;
  readonly multiplier: number;
  readonly jitter: Jitter;
  readonly random: () => number;
}

/** The wait before a retry, in ms; `attempt` is the number of failures in a row. */
export function backoffOf(rule: BackoffRule, attempt: number): number {
  // 0 × Infinity is NaN, and a timer treats NaN as no wait.
  if (rule.minBackoff === 0) return 0;
  const whole = Math.min(rule.maxBackoff, rule.minBackoff * rule.multiplier ** (attempt - 1));
  if (rule.jitter === 'none') return whole;
  const chance = Math.min(1, Math.max(0, rule.random()));
  return rule.jitter === 'full' ? whole * chance : whole / 2 + (whole / 2) * chance;
}
