import type { Book, TopOfBook } from './events.js';
import type { Gap } from './gap.js';
import type { DataState, MarketState } from './state.js';

/**
 * The fields that a feed adds to a decoded event, so that the event can't hide the feed's doubts. An event with such a field
 * of its own is rejected, except for the `kind` of its topic, a mark of its decoder (`implausible`), and the `market` of a
 * price info or of a market's status.
 */
export interface QuoteTags<K extends string = 'quote'> {
  /** The kind of its topic. */
  readonly kind: K;
  /**
   * The connection epoch in force when this was emitted. Never falls within one subscription; an image is emitted in
   * the epoch that read it or not at all.
   */
  readonly epoch: number;
  /** The state of its topic's data: only `live` is up to date. */
  readonly state: DataState;
  /**
   * The market state of its symbol, by the feed and the calendar; for a market's own status, the state of that market.
   */
  readonly market: MarketState;
  /**
   * The reason why the book can't be in continuous trading: the decoder's mark, or `crossed` where its `bid` is not below
   * its `ask` outside an auction. Left out for a plausible book. A quote with this mark is not tradable.
   */
  readonly implausible?: 'crossed' | 'disordered';
  /** `image`: new from the wire; `state`: the last image again, because its state or market changed. */
  readonly change: 'image' | 'state';
  /**
   * - `cache`: the last image, for a late subscriber
   * - `retained`: of unknown age, because the broker sent it with the retain flag
   * - `first`: of unknown age, because it was the first after SUBSCRIBE of a venue that may send stored images without the
   *   retain flag (`onSubscribe: 'unknown'`)
   */
  readonly replayed?: 'cache' | 'retained' | 'first';
  /** Wall time in ms since the Unix epoch when the image was read; unchanged when it is emitted again. */
  readonly receivedAt: number;
  /** Monotonic time in ms of the same reading; for spans within this process. */
  readonly monotonicAt: number;
  /** For a quote that came through a relay: how the feed that the relay reads had it. Left out for other quotes. */
  readonly upstream?: {
    /** Its state there. */
    readonly state: DataState;
    /** The connection epoch there. */
    readonly epoch: number;
    /** Wall time in ms since the Unix epoch, by the relay's clock, at which the relay read the image. */
    readonly receivedAt: number;
    /** Time in ms from that reading until the relay published the message. */
    readonly age: number;
  };
}

/** The event that a decoder may return: it has no field that the feed adds itself. */
export type Untagged = { readonly symbol: string } & {
  readonly [K in Exclude<keyof QuoteTags, 'kind' | 'market' | 'implausible'>]?: never;
};

/**
 * An event of a venue with the feed's tags. Its `kind` is its own where it is a price info, a bar or a market's status, else `'quote'`.
 */
export type Tagged<E> = E extends unknown
  ? E & QuoteTags<E extends { readonly kind: infer K extends 'info' | 'candle' | 'market' } ? K : 'quote'>
  : never;

/** A quote with ten levels a side, or with the best level only. */
export type Quote<D extends 1 | 10 = 1 | 10> = Tagged<Extract<TopOfBook | Book, { depth: D }>>;

/** The state of a symbol that has no image yet. */
export interface SymbolStatus {
  /** Marks a status among updates. */
  readonly kind: 'status';
  /** In the venue's own spelling. */
  readonly symbol: string;
  /** Why it has no image: e.g. `awaiting` or `refused`. */
  readonly state: DataState;
  /** The market of the symbol. */
  readonly market: MarketState;
  /** Epoch in force; left out before the first connection is live. */
  readonly epoch?: number;
  /** Wall time in ms since the Unix epoch. */
  readonly at: number;
}

/** The updates of a feed, in order: quotes, gaps, and the states of symbols that have no quote yet. */
export type FeedUpdate<E = TopOfBook | Book> = Tagged<E> | Gap | SymbolStatus;
