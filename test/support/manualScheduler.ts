import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';

/** A scheduler whose tasks run one by one, on request, and whose clock moves on request. */
export interface ManualScheduler extends SchedulerLike {
  /** Tasks waiting. */
  pending(): number;
  /** Runs the oldest task, if there is one. */
  step(): void;
  /** Moves the clock by `ms`. */
  spend(ms: number): void;
}

/** Delays are ignored: tasks run in the order they were scheduled. */
export function manualScheduler(): ManualScheduler {
  const tasks = new Set<() => void>();
  let now = 0;
  return {
    now: () => now,
    pending: () => tasks.size,
    step: () => {
      for (const task of tasks) {
        tasks.delete(task);
        task();
        return;
      }
    },
    spend: (ms) => {
      now += ms;
    },
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, _delay = 0, state?: T): Subscription {
      const task = (): void => {
        work.call(subscription as SchedulerAction<T>, state);
      };
      const subscription = new Subscription(() => tasks.delete(task));
      tasks.add(task);
      return subscription;
    },
  };
}
