import type { Subscriber } from 'rxjs';
import type { FeedUpdate } from '../../model/quote.js';
import type { DataState, MarketState } from '../../model/state.js';
import type { Kind, TopicDecoder } from '../../model/venue.js';
import type { Histogram } from '../diagnostics/histogram.js';
import type { History } from '../diagnostics/history.js';
import type { ConflationKeys } from './conflationKeys.js';

/** One subscription. */
export interface Consumer<E> {
  readonly subscriber: Pick<Subscriber<FeedUpdate<E>>, 'next' | 'complete'>;
  /** It listens to topics of this kind only, whatever else its filters match. */
  readonly kind: Kind;
  readonly depth: 1 | 10;
  /** Whether it gets gaps, and the states of symbols without an image, besides the images of its kind. */
  readonly seesGaps: boolean;
  /** What it spends on a message. */
  readonly time: Histogram;
}

/** The last image of a topic, its decoded values, with the time of its reading. */
export interface Image<E> {
  readonly event: E;
  readonly receivedAt: number;
  readonly monotonicAt: number;
  /** The reason why its age is unknown; `false` when it was new. */
  readonly aged: 'retained' | 'first' | false;
}

/** What the watch over silence remembers of a topic; it alone writes this. */
export interface Judged {
  /** The market as last reported to the judge of silence; `undefined` while it does not follow the topic. */
  market: MarketState | undefined;
  /** The silence, in ms, after which it is stale by the user's word, read at its last image; `undefined` where it is learned. */
  span: number | undefined;
}

/**
 * All that is known of one topic. It is looked up once a message, by its name; from there on everything goes by this object.
 *
 * Every stage reads it. Only two write it: `TopicRegistry` what a topic is and who listens to it, `TopicWriter` what is
 * believed of it.
 */
export interface Topic<E> {
  readonly name: string;
  readonly decoder: TopicDecoder<E>;
  /** Or a market's name. Known from the subscription, or from the first event of a topic that a wildcard brought. */
  readonly symbol: string | undefined;
  /** Replaced, never changed, so that a loop over it is not disturbed by who comes or goes. */
  readonly consumers: readonly Consumer<E>[];
  /** Nobody asks for it any more, or it made room for others. A topic of this name that is wanted later is another object. */
  readonly isForgotten: boolean;
  readonly state: DataState;
  /** The market as last reported to the consumers. */
  readonly market: MarketState;
  readonly image: Image<E> | undefined;
  /** The last frame of the topic that could not be read, as counted in `Received.sequence`; -1 for none. */
  readonly unreadable: number;
  readonly history: History;
  readonly judged: Judged;
  readonly keys: ConflationKeys;
}
