import type { Gap } from '../../model/gap.js';
import type { Image, Topic } from '../topics/topic.js';

/** What the trust stage hands to consumers. Each call returns when all consumers concerned were called. */
export interface Emissions<E> {
  /** The epoch in force, of everything that is handed out; `undefined` before the first. */
  epoch: number | undefined;
  /** Consumers right now. */
  readonly size: number;
  /** An image that has just come, to the consumers of its topic. */
  image(topic: Topic<E>, image: Image<E>): void;
  /** A topic's state, to its consumers: with its last image again, or without if it has none. */
  state(topic: Topic<E>): void;
  /** A gap, to everyone. */
  gap(gap: Gap): void;
}

/** What the trust stage reports to the watch over silence. */
export interface SilenceReports<E> {
  /** A message of a topic has been handed out; a new one is evidence of life, one of unknown age is not. */
  onMessage(topic: Topic<E>, isNew: boolean): void;
  /** The market of a topic is another. */
  onMarket(topic: Topic<E>): void;
  onPromoted(): void;
  onLost(): void;
}
