import { reportUnhandled } from '../../operators/internal/reportUnhandled.js';
import type { MarketState } from '../events.js';
import type { Calendar, Kind, MarketChange } from '../venue.js';
import { believedFirst, type MarketSource, marketTransitions } from './marketTransitions.js';

/** A topic, as far as its market is concerned. */
interface Place {
  readonly topic: string;
  readonly symbol: string | undefined;
  readonly decoder: { readonly kind: Kind };
}

/** What is known of the market of every symbol: its own status, or the whole venue's, or the calendar's. */
export class MarketBook {
  private readonly calendar: Calendar | undefined;
  private readonly now: () => number;
  private readonly symbols = new Map<string, MarketState>();
  /** What the topics of markets said of themselves. */
  private readonly topics = new Map<string, MarketState>();
  private venue: { readonly market: MarketState; readonly topic: string } | undefined;

  constructor(calendar: Calendar | undefined, now: () => number) {
    this.calendar = calendar;
    this.now = now;
  }

  /** The state of a symbol's market now. */
  of(symbol: string): MarketState {
    for (const source of believedFirst) {
      const word = this.word(source, symbol);
      if (word !== undefined) return word;
    }
    return 'unknown';
  }

  /** The state of the market that a topic is of: of a market's own topic what it said last. */
  at({ topic, symbol, decoder: { kind } }: Place): MarketState {
    const own = kind === 'market' ? this.topics.get(topic) : undefined;
    return own ?? (symbol === undefined ? 'unknown' : this.of(symbol));
  }

  /** Until when the calendar's word holds (wall time, ms); `undefined` for ever, or without a calendar. */
  turn(symbol: string): number | undefined {
    return this.planned(symbol)?.until;
  }

  /** What the calendar alone says of a symbol's market; `undefined` without one. */
  planned(symbol: string): ReturnType<Calendar['at']> | undefined {
    return this.consult(symbol);
  }

  /** Takes in what an event of `topic` said of symbols … */
  change({ symbol, market }: MarketChange, topic: string): void {
    if (symbol === undefined) this.venue = { market, topic };
    else this.symbols.set(symbol, market);
  }

  /** … and of the market whose topic it is. */
  name(topic: string, market: MarketState): void {
    this.topics.set(topic, market);
  }

  /** Nobody hears this topic any more, and nothing of `symbol`, if there is one: `true` when others are concerned. */
  forget(topic: string, symbol: string | undefined): boolean {
    this.topics.delete(topic);
    if (symbol !== undefined && marketTransitions.symbol.left === 'lost') this.symbols.delete(symbol);
    if (this.venue?.topic !== topic || marketTransitions.venue.left !== 'lost') return false;
    this.venue = undefined;
    return true;
  }

  /** Status may have been missed: what the feed said is not known to hold any more. */
  reset(): void {
    this.topics.clear();
    if (marketTransitions.symbol.missed === 'lost') this.symbols.clear();
    if (marketTransitions.venue.missed === 'lost') this.venue = undefined;
  }

  private word(source: MarketSource, symbol: string): MarketState | undefined {
    switch (source) {
      case 'symbol':
        return this.symbols.get(symbol);
      case 'venue':
        return this.venue?.market;
      case 'calendar':
        return this.consult(symbol)?.market;
    }
  }

  private consult(symbol: string): ReturnType<Calendar['at']> | undefined {
    try {
      return this.calendar?.at(this.now(), symbol);
    } catch (error) {
      // A calendar that fails must not cost a quote.
      reportUnhandled(error);
      return undefined;
    }
  }
}
