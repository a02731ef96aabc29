import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

/** A scheduler that knows what it still has to run, and a clock that work can use up. */
export interface TrackingScheduler extends SchedulerLike {
  /** Actions scheduled and neither run nor cancelled. */
  pending(): number;
  /** Actions scheduled so far. */
  scheduled(): number;
  /** Lets `ms` pass without running anything, as a busy consumer does. */
  spend(ms: number): void;
  /** Runs before every action, like the event loop between two tasks. */
  betweenTasks: () => void;
}

/** Tracks what is scheduled on another scheduler. */
export function trackingScheduler(inner: SchedulerLike): TrackingScheduler {
  const live = new Set<{ readonly subscription: Subscription }>();
  let spent = 0;
  let scheduled = 0;
  const tracking: TrackingScheduler = {
    betweenTasks: () => undefined,
    now: () => inner.now() + spent,
    pending: () => live.size,
    scheduled: () => scheduled,
    spend: (ms) => {
      spent += ms;
    },
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
      scheduled += 1;
      const entry: { subscription: Subscription } = {} as { subscription: Subscription };
      live.add(entry);
      entry.subscription = inner.schedule<T>(
        function (this: SchedulerAction<T>, given?: T) {
          live.delete(entry);
          tracking.betweenTasks();
          work.call(this, given);
        },
        delay,
        state,
      );
      entry.subscription.add(() => live.delete(entry));
      return entry.subscription;
    },
  };
  return tracking;
}
