import { wrongType } from '../../../operators/support/argument.js';
import type { MarketState } from '../../model/state.js';
import type { Calendar, Kind, MarketChange } from '../../model/venue.js';
import { Callbacks } from '../diagnostics/callbacks.js';
import {
  believedFirst,
  isMarketState,
  type MarketSource,
  marketStates,
  marketTransitions,
} from './marketTransitions.js';

/** A topic, as far as its market is concerned. */
interface Place {
  readonly name: string;
  readonly symbol: string | undefined;
  readonly decoder: { readonly kind: Kind };
}

/** The state of a market as an event gave it, and the topic of the event. */
interface Reported {
  readonly market: MarketState;
  readonly topic: string;
}

/** The calendar's answer. If the calendar failed, it has no market, and `until` is when the calendar is asked again. */
interface Plan {
  readonly market: MarketState | undefined;
  readonly until: number | undefined;
}

/** Time in ms after which the timer asks a calendar that failed again; every message asks it at once. */
const askAgainAfter = 60_000;

/** What is known of the market of every symbol: its own status, or the whole venue's, or the calendar's. */
export class MarketStates {
  private readonly calendar: Calendar | undefined;
  private readonly now: () => number;
  private readonly callbacks: Callbacks;
  private readonly symbols = new Map<string, Reported>();
  /** The states that the topics of markets gave of themselves. */
  private readonly topics = new Map<string, MarketState>();
  /** Topics that gave the state of more than their own symbol. */
  private readonly wide = new Set<string>();
  private venue: Reported | undefined;

  constructor(calendar: Calendar | undefined, now: () => number, callbacks: Callbacks = new Callbacks(undefined)) {
    this.calendar = calendar;
    this.now = now;
    this.callbacks = callbacks;
  }

  /** The state of a symbol's market now. */
  of(symbol: string): MarketState {
    for (const source of believedFirst) {
      const word = this.word(source, symbol);
      if (word !== undefined) return word;
    }
    return 'unknown';
  }

  /** The state of the market that a topic is of: of a market's own topic the one that it gave last. */
  at({ name, symbol, decoder: { kind } }: Place): MarketState {
    const own = kind === 'market' ? this.topics.get(name) : undefined;
    return own ?? (symbol === undefined ? 'unknown' : this.of(symbol));
  }

  /** Until when the calendar's word holds (wall time, ms); `undefined` for ever, or without a calendar. */
  turn(symbol: string): number | undefined {
    return this.planned(symbol)?.until;
  }

  /**
   * The calendar's own answer for a symbol; `undefined` without a calendar. The user's calendar may throw, or give an answer
   * without sense: then the market is left out, and the answer before it is not used.
   */
  planned(symbol: string): Plan | undefined {
    const { calendar, callbacks } = this;
    if (calendar === undefined) return undefined;
    const now = this.now();
    let answer: unknown;
    try {
      answer = calendar.at(now, symbol);
      return checkedPlan(answer);
    } catch (error) {
      callbacks.failed('calendar.at', error, answer);
      return { market: undefined, until: now + askAgainAfter };
    }
  }

  /**
   * Takes in the state that an event of a topic gave for a symbol or the venue; `own` is the topic's own symbol. The result is
   * whether it is another than before.
   */
  change({ symbol, market }: MarketChange, topic: string, own?: string): boolean {
    if (symbol === undefined || symbol !== own) this.wide.add(topic);
    const before = symbol === undefined ? this.venue : this.symbols.get(symbol);
    // Most topics give the same state with every message.
    if (before?.market === market && before.topic === topic) return false;
    if (symbol === undefined) this.venue = { market, topic };
    else this.symbols.set(symbol, { market, topic });
    return before?.market !== market;
  }

  /**
   * An event of a topic can't be read, so it may have changed any state: no state that the topic gave before is known to
   * hold. A topic without a symbol of its own gives that of the whole venue. `true` when more than one symbol is concerned.
   */
  doubt({ name: topic, symbol: own }: Place): boolean {
    const doubted: Reported = { market: 'unknown', topic };
    if (own !== undefined) this.symbols.set(own, doubted);
    const isWide = this.wide.delete(topic);
    // Most topics speak of their own symbol only: the others need not be searched.
    if (isWide)
      for (const [symbol, given] of this.symbols) if (given.topic === topic) this.symbols.set(symbol, doubted);
    if (own === undefined || this.venue?.topic === topic) this.venue = doubted;
    return isWide || own === undefined;
  }

  /** Takes in the state that a market's own topic gave. */
  name(topic: string, market: MarketState): void {
    this.topics.set(topic, market);
  }

  /** This topic is not read any more, and no other of `symbol`, if there is one: `true` when others are concerned. */
  forget(topic: string, symbol: string | undefined): boolean {
    this.topics.delete(topic);
    this.wide.delete(topic);
    if (symbol !== undefined && marketTransitions.symbol.left === 'lost') this.symbols.delete(symbol);
    if (this.venue?.topic !== topic || marketTransitions.venue.left !== 'lost') return false;
    this.venue = undefined;
    return true;
  }

  /** A status may have been missed: the states that came by the feed are not known to hold any more. */
  reset(): void {
    this.topics.clear();
    this.wide.clear();
    if (marketTransitions.symbol.missed === 'lost') this.symbols.clear();
    if (marketTransitions.venue.missed === 'lost') this.venue = undefined;
  }

  private word(source: MarketSource, symbol: string): MarketState | undefined {
    switch (source) {
      case 'symbol':
        return this.symbols.get(symbol)?.market;
      case 'venue':
        return this.venue?.market;
      case 'calendar': {
        const plan = this.planned(symbol);
        return plan && (plan.market ?? 'unknown');
      }
    }
  }
}

/** The answer of a calendar, its properties read once. Throws for a value that is no answer. */
function checkedPlan(answer: unknown): Plan {
  if (typeof answer !== 'object' || answer === null) {
    throw wrongType('calendar.at()', answer, "return { market, until? }, e.g. { market: 'closed' }");
  }
  const { market, until } = answer as { readonly market?: unknown; readonly until?: unknown };
  if (!isMarketState(market)) throw wrongType('calendar.at().market', market, `return one of ${marketStates}`);
  // `Infinity` and no `until` both mean "for ever".
  if (until !== undefined && !(typeof until === 'number' && until > -Infinity)) {
    throw wrongType('calendar.at().until', until, 'return ms since the Unix epoch, or leave it out for ever');
  }
  return { market, until };
}
