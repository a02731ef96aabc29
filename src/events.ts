/**
 * What is known of one topic's data.
 *
 * - `awaiting`: subscribed, nothing seen yet
 * - `live`: its last image came on the present connection, in order and in time
 * - `quiet`: silent, and that is normal for this symbol
 * - `suspect`: something was surely or probably missed until its next live image
 * - `stale`: silent beyond normal while its market is open, or not known to be shut
 * - `refused`: the broker refused the subscription
 */
export type DataState = 'awaiting' | 'live' | 'quiet' | 'suspect' | 'stale' | 'refused';

/** What is known of a symbol's market, from the feed's own status or else the venue's calendar. */
export type MarketState = 'open' | 'auction' | 'halted' | 'closed' | 'unknown';

/** How one side of the book is matched: `normal`, at the open (`ato`), at the close (`atc`), or not stated. */
export type BookFlag = 'undefined' | 'normal' | 'ato' | 'atc';

interface BookTop {
  readonly symbol: string;
  readonly bidFlag: BookFlag;
  readonly askFlag: BookFlag;
  /** Best bid; `NaN` when there is none. */
  readonly bid: number;
  /** Best ask; `NaN` when there is none. */
  readonly ask: number;
  /** Volume at the best bid, in shares or contracts; 0 when there is none. */
  readonly bidVolume: number;
  /** Volume at the best ask, in shares or contracts; 0 when there is none. */
  readonly askVolume: number;
  /**
   * What can't be in continuous trading: levels out of order or with a hole between them (`disordered`), or a best bid that
   * is not below the best ask outside an auction (`crossed`). Left out when there is nothing to say. Not tradable.
   */
  readonly implausible?: 'crossed' | 'disordered';
}

/** The best bid and ask, as decoded. */
export interface TopOfBook extends BookTop {
  readonly depth: 1;
}

/** Ten levels a side, best first, as decoded. A missing level is `NaN` with volume 0. */
export interface Book extends BookTop {
  readonly depth: 10;
  readonly bidPrices: readonly number[];
  readonly askPrices: readonly number[];
  readonly bidVolumes: readonly number[];
  readonly askVolumes: readonly number[];
}

/**
 * The fields that a feed adds to a decoded event, so that the event can't hide the feed's doubts. An event with such a field
 * of its own is rejected, except for the `kind` of its topic, a mark of its decoder (`implausible`), and the `market` of a
 * price info or of a market's status.
 */
export interface QuoteTags<K extends string = 'quote'> {
  /** What its topic carries. */
  readonly kind: K;
  /**
   * The connection epoch in force when this was emitted. Never falls within one subscription; an image is emitted in
   * the epoch that read it or not at all.
   */
  readonly epoch: number;
  readonly state: DataState;
  /** The market of its symbol, by all the feed knows; of a market's own status, that market. */
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
   *   retain flag (`subscribeImage: 'unknown'`)
   */
  readonly replayed?: 'cache' | 'retained' | 'first';
  /** Wall time in ms since the Unix epoch when the image was read; unchanged when it is emitted again. */
  readonly receivedAt: number;
  /** Monotonic time in ms of the same reading; for spans within this process. */
  readonly monotonicAt: number;
}

/** The event that a decoder may return: it has no field that the feed adds itself. */
export type Untagged = { readonly symbol: string } & {
  readonly [K in Exclude<keyof QuoteTags, 'kind' | 'market' | 'implausible'>]?: never;
};

/** The kind of an event: its own where it is a price info, a bar or a market's status, else `'quote'`. */
export type KindOf<E> = E extends { readonly kind: infer K extends 'info' | 'candle' | 'market' } ? K : 'quote';

/** An event of a venue with the feed's tags. */
export type Tagged<E> = E extends unknown ? E & QuoteTags<KindOf<E>> : never;

/** A quote with ten levels a side, or with the best level only. */
export type Quote<D extends 1 | 10 = 1 | 10> = Tagged<Extract<TopOfBook | Book, { depth: D }>>;

/** What a gap came from. */
export type GapCause = 'link' | 'stall' | 'overflow' | 'rotation' | 'wake';

/** A span in which images of `topics` may have been missed. Every open gap is closed, or the feed is. */
export interface Gap {
  readonly kind: 'gap';
  readonly phase: 'open' | 'closed';
  readonly cause: GapCause;
  /** Epoch in which data was lost. */
  readonly fromEpoch: number;
  /** Epoch in which data flows again; only on `closed`. */
  readonly toEpoch?: number;
  /** Wall time in ms since the Unix epoch at which the loss was noticed. */
  readonly lostAt: number;
  /** Wall time in ms at which data flowed again; only on `closed`. Each symbol recovers with its own next image. */
  readonly recoveredAt?: number;
  /** Topics concerned. */
  readonly topics: readonly string[];
}

/** The state of a symbol that has no image yet. */
export interface SymbolStatus {
  readonly kind: 'status';
  readonly symbol: string;
  readonly state: DataState;
  readonly market: MarketState;
  /** Epoch in force; left out before the first connection is live. */
  readonly epoch?: number;
  /** Wall time in ms since the Unix epoch. */
  readonly at: number;
}

/** All a feed has to say, in order: quotes, gaps, and the states of symbols that have no quote yet. */
export type FeedUpdate<E = TopOfBook | Book> = Tagged<E> | Gap | SymbolStatus;

/** What a symbol or market did in a day so far. */
export interface PriceInfo {
  readonly kind: 'info';
  readonly symbol: string;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  /** `last` less the previous day's close. (The field `change` says why a feed emitted the event.) */
  readonly netChange: number;
  /** In shares or contracts. */
  readonly totalVolume: number;
  /** In the currency of the venue. */
  readonly totalValue: number;
  readonly projectedOpenPrice: number;
  readonly projectedOpenVolume: number;
  readonly market: MarketState;
  /** The venue's own word for the status, e.g. `OPEN1_E`. */
  readonly status: string;
}

/** One bar of a series. */
export interface Candlestick {
  readonly kind: 'candle';
  readonly symbol: string;
  /** As the venue names it, e.g. `1m`. */
  readonly interval: string;
  readonly sequence: number;
  /** Start of the bar, ms since the Unix epoch. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly value: number;
}

/**
 * The state of one market of a venue, and the figures that the venue sends with it: an index of an equity market, totals of a
 * derivatives market. Figures that a kind of market doesn't have are left out.
 */
export interface MarketStatus {
  readonly kind: 'market';
  /** Name of the market. */
  readonly symbol: string;
  readonly market: MarketState;
  /** The venue's own word, e.g. `OPEN1`. */
  readonly status: string;
  /** The market's index, in points; `NaN` when there is none. */
  readonly current?: number;
  /** The day's highest index, in points; `NaN` when there is none. */
  readonly high?: number;
  /** The day's lowest index, in points; `NaN` when there is none. */
  readonly low?: number;
  /**
   * `current` less the previous day's close, in points; `NaN` when there is none. (The field `change` says why a feed
   * emitted the event.)
   */
  readonly netChange?: number;
  /** The same in percent of the previous day's close: -0.31 is a fall by 0.31 %. `NaN` when there is none. */
  readonly percentChange?: number;
  /** Shares, or contracts of a derivatives market, that were traded in the day so far. */
  readonly totalVolume?: number;
  /** The money that was paid for them, in the currency of the venue. */
  readonly totalValue?: number;
  /** Trades of the day so far in a derivatives market. */
  readonly totalDeals?: number;
  /** Contracts of a derivatives market that are open. */
  readonly openInterest?: number;
}

/** Every event this library has a shape for. A venue may have others: what is none of the last three is a quote. */
export type VenueEvent = TopOfBook | Book | PriceInfo | Candlestick | MarketStatus;
