/**
 * Smallest steps of price by price level, in satang (hundredths of a baht): below 2.00 baht 0.01, and so on.
 *
 * Source: Stock Exchange of Thailand, "Price Bands & Tick sizes", table in effect since 30 March 2009
 * (https://www.set.or.th/en/market/information/trading-procedure/price-bands-and-tick-sizes). Unit trusts and ETFs have
 * another one.
 */
const bands = [
  { below: 200, tick: 1 },
  { below: 500, tick: 2 },
  { below: 1_000, tick: 5 },
  { below: 2_500, tick: 10 },
  { below: 10_000, tick: 25 },
  { below: 20_000, tick: 50 },
  { below: 40_000, tick: 100 },
  { below: Infinity, tick: 200 },
] as const;

/** The step of price at a price, both in satang. */
export function tickAt(price: number): number {
  for (const { below, tick } of bands) if (price < below) return tick;
  return NaN;
}

/** The next price above one of the grid. */
export function tickAbove(price: number): number {
  return price + tickAt(price);
}

/** The next price below one of the grid: at the edge of a level the lower level's step counts. */
export function tickBelow(price: number): number {
  return price - tickAt(price - 1);
}

/** The highest price of the grid that is not above an amount in satang. */
export function onGrid(amount: number): number {
  const tick = tickAt(amount);
  return Math.floor(amount / tick) * tick;
}
