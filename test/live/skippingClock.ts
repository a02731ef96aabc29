import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../../src/clock.js';
import { systemClock } from '../../src/systemClock.js';

/** The system's clock, except that a test needs not sit through its waits. */
export interface SkippingClock extends Clock {
  /** Timers that are armed. */
  readonly pending: number;
  /** Passes so many ms at once; what falls due then runs soon after, in order, on real timers. */
  skip(ms: number): void;
  /** From now on time only passes by `skip()`. */
  freeze(): void;
}

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
  let frozenAt: number | undefined;
  const monotonic = (): number => (frozenAt ?? systemClock.monotonic()) + skipped;
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
      if (frozenAt !== undefined && this.due > monotonic()) return;
      this.timer = this.base.schedule(
        () => {
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
    now: () => systemClock.now() + skipped,
    monotonic,
    timers: skipping(systemClock.timers),
    background: skipping(systemClock.background),
    skip: (ms) => {
      skipped += ms;
      armAll();
    },
    freeze: () => {
      frozenAt ??= systemClock.monotonic();
      armAll();
    },
  };
}
