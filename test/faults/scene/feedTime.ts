import type { SkippingClock } from '../../live/skippingClock.js';
import type { ToFeedTime } from './far.js';

/** Ms since the Unix epoch, the same in every process, and as steady as the machine's monotonic clock. */
export const absoluteTime = (): number => performance.timeOrigin + performance.now();

/** A feed's clock that knows, of any time, how much of it had been skipped by then. */
export interface FeedTime {
  skip(ms: number): void;
  readonly toFeed: ToFeedTime;
}

/** Returns how many ms before `time` the feed's clock left out. A sleep that is under way then counts as far as it has passed. */
function sleptBy(time: number, sleeps: SkippingClock['sleeps']): number {
  const { timeOrigin } = performance;
  return sleeps.reduce((total, { from, to }) => total + Math.max(0, Math.min(time - timeOrigin, to) - from), 0);
}

/** Watches the skipped time of a clock that has not skipped any yet. */
export function feedTime(clock: SkippingClock): FeedTime {
  const skips: { readonly at: number; readonly ms: number }[] = [];
  const ahead = clock.monotonic() - absoluteTime();
  return {
    skip: (ms) => {
      skips.push({ at: absoluteTime(), ms });
      clock.skip(ms);
    },
    toFeed: (times) => {
      let [next, skipped] = [0, 0];
      return times.map((time) => {
        for (; next < skips.length && skips[next]!.at <= time; next += 1) skipped += skips[next]!.ms;
        return time + ahead + skipped - sleptBy(time, clock.sleeps);
      });
    },
  };
}
