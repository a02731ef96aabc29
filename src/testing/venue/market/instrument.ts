import type { Book, BookFlag } from '../../../model/events.js';
import { type BookSide, OrderBook, type Trade } from './orderBook.js';
import { haltedDerivativeStatus, haltedStatus, type PhaseRules } from './sessionPhase.js';

/** The trades of a symbol today; prices in satang, 0 before the first trade. */
export interface Totals {
  readonly last: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  /** In satang. */
  readonly value: number;
  /** Trades. */
  readonly deals: number;
}

/** The kind of a symbol: each kind has its own messages. */
export type InstrumentKind = 'share' | 'derivative';

/** One side as it is sent: in an auction, orders without a price come first. */
function shownSide({ prices, volumes }: BookSide, auctionVolume: number): BookSide {
  if (auctionVolume === 0) return { prices, volumes };
  return { prices: [0, ...prices.slice(0, -1)], volumes: [auctionVolume, ...volumes.slice(0, -1)] };
}

const baht = (satang: number): number => (satang === 0 ? NaN : satang / 100);

/** One symbol: its book, its trades, and the parts of both that are published. */
export class Instrument {
  readonly symbol: string;
  readonly kind: InstrumentKind;
  /** The last close, in satang. */
  readonly reference: number;
  totals: Totals = { last: 0, high: 0, low: 0, volume: 0, value: 0, deals: 0 };
  isHalted = false;
  private readonly book: OrderBook;
  private readonly random: () => number;
  private rules: PhaseRules;
  private auctionBid = 0;
  private auctionAsk = 0;
  private shown: readonly [bids: BookSide, asks: BookSide];

  constructor(
    symbol: string,
    reference: number,
    rules: PhaseRules,
    random: () => number,
    kind: InstrumentKind = 'share',
  ) {
    this.symbol = symbol;
    this.kind = kind;
    this.reference = reference;
    this.random = random;
    this.book = new OrderBook(reference, random);
    this.rules = rules;
    this.shown = [this.book.bids, this.book.asks];
    this.enter(rules);
  }

  get isMoving(): boolean {
    return this.rules.isMoving && !this.isHalted;
  }

  /** `market_status` of its InfoV3. */
  get status(): number {
    const { symbolStatus, derivativeStatus } = this.rules;
    if (this.kind === 'derivative') return this.isHalted ? haltedDerivativeStatus : derivativeStatus;
    return this.isHalted ? haltedStatus : symbolStatus;
  }

  get bids(): BookSide {
    return this.shown[0];
  }

  get asks(): BookSide {
    return this.shown[1];
  }

  get bidFlag(): BookFlag {
    return this.auctionBid === 0 ? 'normal' : (this.rules.auction ?? 'normal');
  }

  get askFlag(): BookFlag {
    return this.auctionAsk === 0 ? 'normal' : (this.rules.auction ?? 'normal');
  }

  /** The trade of the auction if it ended now. */
  get projected(): Trade | undefined {
    const volume = Math.min(this.auctionBid, this.auctionAsk);
    return volume === 0 ? undefined : { price: this.book.bids.prices[0] as number, volume };
  }

  /** Moves to another phase; an auction that ends makes its trade. */
  enter(rules: PhaseRules): void {
    const trade = this.projected;
    if (trade !== undefined) this.count(trade);
    this.rules = rules;
    [this.auctionBid, this.auctionAsk] = rules.auction === undefined ? [0, 0] : [this.book.lots(), this.book.lots()];
    this.show();
  }

  /** Adds, removes or trades one order. Returns whether it traded. Out of hours and in a halt there is no change. */
  step(): boolean {
    if (!this.isMoving) return false;
    const trade = this.order();
    if (trade !== undefined) this.count(trade);
    this.show();
    return trade !== undefined;
  }

  /** The book that a decoder must return. */
  image(): Book {
    const { symbol, bids, asks, bidFlag, askFlag } = this;
    const [bidPrices, askPrices] = [bids.prices.map(baht), asks.prices.map(baht)];
    return {
      depth: 10,
      symbol,
      bidFlag,
      askFlag,
      bid: bidPrices[0] as number,
      ask: askPrices[0] as number,
      bidVolume: bids.volumes[0] as number,
      askVolume: asks.volumes[0] as number,
      bidPrices,
      askPrices,
      bidVolumes: [...bids.volumes],
      askVolumes: [...asks.volumes],
    };
  }

  /** An auction only collects orders, with or without a price; sometimes a side has none without a price. */
  private order(): Trade | undefined {
    if (this.rules.auction === undefined) return this.book.step();
    const isBid = this.random() < 0.5;
    if (this.random() < 0.5) this.book.resize(isBid);
    else {
      const volume = this.random() < 0.1 ? 0 : this.book.lots();
      if (isBid) this.auctionBid = volume;
      else this.auctionAsk = volume;
    }
    return undefined;
  }

  private count({ price, volume }: Trade): void {
    const { high, low, volume: before, value, deals } = this.totals;
    this.totals = {
      last: price,
      high: Math.max(high, price),
      low: low === 0 ? price : Math.min(low, price),
      volume: before + volume,
      value: value + price * volume,
      deals: deals + 1,
    };
  }

  private show(): void {
    this.shown = [shownSide(this.book.bids, this.auctionBid), shownSide(this.book.asks, this.auctionAsk)];
  }
}
