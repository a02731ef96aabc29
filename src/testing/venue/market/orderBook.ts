import { onGrid, tickAbove, tickBelow } from './tickTable.js';

/** One side of a book: ten levels, best first; prices in satang, volumes in shares. Never changed, only replaced. */
export interface BookSide {
  readonly prices: readonly number[];
  readonly volumes: readonly number[];
}

/** A number of traded shares, at a price in satang. */
export interface Trade {
  readonly price: number;
  readonly volume: number;
}

/**
 * The number of shares in a board lot. Source: Stock Exchange of Thailand, trading procedure (50 for some expensive
 * shares).
 */
export const boardLot = 100;

/** How far a price may move from the last close. Source: as the tick table's, "Ceiling & Floor", ordinary shares. */
const priceLimit = 0.3;

const depth = 10;

/**
 * Ten bids and ten asks next to each other on the price grid that never cross: orders come and go, improve on the best
 * price while there is room, and trade against the best. It never leaves the day's floor and ceiling.
 */
export class OrderBook {
  bids: BookSide;
  asks: BookSide;
  private readonly random: () => number;
  private readonly floor: number;
  private readonly ceiling: number;

  /** @param reference - the last close in satang, on the price grid */
  constructor(reference: number, random: () => number) {
    this.random = random;
    this.floor = reference * (1 - priceLimit);
    this.ceiling = onGrid(reference * (1 + priceLimit));
    this.bids = this.ladder(reference, tickBelow);
    this.asks = this.ladder(tickAbove(reference), tickAbove);
  }

  /** Adds, removes or trades one order. Returns the trade, if any. */
  step(): Trade | undefined {
    const isBid = this.random() < 0.5;
    const kind = this.random();
    if (kind < 0.55) this.resize(isBid);
    else if (kind < 0.75) this.improve(isBid);
    else return this.trade(isBid);
    return undefined;
  }

  /** Adds or removes an order at any level, more often near the best. */
  resize(isBid: boolean): void {
    const { prices, volumes } = this.side(isBid);
    const level = Math.floor(depth * this.random() ** 2);
    this.put(isBid, { prices, volumes: volumes.with(level, this.lots()) });
  }

  private improve(isBid: boolean): void {
    const { prices, volumes } = this.side(isBid);
    const inside = (isBid ? tickAbove : tickBelow)(prices[0] as number);
    const hasRoom = isBid ? inside < (this.asks.prices[0] as number) : inside > (this.bids.prices[0] as number);
    if (!hasRoom) {
      this.resize(isBid);
      return;
    }
    this.put(isBid, {
      prices: [inside, ...prices.slice(0, -1)],
      volumes: [this.lots(), ...volumes.slice(0, -1)],
    });
  }

  private trade(isBid: boolean): Trade {
    const { prices, volumes } = this.side(isBid);
    const [price, offered] = [prices[0] as number, volumes[0] as number];
    const volume = Math.min(this.lots(), offered);
    const next = (isBid ? tickBelow : tickAbove)(prices.at(-1) as number);
    if (volume < offered) this.put(isBid, { prices, volumes: volumes.with(0, offered - volume) });
    // At the day's limit there is no next price: another order takes the place of the one that was filled.
    else if (next < this.floor || next > this.ceiling) this.put(isBid, { prices, volumes: volumes.with(0, boardLot) });
    else this.put(isBid, { prices: [...prices.slice(1), next], volumes: [...volumes.slice(1), this.lots()] });
    return { price, volume };
  }

  /** A size like those of real orders: many small, few large. */
  lots(): number {
    return boardLot * (1 + Math.floor(2_000 * this.random() ** 3));
  }

  private side(isBid: boolean): BookSide {
    return isBid ? this.bids : this.asks;
  }

  private put(isBid: boolean, side: BookSide): void {
    if (isBid) this.bids = side;
    else this.asks = side;
  }

  private ladder(best: number, next: (price: number) => number): BookSide {
    const prices = [best];
    while (prices.length < depth) prices.push(next(prices.at(-1) as number));
    return { prices, volumes: prices.map(() => this.lots()) };
  }
}
