import { Subscription, asyncScheduler, type SchedulerAction } from 'rxjs';
import type { Macrotask } from './macrotask.js';

/** One piece of scheduled work, which may schedule itself again. */
export class MacrotaskAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #macrotask: Macrotask;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #cancel: (() => void) | undefined;
  #armed = false;

  constructor(macrotask: Macrotask, work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.#macrotask = macrotask;
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.#cancel?.();
    this.#armed = true;
    const run = (): void => {
      this.#run(state);
    };
    if (delay > 0) {
      const timer = asyncScheduler.schedule(run, delay);
      this.#cancel = () => {
        timer.unsubscribe();
      };
    } else {
      this.#cancel = this.#macrotask(run);
    }
    return this;
  }

  override unsubscribe(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    super.unsubscribe();
  }

  #run(state?: T): void {
    if (this.closed) return;
    this.#cancel = undefined;
    this.#armed = false;
    let failed = true;
    try {
      this.#work.call(this, state);
      failed = false;
    } finally {
      // The action is over if its work threw or did not schedule itself again.
      if (failed || !this.#armed) this.unsubscribe();
    }
  }
}
