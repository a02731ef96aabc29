import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';

/** Span of the timer, in ms. */
const INTERVAL = 250;

/** How long the timer goes on after the last message, in ms: a quiet connection has no timer. */
const AFTER = 1_000;

/** Measures how late a timer fires, while messages come. */
export class EventLoopLag {
  private readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  private readonly onLag: (by: number) => void;
  private timer = Subscription.EMPTY;
  /** The monotonic time in ms at which the timer should fire; `Infinity` without a timer. */
  private due = Infinity;
  private readAt = -Infinity;

  constructor(clock: Pick<Clock, 'monotonic' | 'background'>, onLag: (by: number) => void) {
    this.clock = clock;
    this.onLag = onLag;
  }

  /**
   * Called when a message is read at this monotonic time. A process that was stopped and continues may read its sockets
   * before its timers fire. So an overdue timer is noticed here, before the buffered messages are emitted.
   */
  onRead(at: number): void {
    this.readAt = at;
    if (this.due === Infinity) this.arm(at);
    // The lag is reported last: its listener may stop this timer.
    else this.check(at);
  }

  /**
   * Checks now whether the timer is long overdue: messages that were read before may be emitted before the timer fires.
   */
  check(now: number): void {
    if (now - this.due > INTERVAL) this.look(now);
  }

  stop(): void {
    this.timer.unsubscribe();
    this.due = Infinity;
  }

  private arm(now: number): void {
    this.due = now + INTERVAL;
    this.timer = this.clock.background.schedule(() => {
      this.look(this.clock.monotonic());
    }, INTERVAL);
  }

  private look(now: number): void {
    const by = now - this.due;
    this.stop();
    if (now - this.readAt < AFTER) this.arm(now);
    this.onLag(by);
  }
}
