import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { ControlQueue } from './controlQueue.js';
import type { MarketStates } from './marketStates.js';

/** The shortest wait of the timer, in ms. */
const SOONEST = 1_000;

/** The parts that a calendar watch works with. */
export interface CalendarWatchConfig {
  readonly clock: Clock;
  readonly markets: MarketStates;
  /** Gives the symbols with subscribers. */
  readonly registry: Pick<TopicRegistry<never>, 'symbols'>;
  /** Called when the calendar's answer may have changed for some symbols. */
  readonly silence: { turn(): void };
  /** Gets the event `markets` at the same time. */
  readonly control: Pick<ControlQueue<never>, 'push'>;
}

/**
 * Reports the changes (turns) of a calendar. It has one timer for the nearest turn, and no timer when no turn is known.
 */
export class CalendarWatch {
  private readonly config: CalendarWatchConfig;
  private timer = Subscription.EMPTY;
  private nearest = Infinity;

  constructor(config: CalendarWatchConfig) {
    this.config = config;
  }

  /** Arms the timer for the turns of topics that were just subscribed to. */
  watch(entries: Iterable<{ readonly symbol: string | undefined }>): void {
    for (const { symbol } of entries) if (symbol !== undefined) this.consider(symbol);
  }

  stop(): void {
    this.timer.unsubscribe();
    this.nearest = Infinity;
  }

  /** Called when the wall clock jumped: a turn may have passed, and the timer was armed by the old wall time. */
  review(): void {
    this.stop();
    this.turn();
  }

  private turn(): void {
    const { registry, silence, control } = this.config;
    silence.turn();
    control.push({ type: 'markets' });
    for (const symbol of registry.symbols()) this.consider(symbol);
  }

  /** Arms the timer for the next turn of a symbol. A turn of a symbol without subscribers changes nothing. */
  private consider(symbol: string): void {
    const { clock, markets } = this.config;
    const turn = markets.turn(symbol) ?? Infinity;
    if (turn >= this.nearest) return;
    this.timer.unsubscribe();
    this.nearest = turn;
    // A calendar with a turn in the past must not keep the event loop busy.
    const wait = Math.max(SOONEST, turn - clock.now());
    this.timer = clock.background.schedule(() => {
      this.nearest = Infinity;
      this.turn();
    }, wait);
  }
}
