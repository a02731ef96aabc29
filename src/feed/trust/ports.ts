import type { Gap } from '../../model/gap.js';
import type { Topic } from '../topics/topic.js';

/** The port from the trust stage to the consumers. Each call returns after all its consumers were called. */
export interface Emissions<E> {
  /** The epoch in force, which every emission has; `undefined` before the first. */
  epoch: number | undefined;
  /** The present number of consumers. */
  readonly size: number;
  /** Emits a topic's new image to its consumers. */
  image(topic: Topic<E>): void;
  /** Emits a topic's state to its consumers: its last image again, or a status if it has no image. */
  state(topic: Topic<E>): void;
  /** Emits a gap to every consumer with `seesGaps`. */
  gap(gap: Gap): void;
}

/** The port from the trust stage to the watch over silence. */
export interface SilenceReports<E> {
  /**
   * A message of a topic was emitted. A new message is evidence of life; a message of unknown age is not. A snapshot is new, and shows
   * only that the broker answers.
   *
   * @param at - monotonic time in ms of its reading
   */
  onMessage(topic: Topic<E>, at: number, isNew: boolean, isSnapshot: boolean): void;
  /** The market of a topic changed. */
  onMarket(topic: Topic<E>): void;
  onPromoted(): void;
  onLost(): void;
  /** No status of a relay comes, although the connection is live. */
  onNoStatus(): void;
  /** A relay sends its status. */
  onStatus(): void;
}
