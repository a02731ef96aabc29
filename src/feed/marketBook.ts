import { reportUnhandled } from '../../operators/internal/reportUnhandled.js';
import type { MarketState } from '../events.js';
import type { Calendar, MarketChange } from '../venue.js';

/** What is known of the market of every symbol: its own status, or the whole venue's, or the calendar's. */
export class MarketBook {
  private readonly calendar: Calendar | undefined;
  private readonly now: () => number;
  private readonly symbols = new Map<string, MarketState>();
  private venue: MarketState | undefined;

  constructor(calendar: Calendar | undefined, now: () => number) {
    this.calendar = calendar;
    this.now = now;
  }

  /** The state of a symbol's market now. */
  of(symbol: string): MarketState {
    return this.symbols.get(symbol) ?? this.venue ?? this.consult(symbol)?.market ?? 'unknown';
  }

  /** Until when the calendar's word holds (wall time, ms); `undefined` when the feed's own word counts, or for ever. */
  until(symbol: string): number | undefined {
    if (this.symbols.has(symbol) || this.venue !== undefined) return undefined;
    return this.consult(symbol)?.until;
  }

  /** Takes in what the feed said. */
  change({ symbol, market }: MarketChange): void {
    if (symbol === undefined) this.venue = market;
    else this.symbols.set(symbol, market);
  }

  forget(symbol: string): void {
    this.symbols.delete(symbol);
  }

  /** Status may have been missed: what the feed said is not known to hold any more. */
  reset(): void {
    this.symbols.clear();
    this.venue = undefined;
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
