import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { ControlQueue } from './controlQueue.js';
import type { MarketStates } from './marketStates.js';

/** The least time to a turn, in ms. */
const SOONEST = 1_000;

/** What a watch works with. */
export interface CalendarWatchConfig {
  readonly clock: Clock;
  readonly markets: MarketStates;
  /** Knows the symbols somebody listens to. */
  readonly registry: Pick<TopicRegistry<never>, 'symbols'>;
  /** Gets to know that the calendar's word may have changed for some of them … */
  readonly silence: { turn(): void };
  /** … and so do their consumers. */
  readonly control: Pick<ControlQueue<never>, 'push'>;
}

/** Calls at the turns of a calendar, with one timer armed for the nearest, and none when no turn is known. */
export class CalendarWatch {
  private readonly config: CalendarWatchConfig;
  private timer = Subscription.EMPTY;
  private nearest = Infinity;

  constructor(config: CalendarWatchConfig) {
    this.config = config;
  }

  /** Looks at the turns of what somebody came to listen to. */
  watch(entries: Iterable<{ readonly symbol: string | undefined }>): void {
    for (const { symbol } of entries) if (symbol !== undefined) this.consider(symbol);
  }

  stop(): void {
    this.timer.unsubscribe();
    this.nearest = Infinity;
  }

  /** The wall clock jumped: the time of a turn may have passed, and the timer was armed by the old wall time. */
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

  /** A turn of what nobody listens to any more does no harm: it changes nothing. */
  private consider(symbol: string): void {
    const { clock, markets } = this.config;
    const turn = markets.turn(symbol) ?? Infinity;
    if (turn >= this.nearest) return;
    this.timer.unsubscribe();
    this.nearest = turn;
    // A calendar whose turn is past must not keep the loop busy.
    const wait = Math.max(SOONEST, turn - clock.now());
    this.timer = clock.background.schedule(() => {
      this.nearest = Infinity;
      this.turn();
    }, wait);
  }
}
