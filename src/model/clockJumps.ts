import type { Clock } from './clock.js';

/**
 * The least jump, in ms. NTP slews a clock by at most half a millisecond a second (MAXFREQ in RFC 5905), so two looks that lie a
 * quarter of an hour apart report no slewing.
 */
const LEAST_JUMP = 500;

/**
 * Compares wall time with monotonic time. Linux and macOS stop monotonic time and all timers while the machine sleeps, so a
 * sleep shows only in the wall clock.
 */
export class ClockJumps {
  private readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Wall time less monotonic time at the last look. */
  private offset: number;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.clock = clock;
    this.offset = clock.now() - clock.monotonic();
  }

  /**
   * By how many ms wall time has jumped since the last look; 0 when it has not. Positive: the machine slept, or the clock was
   * set forward. Negative: the clock was set back.
   */
  look(wall: number = this.clock.now(), monotonic: number = this.clock.monotonic()): number {
    const jump = wall - monotonic - this.offset;
    this.offset += jump;
    return Math.abs(jump) < LEAST_JUMP ? 0 : jump;
  }
}
