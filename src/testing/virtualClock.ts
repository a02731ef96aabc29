import { type SchedulerLike, Subject } from 'rxjs';
import type { Clock } from '../model/clock.js';

/** A clock in virtual time, which can also jump like a machine's clock during a sleep. */
export interface VirtualClock extends Clock {
  /**
   * Wall time jumps by `ms`, while monotonic time and timers stand still: as after a sleep, or when the clock was set.
   * `jumps()` emits at once.
   */
  jump(ms: number): void;
}

/**
 * A clock on a virtual scheduler, with which a whole feed runs inside `TestScheduler.run`.
 *
 * @example
 * ```ts
 * testScheduler.run(() => {
 *   const feed = quoteFeed({ venue, transport: fake.transport, clock: virtualClock(testScheduler) });
 * });
 * ```
 *
 * @since 0.1.0
 */
export function virtualClock(
  scheduler: SchedulerLike,
  options: {
    /** Wall time at the scheduler's zero, ms since the Unix epoch. @defaultValue 0 */
    readonly start?: number;
    /**
     * Returns a number in [0, 1). @defaultValue always 0.5, so that a back-off with equal jitter waits 0.75 of its
     * length
     */
    readonly random?: () => number;
  } = {},
): VirtualClock {
  const { start = 0, random = () => 0.5 } = options;
  const jumps = new Subject<number>();
  let jumped = 0;
  return {
    now: () => start + jumped + scheduler.now(),
    monotonic: () => scheduler.now(),
    timers: scheduler,
    background: scheduler,
    io: scheduler,
    random,
    jumps: () => jumps,
    jump: (ms) => {
      jumped += ms;
      jumps.next(ms);
    },
  };
}
