import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';

/** Span of the timer, in ms. */
const INTERVAL = 250;

/** How long the timer goes on after the last message, in ms: a quiet connection has no timer. */
const AFTER = 1_000;

/** Measures by how much the thread is late for a timer, while messages come. */
export class EventLoopLag {
  private readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  private readonly onLag: (by: number) => void;
  private timer = Subscription.EMPTY;
  /** When the timer should fire, in monotonic ms; `Infinity` while there is none. */
  private due = Infinity;
  private readAt = -Infinity;

  constructor(clock: Pick<Clock, 'monotonic' | 'background'>, onLag: (by: number) => void) {
    this.clock = clock;
    this.onLag = onLag;
  }

  /**
   * A message is being read at this monotonic time. After a process was stopped, its sockets are read before its timers fire.
   * So a timer that is long overdue is noticed here, before the messages that piled up are emitted.
   */
  onRead(at: number): void {
    this.readAt = at;
    if (this.due === Infinity) this.arm(at);
    // The lag is reported last: its listener may stop this timer.
    else this.check(at);
  }

  /** Looks now if the timer is long overdue: what was read before may be handed out before the timer fires. */
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
