import type { MarketState } from '../../model/state.js';

/** A source of a symbol's market state: its own status, the status of the whole venue, or the calendar. */
export type MarketSource = 'symbol' | 'venue' | 'calendar';

/** The order of the sources: the first source with a state counts. If no source has one, the market is `unknown`. */
export const believedFirst: readonly MarketSource[] = ['symbol', 'venue', 'calendar'];

/**
 * The events that can change the known state of a market.
 *
 * - `symbolReported`: a message has the state of one symbol
 * - `venueReported`: a message has the state of the whole venue
 * - `turned`: a turn of the calendar came, or a symbol got its first subscriber
 * - `missed`: a status may have been missed (link lost, stall)
 * - `left`: the topic that reported the state is not subscribed any more
 */
export type MarketEvidence = 'symbolReported' | 'venueReported' | 'turned' | 'missed' | 'left';

/** The effect of evidence on a source's state: the state is replaced, kept, or lost. */
export type MarketOutcome = 'replaced' | 'kept' | 'lost';

/** The effect of each evidence on each source's state: a state that came over a link is lost with the link. */
export const marketTransitions: Readonly<Record<MarketSource, Readonly<Record<MarketEvidence, MarketOutcome>>>> = {
  symbol: { symbolReported: 'replaced', venueReported: 'kept', turned: 'kept', missed: 'lost', left: 'lost' },
  venue: { symbolReported: 'kept', venueReported: 'replaced', turned: 'kept', missed: 'lost', left: 'lost' },
  calendar: { symbolReported: 'kept', venueReported: 'kept', turned: 'replaced', missed: 'kept', left: 'kept' },
};

/** The meaning of a market's state for its symbols. */
export interface MarketRule {
  /** Whether a live price can be traded on. */
  readonly tradable: boolean;
  /** Whether silence can be a fault. In a closed market it is no fault; in a market of unknown state it may be one. */
  readonly silenceCounts: boolean;
}

/** The meaning of every market state; the keys are all states. */
export const marketRules: Readonly<Record<MarketState, MarketRule>> = {
  open: { tradable: true, silenceCounts: true },
  auction: { tradable: false, silenceCounts: false },
  halted: { tradable: false, silenceCounts: false },
  closed: { tradable: false, silenceCounts: false },
  unknown: { tradable: false, silenceCounts: true },
};

/** Whether a value, e.g. from a user's function, is a market state. */
export function isMarketState(value: unknown): value is MarketState {
  return typeof value === 'string' && Object.hasOwn(marketRules, value);
}

/** All market states as a text for error messages. */
export const marketStates: string = Object.keys(marketRules).join(', ');
