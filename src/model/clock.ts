import type { Observable, SchedulerLike } from 'rxjs';

/**
 * Time and chance as an argument: every timer, timestamp and random number of a feed comes from here.
 *
 * `systemClock` is the real one; `virtualClock` of `rx-quotes/testing` runs a whole feed in a `TestScheduler`.
 */
export interface Clock {
  /** Wall time in ms since the Unix epoch. May step; never used to measure a span. */
  now(): number;
  /** Monotonic time in ms from an arbitrary origin; spans and deadlines are measured with it. */
  monotonic(): number;
  /** Timers that keep a process alive: back-off, deadlines of a connection attempt. */
  readonly timers: SchedulerLike;
  /** Timers that never keep a process alive: `linger`, staleness, market hours. */
  readonly background: SchedulerLike;
  /** Goes on after the event loop has read its sockets: `ioScheduler`, or the test's scheduler. */
  readonly io: SchedulerLike;
  /**
   * Whether the platform slows timers down, as in a hidden tab of a browser: a late timer is then no sign of a blocked
   * thread.
   * @defaultValue never
   */
  throttled?(): boolean;
  /**
   * Emits by how many ms wall time jumped against monotonic time: positive when the machine slept or its clock was set forward,
   * negative when it was set back. A feed also compares the two clocks whenever messages are read; it needs this report while no
   * message comes. A feed subscribes while it has a connection or tries to get one.
   * @defaultValue never emits: a sleep is noticed with the next message
   */
  jumps?(): Observable<number>;
  /** A random number in [0, 1). */
  random(): number;
}
