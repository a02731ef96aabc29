import type { MarketState } from '../../model/state.js';
import type { MarketChange, RelayedState, RelayReport } from '../../model/venue.js';
import type { Image, Shape, Tags } from '../image/image.js';
import type { Topic } from './topic.js';

/** A decoded PUBLISH on the way to the trust stage, which keeps its image. */
export interface Received<E> {
  /** The topic at the time of reading; the registry may have forgotten it meanwhile. */
  readonly topic: Topic<E>;
  /** The epoch of the connection that read it. */
  readonly epoch: number;
  /**
   * The market state that the venue's `market` read in the event. It is read with the message, since the decoder may
   * fill the same object again while the message waits. `unclear` if `market` failed.
   */
  readonly change: MarketChange | 'unclear' | undefined;
  /** The state of its own market in an event of a market's topic; `undefined` for other topics. */
  readonly ownMarket: MarketState | undefined;
  /** The event with the feed's tags. The trust stage writes the tags before the event is emitted. */
  readonly image: Image<E>;
  readonly shape: Shape;
  /** The decoder's mark. */
  readonly mark: Tags['implausible'];
  /** The reason why the image's age is unknown; `undefined` if the image is new. */
  readonly aged: 'retained' | 'first' | undefined;
  /** Whether it is the image that the venue sends for each SUBSCRIBE. */
  readonly isSnapshot: boolean;
  /** The key of the bar in a series; `undefined` for other kinds. */
  readonly bar: string | number | undefined;
  /** Whether the message is the broker's copy of an earlier one, sent for a new subscription. */
  readonly retain: boolean;
  /** The number of this message among all that were read. */
  readonly sequence: number;
  /** The words of a relay about the feed behind it; `undefined` for a venue that is no relay. */
  readonly relayed: RelayedState | RelayReport | undefined;
  /** Whether a newer message of its topic came before, by the counters of its relay. */
  readonly isOutdated: boolean;
}

/** The key by which a message replaces an older waiting one. Market events have no key: they are never conflated. */
export function conflationKey<E>({ topic, epoch, bar, retain }: Received<E>): unknown {
  // No topic has a NUL (OASIS MQTT 3.1.1, 4.7.3), so two bars never have the same key by chance.
  if (bar !== undefined) return `${String(epoch)} ${topic.name}\0${String(bar)}${retain ? '\0' : ''}`;
  return topic.keys.of(epoch, retain);
}
