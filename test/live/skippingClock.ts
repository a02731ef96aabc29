import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../../src/model/clock.js';
import { systemClock } from '../../src/model/systemClock.js';

/** The system's clock, except that a test needs not sit through its waits. */
export interface SkippingClock extends Clock {
  /** Timers that are armed. */
  readonly pending: number;
  /** Passes so many ms at once; what falls due then runs soon after, in order, on real timers. */
  skip(ms: number): void;
  /** From now on time only passes by `skip()`. */
  freeze(): void;
  /**
   * From now on monotonic time stands still while the process is stopped, as it does while a machine sleeps. Timers then wait
   * for what was left of them.
   */
  sleepWhenStopped(): void;
  /** The spans left out so, on the real monotonic clock. */
  readonly sleeps: readonly { readonly from: number; readonly to: number }[];
}

/** A process that reads no clock for so long, in ms, was stopped. */
const STOPPED = 2_000;

/** A real timer may fire early by a rounding, in ms. */
const EARLY = 2;

interface Wait {
  readonly due: number;
  arm(): void;
}

/**
 * Real time that can be skipped. A clock that ran faster all the time would also shorten the deadlines of real sockets,
 * which a busy machine then misses.
 */
export function skippingClock(): SkippingClock {
  const waits = new Set<Wait>();
  let skipped = 0;
  let frozen: { readonly wall: number; readonly monotonic: number } | undefined;
  let slept = 0;
  let readAt: number | undefined;
  const sleeps: { readonly from: number; readonly to: number }[] = [];

  /** The clock is read many times a second, so that a longer pause is one of the whole process. */
  const awake = (): number => {
    const now = systemClock.monotonic();
    if (readAt === undefined) return now;
    if (now - readAt > STOPPED) {
      sleeps.push({ from: readAt, to: now });
      slept += now - readAt;
    }
    readAt = now;
    return now - slept;
  };

  const monotonic = (): number => (frozen?.monotonic ?? awake()) + skipped;
  const armAll = (): void => {
    for (const wait of [...waits].sort((a, b) => a.due - b.due)) wait.arm();
  };

  class Action<T> extends Subscription implements SchedulerAction<T> {
    private timer: Subscription | undefined;
    private readonly base: SchedulerLike;
    private readonly work: (this: SchedulerAction<T>, state?: T) => void;
    due = 0;
    private state: T | undefined;

    constructor(base: SchedulerLike, work: (this: SchedulerAction<T>, state?: T) => void) {
      super(() => {
        this.timer?.unsubscribe();
        waits.delete(this);
      });
      this.base = base;
      this.work = work;
    }

    schedule(state?: T, delay = 0): Subscription {
      if (this.closed) return this;
      this.due = monotonic() + delay;
      this.state = state;
      waits.add(this);
      this.arm();
      return this;
    }

    arm(): void {
      this.timer?.unsubscribe();
      if (frozen !== undefined && this.due > monotonic()) return;
      this.timer = this.base.schedule(
        () => {
          if (this.due > monotonic() + EARLY) {
            this.arm();
            return;
          }
          waits.delete(this);
          this.work(this.state);
        },
        Math.max(0, this.due - monotonic()),
      );
    }
  }

  const skipping = (base: SchedulerLike): SchedulerLike => ({
    now: monotonic,
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
      return new Action(base, work).schedule(state, delay);
    },
  });

  return {
    ...systemClock,
    get pending() {
      return waits.size;
    },
    now: () => (frozen?.wall ?? systemClock.now()) + skipped,
    monotonic,
    timers: skipping(systemClock.timers),
    background: skipping(systemClock.background),
    skip: (ms) => {
      skipped += ms;
      armAll();
    },
    sleepWhenStopped: () => {
      readAt = systemClock.monotonic();
    },
    sleeps,
    freeze: () => {
      frozen ??= { wall: systemClock.now(), monotonic: systemClock.monotonic() };
      armAll();
    },
  };
}
