/**
 * A span in which images of `topics` may have been missed. Every open gap is closed later, unless the feed is closed
 * first.
 */
export interface Gap {
  /** Marks a gap among updates. */
  readonly kind: 'gap';
  /** `open` when the loss was noticed, `closed` when data flows again. */
  readonly phase: 'open' | 'closed';
  /**
   * - `link`: the connection was lost
   * - `stall`: the thread was blocked, so that the broker may have dropped messages
   * - `overflow`: the queue of the feed dropped an image
   * - `rotation`: the connection was replaced by a planned one
   * - `wake`: the machine slept
   * - `upstream`: the feed behind a relay lost images, or its connection
   * - `relay`: a relay ended or sends nothing, or messages of it did not arrive
   */
  readonly cause: 'link' | 'stall' | 'overflow' | 'rotation' | 'wake' | 'upstream' | 'relay';
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
