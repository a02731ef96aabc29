import type { Topic } from '../topics/topic.js';

/** What the trust stage reports to the watch over silence. */
export interface SilenceReports<E> {
  /** A message of a topic has been handed out; a new one is evidence of life, one of unknown age is not. */
  onMessage(topic: Topic<E>, isNew: boolean): void;
  /** The market of a topic is another. */
  onMarket(topic: Topic<E>): void;
  onPromoted(): void;
  onLost(): void;
}
