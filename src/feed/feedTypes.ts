import type { MonoTypeOperatorFunction, Observable, Subscription } from 'rxjs';
import type { QueueStats } from '../../operators/queueStats.js';
import type { Book, TopOfBook, VenueEvent } from '../model/events.js';
import type { DataState, MarketState } from '../model/state.js';
import type { FeedUpdate, KindOf, QuoteTags, Tagged } from '../model/quote.js';
import type { Kind } from '../model/venue.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import type { TopicSubscription } from '../mqtt/subscriptions/topicLedger.js';
import type { FeedDelays } from './diagnostics/delayMeter.js';
import type { TopicExplanation } from './diagnostics/explain.js';
import type { FeedJournal } from './diagnostics/journal.js';
import type { FeedSettings } from './feedConfig.js';
import type { FeedStats } from './diagnostics/stats.js';

/** The quotes among a venue's events, at a depth: a book at depth 1 is its top. A quote that is no book has no depth. */
export type AtDepth<E, D extends 1 | 10> = E extends { readonly kind: Exclude<Kind, 'quote'> }
  ? never
  : E extends TopOfBook | Book
    ? Extract<TopOfBook | Book, { readonly depth: D }>
    : E;

/** The events of one kind among a venue's. */
export type OfKind<E, K extends Kind> = E extends unknown ? (KindOf<E> extends K ? E : never) : never;

/** Symbols: a list, or lists one after the other, each in the place of the one before. */
export type SymbolList = readonly string[] | Observable<readonly string[]>;

/** How to subscribe. */
export interface ReplayOptions {
  /** Whether a late subscriber gets each topic's last image at once. @defaultValue true */
  readonly replay?: boolean;
  /** What this subscription is called in `delays()` and in metrics; several may share it. @defaultValue `unnamed` */
  readonly name?: string;
}

/** How to subscribe to quotes. */
export interface QuoteOptions<D extends 1 | 10 = 1 | 10> extends ReplayOptions {
  /** Levels a side, where the venue has ten. @defaultValue 1 */
  readonly depth?: D;
}

/** How to subscribe to bars. */
export interface CandleOptions extends ReplayOptions {
  /** Length of a bar as the venue names it, e.g. `1m`. */
  readonly interval: string;
}

/** What is known of a symbol's quotes right now. */
export interface SymbolState {
  readonly symbol: string;
  readonly state: DataState;
  readonly market: MarketState;
  /** Time in ms since its last image was read; left out before the first. */
  readonly age?: number;
}

/** A venue's quotes, and what else it tells, over one shared connection that is opened by the first subscriber and kept up until the last left. */
export interface QuoteFeed<E = VenueEvent> {
  /**
   * The quotes of some symbols, or of all the venue has.
   *
   * **Emits** each image as it comes, and a symbol's last image again (`change: 'state'`) whenever its state or market
   * changes, so that a dead price is seen to be dead; to a late subscriber first each symbol's last image, with
   * `replayed: 'cache'`. **Completes** on `close()`. **Errors** never, but for a list that changes (below). **On unsubscribe** a topic that nobody else
   * wants is unsubscribed after `linger`.
   *
   * Subscribers share what is emitted, also when it is emitted again: copy a quote, or its arrays, before you change them.
   *
   * **A list that changes** is an Observable of lists, e.g. a `BehaviorSubject`. When the next list comes, symbols that stay go
   * on without a break and without a replay; symbols that came are subscribed and replayed; symbols that left emit nothing
   * more, and their topics are unsubscribed after `linger`. An equal list changes nothing. Before its first list nothing is
   * subscribed, and after it completes its last list stays. If it errors, the stream errors with the same error. A list with a
   * bad symbol makes the stream error with the `RXQ_ARGUMENT` that a fixed list throws: one subscriber's mistake ends no
   * other stream.
   *
   * @param symbols - in any spelling that the venue takes, emitted in the venue's own; 1 to 64 bytes each, without `#`, `+`,
   *   `/`, NUL; an Observable of such lists; left out for all, by a wildcard; an empty list is no symbol at all, and connects
   *   nothing; a symbol that is in a list twice counts once
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  quotes<D extends 1 | 10 = 1>(symbols?: SymbolList, options?: QuoteOptions<D>): Observable<Tagged<AtDepth<E, D>>>;
  /**
   * What symbols did today: last price, highs and lows, totals. As `quotes()` in all else: states, silence, replays.
   *
   * @param symbols - as for `quotes()`
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when the venue has no such topics
   */
  infos(symbols?: SymbolList, options?: ReplayOptions): Observable<Tagged<OfKind<E, 'info'>>>;
  /**
   * The bars of some symbols at one interval.
   *
   * **Emits** every bar at its newest: under load older forms of the same bar are left out, never a bar. A symbol's last
   * bar again (`change: 'state'`) whenever its state or market changes. Silence is not judged: a bar of a day may be
   * silent for long. All else as for `quotes()`.
   *
   * @param symbols - as for `quotes()`, but never left out
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when the venue has no such topics
   */
  candles(symbols: SymbolList, options: CandleOptions): Observable<Tagged<OfKind<E, 'candle'>>>;
  /**
   * The status of markets.
   *
   * **Emits** every status in its order, however much else waits, and a market's last status again (`change: 'state'`)
   * whenever its state changes; with the link its `market` is lost, too, until it is told again. Silence is not judged.
   * All else as for `quotes()`.
   *
   * @param names - as the venue calls its markets; 1 to 64 bytes each, without `#`, `+`, `/`, NUL
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when the venue has no such topics
   */
  markets(names: readonly string[], options?: ReplayOptions): Observable<Tagged<OfKind<E, 'market'>>>;
  /**
   * Quotes, and in order with them the gaps (to every subscriber) and the states of symbols that have no image yet.
   * Quotes only: the other kinds are streams of their own, whose values tell of every loss themselves.
   *
   * @param symbols - as for `quotes()`; while the list is empty, gaps come all the same
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  updates<D extends 1 | 10 = 1>(symbols?: SymbolList, options?: QuoteOptions<D>): Observable<FeedUpdate<AtDepth<E, D>>>;
  /**
   * A symbol's last quote with its present state and market, at once: what a late subscriber would get first, with
   * `change: 'state'` and `replayed: 'cache'`. For code that asks at a moment of its own, e.g. before it sends an order.
   *
   * `undefined` before the symbol's first image, and when nobody is subscribed to its quotes: it opens nothing and
   * subscribes to nothing. After the last subscriber left, the symbol is followed for `linger` ms more, and so is this
   * quote. After a sleep it is `suspect`, as it is in the streams. After `close()` it is `undefined`.
   *
   * @param symbol - in any spelling that the venue takes
   * @param options - `depth`: levels a side, 1 or 10, where the venue has ten; 1 unless set
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
   */
  last<D extends 1 | 10 = 1>(symbol: string, options?: { readonly depth?: D }): Tagged<AtDepth<E, D>> | undefined;
  /** What the connection is doing: the present state at once, then every change. Completes on `close()`, never errors. */
  readonly state$: Observable<ConnectionState>;
  /** How far each topic has come on the present connection: at once, then after every change. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** Where every PUBLISH went. Opens nothing. */
  stats(): FeedStats;
  /** Every symbol whose quotes are wanted or were brought by a wildcard, with its state. Opens nothing. */
  symbols(): readonly SymbolState[];
  /**
   * What became of a symbol's last messages, and why it is in its state: one explanation a topic, the quotes' first;
   * empty when nobody wants the symbol. Opens nothing.
   */
  explain(symbol: string): readonly TopicExplanation[];
  /**
   * What happened to the feed last, in order and with times: states of the connection, gaps, and changes of topics and
   * markets. At most 500 entries; the oldest make room, and are counted. It is data for a report after an incident, e.g. as
   * JSON. What changes many topics at once, e.g. a lost link, is one entry with their number and 8 names. Still there after
   * `close()`. Opens nothing.
   */
  journal(): FeedJournal;
  /** Where the time goes between the reading of a message and the end of its handling. Opens nothing. */
  delays(): FeedDelays;
  /**
   * An operator that notes in `delays().arrivals`, under a name, how long after its reading each new image gets to where
   * it stands: put it behind a queue of yours, or at the end of asynchronous work. It changes nothing of the stream.
   *
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT` unless the name has 1 to 64 characters
   */
  measureArrival<T extends QuoteTags>(name: string): MonoTypeOperatorFunction<T>;
  /**
   * Adds the account of a queue of yours to the feed's, under a name: its backlog, drops and waits are then in
   * `stats().queues`, in the metrics, and its drops among the findings. Unsubscribe what it returns to take it out again;
   * `close()` leaves it in, so that the last account is whole. Opens nothing.
   *
   * @param name - 1 to 64 characters, of this queue alone; in the metrics it is the label `queue`
   * @param stats - what the operator has as `{ stats }`
   * @throws TypeError or RangeError with code `RXQ_ARGUMENT`, also when another queue has the name
   */
  watch(name: string, stats: QueueStats): Subscription;
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
