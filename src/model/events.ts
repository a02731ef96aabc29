import type { MarketState } from './state.js';

/** The best bid and ask, as decoded. */
export interface TopOfBook {
  /** In the venue's own spelling. */
  readonly symbol: string;
  /** Levels a side. */
  readonly depth: 1;
  /** How the bids are matched: `normal`, at the open (`ato`), at the close (`atc`), or not stated. */
  readonly bidFlag: 'undefined' | 'normal' | 'ato' | 'atc';
  /** How the asks are matched. */
  readonly askFlag: 'undefined' | 'normal' | 'ato' | 'atc';
  /** Best bid; `NaN` when there is none. */
  readonly bid: number;
  /** Best ask; `NaN` when there is none. */
  readonly ask: number;
  /** Volume at the best bid, in shares or contracts; 0 when there is none. */
  readonly bidVolume: number;
  /** Volume at the best ask, in shares or contracts; 0 when there is none. */
  readonly askVolume: number;
  /**
   * Marks a book that continuous trading can't produce: levels are out of order or have a hole between them (`disordered`),
   * or the best bid is not below the best ask outside an auction (`crossed`). Such a quote is not tradable. Left out of a
   * plausible book.
   */
  readonly implausible?: 'crossed' | 'disordered';
}

/** How one side of the book is matched. */
export type BookFlag = TopOfBook['bidFlag'];

/** Ten levels a side, best first, as decoded. A missing level is `NaN` with volume 0. */
export interface Book extends Omit<TopOfBook, 'depth'> {
  /** Levels a side. */
  readonly depth: 10;
  /** Ten bids, the highest first. */
  readonly bidPrices: readonly number[];
  /** Ten asks, the lowest first. */
  readonly askPrices: readonly number[];
  /** The volume at each bid, in shares or contracts. */
  readonly bidVolumes: readonly number[];
  /** The volume at each ask, in shares or contracts. */
  readonly askVolumes: readonly number[];
}

/** The figures of a symbol or a market for the day so far. */
export interface PriceInfo {
  /** Marks a price info. */
  readonly kind: 'info';
  /** In the venue's own spelling. */
  readonly symbol: string;
  /** The day's highest price. */
  readonly high: number;
  /** The day's lowest price. */
  readonly low: number;
  /** The price of the last trade. */
  readonly last: number;
  /** `last` less the previous day's close. (The field `change` says why a feed emitted the event.) */
  readonly netChange: number;
  /** In shares or contracts. */
  readonly totalVolume: number;
  /** In the currency of the venue. */
  readonly totalValue: number;
  /** The price at which the present auction would match. */
  readonly projectedOpenPrice: number;
  /** The volume that the present auction would match, in shares or contracts. */
  readonly projectedOpenVolume: number;
  /** The state of the symbol's market, from `status`. */
  readonly market: MarketState;
  /** The venue's own word for the status, e.g. `OPEN1_E`. */
  readonly status: string;
}

/** One bar of a series. */
export interface Candle {
  /** Marks a bar. */
  readonly kind: 'candle';
  /** In the venue's own spelling. */
  readonly symbol: string;
  /** As the venue names it, e.g. `1m`. */
  readonly interval: string;
  /** The venue's number of the bar. */
  readonly sequence: number;
  /** Start of the bar, ms since the Unix epoch. */
  readonly time: number;
  /** The first price. */
  readonly open: number;
  /** The highest price. */
  readonly high: number;
  /** The lowest price. */
  readonly low: number;
  /** The last price. */
  readonly close: number;
  /** In shares or contracts. */
  readonly volume: number;
  /** In the currency of the venue. */
  readonly value: number;
}

/**
 * The state of one market of a venue, and the figures that the venue sends with it: an index of an equity market, totals of a
 * derivatives market. Figures that a kind of market doesn't have are left out.
 */
export interface MarketStatus {
  /** Marks a market's status. */
  readonly kind: 'market';
  /** Name of the market. */
  readonly symbol: string;
  /** The state of this market, from `status`. */
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
export type VenueEvent = TopOfBook | Book | PriceInfo | Candle | MarketStatus;
