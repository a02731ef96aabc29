/** The figures of one run of a receiver. Rates are per second of the measured window, latencies in µs. */
export interface Figures {
  readonly received: number;
  readonly delivered: number;
  /** The part of the received messages that a newer one replaced before their delivery, 0 to 1. */
  readonly conflated: number;
  /** Processor time of the receiver's process for each message that it delivered, in µs. */
  readonly cpu: number;
  /** From the stamp to the subscriber; left out where messages are not stamped. */
  readonly p50?: number;
  readonly p99?: number;
  readonly p999?: number;
  /** Bytes allocated on the heap of JavaScript for each message delivered: MB for a million of them. */
  readonly garbage: number;
  /** Most memory that the process ever had, in MB. */
  readonly rss: number;
}

export type FigureName = keyof Figures;

/** The spread of a figure over the rounds of a row. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of values and their extremes. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values have no median: pass at least one');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}

export type Result = { readonly [Name in FigureName]?: Spread };

/** Rounds of a row, figure by figure. */
export function resultOf(rounds: readonly Figures[]): Result {
  const names = Object.keys(rounds[0] ?? {}) as FigureName[];
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(rounds.flatMap((round) => round[name] ?? []))] as const),
  );
}
