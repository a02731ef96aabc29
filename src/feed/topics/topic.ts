import type { Subscriber } from 'rxjs';
import type { FeedUpdate } from '../../model/quote.js';
import type { DataState, MarketState } from '../../model/state.js';
import type { RelayedState, TopicDecoder, TopicKind } from '../../model/venue.js';
import type { Histogram } from '../diagnostics/histogram.js';
import type { History } from '../diagnostics/history.js';
import type { Image, Shape, Tags } from '../image/image.js';
import type { ConflationKeys } from './conflationKeys.js';

/** One subscription. */
export interface Consumer<E> {
  readonly subscriber: Pick<Subscriber<FeedUpdate<E>>, 'next' | 'complete'>;
  /** The consumer gets topics of this kind only, even if its filters match others. */
  readonly kind: TopicKind;
  readonly depth: 1 | 10;
  /** Whether the consumer also gets gaps, and the states of symbols without an image. */
  readonly seesGaps: boolean;
  /** The user's subscription, which may have a consumer for each symbol: its name, and when it began in monotonic ms. */
  readonly subscription: { readonly name: string; readonly since: number };
  /** The histogram of the time that the consumer spends on a message. */
  readonly time: Histogram;
}

/** The part of a topic that only the watch over silence writes. */
export interface Judged {
  /** The market as last reported to the judge of silence; `undefined` while the judge does not follow the topic. */
  market: MarketState | undefined;
  /** The user's `staleAfter` for the topic in ms, as read at its last image; `undefined` if it is learned. */
  span: number | undefined;
  /** The number of messages since the judge last looked, and the monotonic times of the first and the last of them. */
  notes: number;
  firstAt: number;
  lastAt: number;
}

/**
 * All state of one topic. It is looked up by name once for each message; all stages then use this object.
 *
 * Every stage reads it. `TopicRegistry` writes its symbol and its consumers, `TopicWriter` writes its state, market and image.
 */
export interface Topic<E> {
  readonly name: string;
  readonly decoder: TopicDecoder<E>;
  /** The symbol or the market's name: from the subscription, or for a topic from a wildcard from its first event. */
  readonly symbol: string | undefined;
  /** Replaced and never changed, so that consumers can be added and removed during a loop over it. */
  readonly consumers: readonly Consumer<E>[];
  /**
   * Whether the registry has removed the topic. If its name is subscribed to later, the new topic is another object.
   */
  readonly isForgotten: boolean;
  /** Whether the topic was removed to make room for other topics. */
  readonly isEvicted: boolean;
  readonly state: DataState;
  /** The market as last reported to the consumers. */
  readonly market: MarketState;
  /** The last image, as it was emitted: `replayed` is the reason why its age is unknown. */
  readonly image: Image<E> | undefined;
  readonly shape: Shape;
  /** The mark of the image's decoder. */
  readonly mark: Tags['implausible'];
  /** The last frame of the topic that could not be read, as counted in `Received.sequence`; -1 for none. */
  readonly unreadable: number;
  /** The tag of the last image; `undefined` for an image that came through no relay. */
  readonly upstream: Tags['upstream'];
  /** The last message of a relay, while nothing was missed since. Its state counts while the relay vouches for it. */
  readonly voucher: RelayedState | undefined;
  readonly history: History;
  readonly judged: Judged;
  readonly keys: ConflationKeys;
}
