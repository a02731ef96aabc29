import type { MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import type { QueueStats } from '../../operators/queueStats.js';
import type { Book, TopOfBook, VenueEvent } from '../model/events.js';
import type { DataState, MarketState } from '../model/state.js';
import type { FeedUpdate, QuoteTags, Tagged } from '../model/quote.js';
import type { TopicKind } from '../model/venue.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import type { TopicSubscription } from '../mqtt/subscriptions/topicLedger.js';
import type { FeedDelays } from './diagnostics/delayMeter.js';
import type { TopicExplanation } from './diagnostics/topicExplanation.js';
import type { FeedJournal } from './diagnostics/journal.js';
import type { FeedSettings } from './feedConfig.js';
import type { FeedStats } from './diagnostics/stats.js';

/**
 * The quotes among a venue's events at a depth: at depth 1 a book is its best level. A venue with best levels only
 * emits them at every depth, and a quote that is no book has no depth. `All` are the venue's events; leave it out.
 */
export type AtDepth<E, D extends 1 | 10, All = E> = E extends { readonly kind: Exclude<TopicKind, 'quote'> }
  ? never
  : E extends TopOfBook | Book
    ? Book extends All
      ? Extract<TopOfBook | Book, { readonly depth: D }>
      : TopOfBook
    : E;

/** How to subscribe. */
export interface ReplayOptions {
  /** Whether a late subscriber gets each topic's last image at once. @defaultValue true */
  readonly replay?: boolean;
  /** The name of this subscription in `delays()` and in metrics; several may share it. @defaultValue `unnamed` */
  readonly name?: string;
}

/** The present state of a symbol's quotes. */
export interface SymbolState {
  /** In the venue's own spelling. */
  readonly symbol: string;
  /** The state of its quotes' data. */
  readonly state: DataState;
  /** The state of its market. */
  readonly market: MarketState;
  /** Time in ms since its last image was read; left out before the first. */
  readonly age?: number;
}

/**
 * The quotes and other events of a venue over one shared connection. The first subscriber opens the connection, and it stays
 * until the last subscriber has left.
 */
export interface QuoteFeed<E = VenueEvent> {
  /**
   * The quotes of some symbols, or of all symbols of the venue.
   *
   * **Emits** each image as it comes, and a symbol's last image again (`change: 'state'`) whenever its state or market
   * changes, so that a price that is no longer live is visible as such. A late subscriber first gets each symbol's last
   * image, with `replayed: 'cache'`. **Completes** on `close()`. **Errors** never, except for a list that changes
   * (below). **On unsubscribe** a topic without another subscriber is unsubscribed after `linger`.
   *
   * Subscribers share the emitted objects, also when a quote is emitted again: copy a quote, or its arrays, before you change it.
   *
   * **A list that changes** is an Observable of lists, e.g. a `BehaviorSubject`. When the next list comes, symbols in
   * both lists continue without a break and without a replay. Added symbols are subscribed to and replayed. Removed
   * symbols emit nothing more, and their topics are unsubscribed after `linger`. An equal list changes nothing. The
   * feed subscribes to nothing before the first list; after the Observable completes, its last list stays. If the
   * Observable errors, the stream errors with the same error. If a list has an invalid symbol, only this stream errors,
   * with the `RXQ_ARGUMENT` that a fixed list would throw.
   *
   * @param symbols - in any spelling that the venue takes, emitted in the venue's own; 1 to 64 bytes each, without `#`,
   *   `+`, `/`, NUL; an Observable of such lists; left out for all symbols, by a wildcard; an empty list has no symbol
   *   and opens no connection; a symbol that is in a list twice counts once
   * @param options - `depth`: levels a side, 1 or 10; a venue without ten gives what it has, as `depth` of the quote tells; 1 unless set
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  quotes<D extends 1 | 10 = 1>(
    symbols?: readonly string[] | Observable<readonly string[]>,
    options?: ReplayOptions & { readonly depth?: D },
  ): Observable<Tagged<AtDepth<E, D>>>;
  /**
   * Price infos of symbols: last price, highs and lows, totals of the day. States, silence and replays as for `quotes()`.
   *
   * @param symbols - as for `quotes()`
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when the venue has no such topics
   */
  priceInfos(
    symbols?: readonly string[] | Observable<readonly string[]>,
    options?: ReplayOptions,
  ): Observable<Tagged<Extract<E, { readonly kind: 'info' }>>>;
  /**
   * The bars of some symbols at one interval.
   *
   * **Emits** the newest form of every bar: under load older forms of a bar are left out, but never a bar. Emits a
   * symbol's last bar again (`change: 'state'`) whenever its state or market changes. Silence is not judged, since the
   * bar of a day may be silent for long. The rest is as for `quotes()`.
   *
   * @param symbols - as for `quotes()`, but never left out
   * @param options - `interval`: the length of a bar as the venue names it, e.g. `1m`
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when the venue has no such topics
   */
  candles(
    symbols: readonly string[] | Observable<readonly string[]>,
    options: ReplayOptions & { readonly interval: string },
  ): Observable<Tagged<Extract<E, { readonly kind: 'candle' }>>>;
  /**
   * The status of markets.
   *
   * **Emits** every status in order, also under load, and a market's last status again (`change: 'state'`) whenever its
   * state changes. After a lost link its `market` is unknown until the next status. Silence is not judged. The rest is
   * as for `quotes()`.
   *
   * @param names - as the venue calls its markets; 1 to 64 bytes each, without `#`, `+`, `/`, NUL
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when the venue has no such topics
   */
  markets(
    names: readonly string[],
    options?: ReplayOptions,
  ): Observable<Tagged<Extract<E, { readonly kind: 'market' }>>>;
  /**
   * Quotes, in order with gaps (for every subscriber) and with the states of symbols that have no image yet. Other
   * kinds are not included: their own streams show each loss by the `state` of their values.
   *
   * @param symbols - as for `quotes()`; while the list is empty, gaps come all the same
   * @param options - as for `quotes()`
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  updates<D extends 1 | 10 = 1>(
    symbols?: readonly string[] | Observable<readonly string[]>,
    options?: ReplayOptions & { readonly depth?: D },
  ): Observable<FeedUpdate<AtDepth<E, D>>>;
  /**
   * A symbol's last quote with its present state and market, at once: the quote that a late subscriber would get first, with
   * `change: 'state'` and `replayed: 'cache'`. For code that needs a price at one moment, e.g. before it sends an order.
   *
   * The result is `undefined` before the symbol's first image, without a subscriber to its quotes, and after `close()`.
   * The call opens nothing and subscribes to nothing. For `linger` ms after the last subscriber has left, the quote is
   * still kept up to date. After a sleep the quote is `suspect`, as in the streams.
   *
   * @param symbol - in any spelling that the venue takes
   * @param options - `depth`: levels a side, 1 or 10, where the venue has ten; 1 unless set
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  last<D extends 1 | 10 = 1>(symbol: string, options?: { readonly depth?: D }): Tagged<AtDepth<E, D>> | undefined;
  /** The state of the connection: the present state at once, then every change. Completes on `close()`, never errors. */
  readonly state$: Observable<ConnectionState>;
  /** The subscription of each topic on the present connection: at once, then after every change. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** Counts the outcomes of every PUBLISH. Opens nothing. */
  stats(): FeedStats;
  /** The state of every symbol that is subscribed to by name or came by a wildcard. Opens nothing. */
  symbols(): readonly SymbolState[];
  /**
   * Explains a symbol: the outcomes of its last messages, and the reason of its state. One explanation for each topic,
   * the quotes' topic first; empty when the symbol has no subscriber. Opens nothing.
   */
  explain(symbol: string): readonly TopicExplanation[];
  /**
   * The last events in the life of the feed, in order and with times: states of the connection, gaps, and changes of
   * topics and markets. At most 500 entries are kept; older ones are removed and counted. The journal is data for a
   * report after an incident, e.g. as JSON. A change of many topics at once, e.g. by a lost link, is one entry with
   * their number and 8 names. The journal stays readable after `close()`. Opens nothing.
   */
  journal(): FeedJournal;
  /** Where the time goes between the reading of a message and the end of its handling. Opens nothing. */
  delays(): FeedDelays;
  /**
   * An operator that measures, under a name in `delays().latencies`, the time from the reading of each new image to
   * this operator: put it after a queue of yours, or after asynchronous work. It does not change the stream.
   *
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT` unless the name has 1 to 64 characters
   */
  measureLatency<T extends QuoteTags>(name: string): MonoTypeOperatorFunction<T>;
  /**
   * Adds the counters of a queue of yours to the feed's, under a name: its backlog, drops and waits are then in
   * `stats().queues` and in the metrics, and its drops among the findings. The returned subscription removes it again;
   * `close()` does not, so that the last counts are complete. Opens nothing.
   *
   * @param name - 1 to 64 characters, unique among the queues; in the metrics it is the label `queue`
   * @param stats - the `QueueStats` that the operator has as `{ stats }`
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when another queue has the name
   */
  watch(name: string, stats: QueueStats): Subscription;
  /**
   * Makes a new connection in place of the present one, within the limit of 8 connects a minute; ends a wait early. The `reason` of
   * the next state is then a failure of kind `reconnect` with `askedBy: 'application'`.
   *
   * @param options - `renew: true` also asks for new credentials, at most 3 times a minute
   */
  reconnect(options?: { readonly renew?: boolean }): void;
  /**
   * Changes settings of the running feed.
   *
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`; then no setting is changed
   */
  tune(settings: FeedSettings): void;
  /** Completes every stream, disconnects, and resolves within 2 s, in any state. No timer and no socket stays open. */
  close(): Promise<void>;
  /** The same as `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
