/** What was learned from a topic's gaps. */
export interface Learned {
  /** Which of its levels foresees them best. */
  readonly level: number;
  /** By the `variances`. */
  readonly stale: readonly number[];
  readonly quiet: number;
  readonly survival: Float32Array;
}

/** Variances of the logarithm of a scale, for which thresholds are learned. */
export const variances = [0, 0.05, 0.2, 0.6, 2] as const;

/** The threshold at a variance between those. */
export function read(table: readonly number[], variance: number): number {
  for (let place = 1; place < variances.length; place += 1) {
    const to = variances[place] ?? 0;
    if (variance > to) continue;
    const from = variances[place - 1] ?? 0;
    const low = table[place - 1] ?? Infinity;
    return low + (((table[place] ?? Infinity) - low) * (variance - from)) / (to - from);
  }
  return table.at(-1) ?? Infinity;
}
