/**
 * A span in which images of `topics` may have been missed. Every open gap is closed later, unless the feed is closed
 * first.
 */
export interface Gap {
  readonly kind: 'gap';
  readonly phase: 'open' | 'closed';
  readonly cause: 'link' | 'stall' | 'overflow' | 'rotation' | 'wake';
  /** Epoch in which data was lost. */
  readonly fromEpoch: number;
  /** Epoch in which data flows again; only on `closed`. */
  readonly toEpoch?: number;
  /** Wall time in ms since the Unix epoch at which the loss was noticed. */
  readonly lostAt: number;
  /** Wall time in ms at which data flowed again; only on `closed`. Each symbol recovers with its own next image. */
  readonly recoveredAt?: number;
  /** Topics concerned. */
  readonly topics: readonly string[];
}

/** The cause of a gap. */
export type GapCause = Gap['cause'];
