import { Subscription, timer } from 'rxjs';
import type { Clock } from '../../../model/clock.js';

/** Shortest span between two batches, in ms. */
const shortestSpan = 5;

/** The most turns in one batch; between batches sockets are read. */
const longestBatch = 1_000;

/** The most seconds that a slow machine catches up; the rest is never sent. */
const longestDebt = 0.25;

/** Takes turns at a rate that can be changed: in batches at a high rate, one by one at a low rate. */
export class Pace {
  private readonly clock: Pick<Clock, 'monotonic' | 'timers'>;
  private readonly turns: (count: number) => void;
  private perSecond = 0;
  private ticks: Subscription = Subscription.EMPTY;

  constructor(clock: Pick<Clock, 'monotonic' | 'timers'>, turns: (count: number) => void) {
    this.clock = clock;
    this.turns = turns;
  }

  /** Turns a second; 0 for none. */
  get rate(): number {
    return this.perSecond;
  }

  set rate(perSecond: number) {
    this.perSecond = perSecond;
    this.ticks.unsubscribe();
    if (perSecond === 0) return;
    const span = Math.max(shortestSpan, 1000 / perSecond);
    let last = this.clock.monotonic();
    let owed = 0;
    this.ticks = timer(span, span, this.clock.timers).subscribe(() => {
      const now = this.clock.monotonic();
      owed += ((now - last) * perSecond) / 1000;
      last = now;
      // A timer may fire slightly early; the rest from rounding is carried over to the next tick.
      const due = Math.min(Math.floor(owed + 1e-6), longestBatch);
      owed = Math.min(owed - due, Math.max(1, perSecond * longestDebt));
      if (due > 0) this.turns(due);
    });
  }

  /** Cancels the timer. */
  stop(): void {
    this.ticks.unsubscribe();
  }
}
