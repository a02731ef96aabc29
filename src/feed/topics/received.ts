import type { Image, Topic } from './topic.js';

/** A decoded PUBLISH on its way to the trust stage, which keeps it as its topic's image. */
export interface Received<E> extends Image<E> {
  /** As it was when this was read: it may be forgotten meanwhile. */
  readonly topic: Topic<E>;
  /** Of the connection that read it. */
  readonly epoch: number;
  /** The event as the decoder returned it, for the venue's own reader. */
  readonly decoded: E;
  /** Which bar of a series it is. */
  readonly bar: string | number | undefined;
  /** The broker's copy of an earlier message, sent for a new subscription. */
  readonly retain: boolean;
  /** Counts the messages that were read, of all topics. */
  readonly sequence: number;
}

/** What makes a message replace an older one that still waits for its turn. Events never come here. */
export function conflationKey<E>({ topic, epoch, bar, retain }: Received<E>): unknown {
  // No topic holds a NUL (OASIS MQTT 3.1.1, 4.7.3), so no two bars are alike by chance.
  if (bar !== undefined) return `${String(epoch)} ${topic.name}\0${String(bar)}${retain ? '\0' : ''}`;
  return topic.keys.of(epoch, retain);
}
