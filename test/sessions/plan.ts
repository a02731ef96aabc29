import type { Random } from './random.js';
import type { Pooled } from './record.js';
import { type Elsewhere, type Surge } from './pace.js';
import { type Market, type Part, hours } from './timetable.js';
import type { Universe } from './universe.js';

/** The trading day of a market, with its statuses and its calendar. */
export interface MarketPlan {
  readonly parts: readonly Part[];
  /** A status arrives within this time after the change, in ms; `never` for a market without statuses. */
  readonly statusWithin: number | 'never';
  /** The day by the calendar, which may be wrong. */
  readonly calendar: readonly Part[];
}

/** A time in which some symbols send nothing because of a fault. */
export interface Outage {
  readonly scope: Pooled;
  readonly symbols: readonly number[];
  readonly from: number;
  readonly to: number;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The properties of a day. */
export interface Plan {
  readonly markets: Readonly<Record<Market, MarketPlan>>;
  /** The rate of all symbols, as a multiple of the usual rate. */
  readonly volume: number;
  /** The same for each symbol: the standard deviation of its logarithm. */
  readonly volumeSpread: number;
  readonly elsewhere: Elsewhere;
  readonly surges: readonly Surge[];
  /** Halts of single symbols, with a status. */
  readonly halts: readonly (Interval & { readonly symbol: number })[];
  /** Symbols that die: they are silent for the rest of the day. */
  readonly deaths: readonly { readonly symbol: number; readonly from: number }[];
  readonly outages: readonly Outage[];
  readonly flaps: readonly Interval[];
  /** The process does not run. When it wakes, it reads the messages of the first `buffered` ms, which the sockets held. */
  readonly sleeps: readonly (Interval & { readonly buffered: number })[];
  /** The clock of the calendar is wrong by `by` ms in this time. */
  readonly clockSteps: readonly (Interval & { readonly by: number })[];
  /** Whether verdicts on markets, the feed and partial outages are scored. */
  readonly judgesPools: boolean;
}

/** A kind of day, by its differences from a normal one. */
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

/** The markets of a usual day with some changes. */
export function withMarkets(changed: Partial<Record<Market, Partial<MarketPlan>>>): Pick<Plan, 'markets'> {
  const one = (market: Market): MarketPlan => ({ ...usual(market), ...changed[market] });
  return { markets: { SET: one('SET'), TFEX: one('TFEX'), TFEX_NIGHT: one('TFEX_NIGHT') } };
}

/** The markets of a usual day with the same change for all. */
export function withAllMarkets(change: (market: Market) => Partial<MarketPlan>): Pick<Plan, 'markets'> {
  return withMarkets({ SET: change('SET'), TFEX: change('TFEX'), TFEX_NIGHT: change('TFEX_NIGHT') });
}
