import type { MarketState } from '../../model/state.js';

/** Who says what state a symbol's market is in: its own status, that of the whole venue, or the calendar. */
export type MarketSource = 'symbol' | 'venue' | 'calendar';

/** Whom to believe first. Where none of them has a word, the market is `unknown`. */
export const believedFirst: readonly MarketSource[] = ['symbol', 'venue', 'calendar'];

/**
 * What can happen to what is known of a market.
 *
 * - `symbolReported`: an event said the state of one symbol
 * - `venueReported`: an event said the state of the whole venue
 * - `turned`: the calendar's time came, or somebody came to listen
 * - `missed`: a status may have been missed (link lost, stall)
 * - `left`: nobody hears the topic any more that said it
 */
export type MarketEvidence = 'symbolReported' | 'venueReported' | 'turned' | 'missed' | 'left';

/** What becomes of a word: another is there, it goes on to hold, or it is not known to hold any more. */
export type MarketOutcome = 'replaced' | 'kept' | 'lost';

/** What every evidence makes of every source's word: what came by the link is never believed beyond it. */
export const marketTransitions: Readonly<Record<MarketSource, Readonly<Record<MarketEvidence, MarketOutcome>>>> = {
  symbol: { symbolReported: 'replaced', venueReported: 'kept', turned: 'kept', missed: 'lost', left: 'lost' },
  venue: { symbolReported: 'kept', venueReported: 'replaced', turned: 'kept', missed: 'lost', left: 'lost' },
  calendar: { symbolReported: 'kept', venueReported: 'kept', turned: 'replaced', missed: 'kept', left: 'kept' },
};

/** What a market's state means for its symbols. */
export interface MarketRule {
  /** A live price can be traded on. */
  readonly tradable: boolean;
  /** Silence says something: in a market that is shut it is no fault; where nothing is known it is doubted. */
  readonly silenceCounts: boolean;
}

/** The meaning of every state. The keys are all states that exist. */
export const marketRules: Readonly<Record<MarketState, MarketRule>> = {
  open: { tradable: true, silenceCounts: true },
  auction: { tradable: false, silenceCounts: false },
  halted: { tradable: false, silenceCounts: false },
  closed: { tradable: false, silenceCounts: false },
  unknown: { tradable: false, silenceCounts: true },
};

/** Whether a user's function, or a decoder, gave one of the words that a market's state has. */
export function isMarketState(value: unknown): value is MarketState {
  return typeof value === 'string' && Object.hasOwn(marketRules, value);
}

/** A message shows this text instead of a word that is no state. */
export const marketStates: string = Object.keys(marketRules).join(', ');
