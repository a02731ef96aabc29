import { Subscription, timer } from 'rxjs';
import type { Clock } from '../../../model/clock.js';

/** Shortest span between two batches, in ms. */
const shortestSpan = 5;

/** Most turns of one batch: sockets are read in between. */
const longestBatch = 1_000;

/** A machine that falls behind catches up so many seconds at most; the rest is never sent. */
const longestDebt = 0.25;

/** Takes turns at a rate that can be changed: many a batch when it is high, one at its time when it is low. */
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
      // A timer may come a little before its time; what rounding leaves over is owed to the next tick.
      const due = Math.min(Math.floor(owed + 1e-6), longestBatch);
      owed = Math.min(owed - due, Math.max(1, perSecond * longestDebt));
      if (due > 0) this.turns(due);
    });
  }

  /** Lets go of the timer. */
  stop(): void {
    this.ticks.unsubscribe();
  }
}
