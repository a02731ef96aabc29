/** The settings of a receiver: where it connects, and what it gets. */
export interface Target {
  readonly url: string;
  /** PEM certificate of the authority to trust. */
  readonly ca: string;
  readonly symbols: readonly string[];
  /** Where a packet has its stamp, for receivers that decode nothing. */
  readonly stampFromEnd: number;
  /** Folder of a build of rx-quotes. */
  readonly build: string;
}

/** Counters since the start. */
export interface Counts {
  readonly received: number;
  readonly conflated: number;
}

/**
 * Connects and subscribes to the topics of all symbols; calls `deliver` with the stamp of each message where an application
 * would get it. Gives a function that reads the counters, or nothing where each message that is received is delivered.
 */
export type Receiver = (target: Target, deliver: (stamp: number) => void) => Promise<(() => Counts) | undefined>;
