import type { DataState } from '../../../src/index.js';

/** An image that the venue sent, by the number it has in its topic, and when, in ms of the feed's clock. */
export interface Sent {
  readonly topic: string;
  readonly number: number;
  readonly at: number;
}

/** An emission to a consumer about a topic: the image in force, and its state. */
export interface Said extends Sent {
  readonly state: DataState;
}

/** Two independent records of one run, and the payloads that the decoder got in between. */
export interface Records {
  readonly sent: readonly Sent[];
  readonly said: readonly Said[];
  /** Images that were read, whether a consumer saw them or not. */
  readonly read: readonly Sent[];
  /**
   * When the run was over, ms of the feed's clock: what was said last is still said then. Left out where the consumer's
   * stream completed: then nothing is said any more.
   */
  readonly end?: number;
}

/** The elements of each topic, in their order. */
export function byTopic<T extends { readonly topic: string }>(all: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const topics = new Map<string, T[]>();
  for (const one of all) {
    const known = topics.get(one.topic);
    if (known === undefined) topics.set(one.topic, [one]);
    else known.push(one);
  }
  return topics;
}
