import type { Observable } from 'rxjs';
import type { Book, FeedUpdate, Tagged, TopOfBook } from '../events.js';
import type { ConnectionState } from '../mqtt/connectionState.js';
import type { TopicSubscription } from '../mqtt/topicLedger.js';
import type { FeedSettings } from './feedConfig.js';
import type { FeedStats } from './stats.js';

/** An event at a depth: a book at depth 1 is its top. An event that is no book has no depth. */
export type AtDepth<E, D extends 1 | 10> = E extends TopOfBook | Book
  ? Extract<TopOfBook | Book, { readonly depth: D }>
  : E;

/** How to subscribe to quotes. */
export interface QuoteOptions<D extends 1 | 10 = 1 | 10> {
  /** Levels a side, where the venue has ten. @defaultValue 1 */
  readonly depth?: D;
  /** Whether a late subscriber gets each symbol's last image at once. @defaultValue true */
  readonly replay?: boolean;
}

/** A venue's quotes over one shared connection that is opened by the first subscriber and kept up until the last left. */
export interface QuoteFeed<E = TopOfBook | Book> {
  /**
   * The quotes of some symbols, or of all the venue has.
   *
   * **Emits** each image as it comes, and a symbol's last image again (`change: 'state'`) whenever its state or market
   * changes, so that a dead price is seen to be dead; to a late subscriber first each symbol's last image, with
   * `replayed: 'cache'`. **Completes** on `close()`. **Errors** never. **On unsubscribe** a topic that nobody else
   * wants is unsubscribed after `linger`.
   *
   * @param symbols - 1 to 64 bytes each, without `#`, `+`, `/`, NUL; left out for all, by a wildcard; an empty list is
   *   no symbol at all, and connects nothing
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  quotes<D extends 1 | 10 = 1>(
    symbols?: readonly string[],
    options?: QuoteOptions<D>,
  ): Observable<Tagged<AtDepth<E, D>>>;
  /**
   * Quotes, and in order with them the gaps (to every subscriber) and the states of symbols that have no image yet.
   *
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  updates<D extends 1 | 10 = 1>(
    symbols?: readonly string[],
    options?: QuoteOptions<D>,
  ): Observable<FeedUpdate<AtDepth<E, D>>>;
  /** What the connection is doing: the present state at once, then every change. Completes on `close()`, never errors. */
  readonly state$: Observable<ConnectionState>;
  /** How far each topic has come on the present connection: at once, then after every change. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** Where every PUBLISH went. Opens nothing. */
  stats(): FeedStats;
  /**
   * Makes a new connection in place of the present one, within the limit of 8 connects a minute; ends a wait early.
   *
   * @param options - `renew: true` also asks for new credentials, at most 3 times a minute
   */
  reconnect(options?: { readonly renew?: boolean }): void;
  /**
   * Changes settings of the running feed.
   *
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`; then nothing is changed
   */
  tune(settings: FeedSettings): void;
  /** Completes every stream, disconnects, and resolves within 2 s, in any state. Nothing is left behind. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
