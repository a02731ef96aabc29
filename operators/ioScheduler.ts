import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';
import { macrotaskOf } from './internal/macrotask.js';
import { MacrotaskAction } from './internal/macrotaskAction.js';

const macrotask = macrotaskOf(globalThis);

/**
 * A scheduler whose tasks run after the event loop has read its sockets.
 *
 * For newcomers: `asapScheduler` runs a task before the next read of sockets, `asyncScheduler` a millisecond later or
 * more, this scheduler right after the next read.
 *
 * A task without delay runs in a macrotask of its own: by `setImmediate` in Node, else by a message on a
 * `MessageChannel` (browsers; opened at the first use), else by a timer. `asyncScheduler` runs tasks with a positive
 * delay, in ms, and gives `now()`. A waiting task keeps a Node process alive, an idle scheduler does not. An error of a
 * task is thrown from its macrotask, as with RxJS's own schedulers.
 *
 * @see {@link observeOnBounded}
 * @since 0.1.0
 */
export const ioScheduler: SchedulerLike = {
  now: () => asyncScheduler.now(),
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return new MacrotaskAction<T>(macrotask, work).schedule(state, delay);
  },
};
