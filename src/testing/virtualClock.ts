import type { SchedulerLike } from 'rxjs';
import type { Clock } from '../clock.js';

/** How a virtual clock differs from one that starts at 0 and always draws the middle. */
export interface VirtualClockOptions {
  /** Wall time at the scheduler's zero, ms since the Unix epoch. @defaultValue 0 */
  readonly start?: number;
  /** Gives a number in [0, 1). @defaultValue always 0.5, so that a back-off with equal jitter waits 0.75 of its length */
  readonly random?: () => number;
}

/**
 * A clock on a virtual scheduler: a feed made with it runs whole inside `TestScheduler.run`.
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
export function virtualClock(scheduler: SchedulerLike, options: VirtualClockOptions = {}): Clock {
  const { start = 0, random = () => 0.5 } = options;
  return {
    now: () => start + scheduler.now(),
    monotonic: () => scheduler.now(),
    timers: scheduler,
    background: scheduler,
    io: scheduler,
    random,
  };
}
