import { Subscription } from 'rxjs';
import type { Clock } from '../clock.js';
import type { MarketBook } from './marketBook.js';

/** The least time to a turn, in ms. */
const SOONEST = 1_000;

/** What a watch works with. */
export interface CalendarWatchConfig {
  readonly clock: Clock;
  readonly markets: MarketBook;
  /** The symbols somebody listens to. */
  readonly symbols: () => Iterable<string>;
  /** The calendar's word may have changed for some of them. */
  readonly onTurn: () => void;
}

/** Calls at the turns of a calendar, with one timer armed for the nearest, and none when no turn is known. */
export class CalendarWatch {
  private readonly config: CalendarWatchConfig;
  private timer = Subscription.EMPTY;

  constructor(config: CalendarWatchConfig) {
    this.config = config;
  }

  /** Looks for the nearest turn again; to be called when symbols come or go. */
  arm(): void {
    const { clock, markets, symbols, onTurn } = this.config;
    this.timer.unsubscribe();
    let nearest = Infinity;
    for (const symbol of symbols()) nearest = Math.min(nearest, markets.until(symbol) ?? Infinity);
    if (nearest === Infinity) return;
    // A calendar whose turn is past must not keep the loop busy.
    this.timer = clock.background.schedule(
      () => {
        onTurn();
        this.arm();
      },
      Math.max(SOONEST, nearest - clock.now()),
    );
  }

  stop(): void {
    this.timer.unsubscribe();
  }
}
