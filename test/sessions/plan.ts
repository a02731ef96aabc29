import type { Random } from './random.js';
import { type Elsewhere, type Surge } from './pace.js';
import { type Market, type Part, hours } from './timetable.js';
import type { Universe } from './universe.js';

/** What a market does on a day, and what is told of it. */
export interface MarketPlan {
  readonly parts: readonly Part[];
  /** How long its status is on the way, in ms; each change takes up to this. `never`: it has none. */
  readonly statusWithin: number | 'never';
  /** What the calendar thinks. */
  readonly calendar: readonly Part[];
}

/** Symbols that send nothing although they should. */
export interface Outage {
  readonly scope: 'share' | 'market' | 'feed';
  readonly symbols: readonly number[];
  readonly from: number;
  readonly to: number;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** All that is special about a day. */
export interface Plan {
  readonly markets: Readonly<Record<Market, MarketPlan>>;
  /** Rates against those of other days. */
  readonly volume: number;
  /** The same for each symbol, spread by this standard deviation of its logarithm. */
  readonly volumeSpread: number;
  readonly elsewhere: Elsewhere;
  readonly surges: readonly Surge[];
  /** Single symbols that are halted, and whose status says so. */
  readonly halts: readonly (Interval & { readonly symbol: number })[];
  /** Symbols that fall silent for the rest of the day. */
  readonly deaths: readonly { readonly symbol: number; readonly from: number }[];
  readonly outages: readonly Outage[];
  readonly flaps: readonly Interval[];
  /** The process doesn't run; the last `buffered` ms of its messages, as many as sockets hold, are read when it wakes. */
  readonly sleeps: readonly (Interval & { readonly buffered: number })[];
  /** The calendar's clock is wrong by `by` in this time. */
  readonly clockSteps: readonly (Interval & { readonly by: number })[];
  /** Whether verdicts on shares, markets and the feed are judged. */
  readonly judgesPools: boolean;
}

/** A kind of day: how it differs from a normal one. */
export interface Kind {
  readonly name: string;
  plan(universe: Universe, random: Random): Partial<Plan>;
}

const usual = (market: Market): MarketPlan => ({
  parts: hours[market],
  statusWithin: 500,
  calendar: hours[market],
});

const normal: Plan = {
  markets: { SET: usual('SET'), TFEX: usual('TFEX'), TFEX_NIGHT: usual('TFEX_NIGHT') },
  volume: 1,
  volumeSpread: 0,
  elsewhere: { auction: 0.3, closed: 0 },
  ...{ surges: [], halts: [], deaths: [], outages: [], flaps: [], sleeps: [], clockSteps: [] },
  judgesPools: true,
};

export function planOf(kind: Kind, universe: Universe, random: Random): Plan {
  return { ...normal, ...kind.plan(universe, random) };
}

/** The markets of a usual day, some changed. */
export function withMarkets(changed: Partial<Record<Market, Partial<MarketPlan>>>): Pick<Plan, 'markets'> {
  const one = (market: Market): MarketPlan => ({ ...usual(market), ...changed[market] });
  return { markets: { SET: one('SET'), TFEX: one('TFEX'), TFEX_NIGHT: one('TFEX_NIGHT') } };
}

/** The same change of all markets. */
export function withAllMarkets(change: (market: Market) => Partial<MarketPlan>): Pick<Plan, 'markets'> {
  return withMarkets({ SET: change('SET'), TFEX: change('TFEX'), TFEX_NIGHT: change('TFEX_NIGHT') });
}
