import { asyncScheduler, Observable, type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import { ioScheduler } from '../../operators/ioScheduler.js';
import type { Clock } from './clock.js';
import { ClockJumps } from './clockJumps.js';

/** The longest timeout: `setTimeout` takes a signed 32-bit number of ms and fires at once beyond it. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** A scheduled action that does not keep a Node process alive. */
class BackgroundAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: (this: SchedulerAction<T>, state?: T) => void) {
    super(() => {
      clearTimeout(this.#timer);
    });
    this.#work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    clearTimeout(this.#timer);
    if (this.closed || delay === Infinity) return this;
    const left = delay - LONGEST_TIMEOUT;
    const timer = setTimeout(
      () => {
        if (left > 0) this.schedule(state, left);
        else this.#work(state);
      },
      Math.min(delay, LONGEST_TIMEOUT),
    );
    // A browser's timers are numbers and keep nothing alive.
    if (typeof timer === 'object') timer.unref();
    this.#timer = timer;
    return this;
  }
}

/** A clock that never steps: setting the wall clock must neither make a symbol stale nor keep a silent one fresh. */
const monotonic = (): number => performance.now();

const timers: SchedulerLike = {
  now: monotonic,
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
};

/** Like `timers`, without ever keeping a Node process alive. */
const background: SchedulerLike = {
  now: monotonic,
  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return new BackgroundAction(work).schedule(state, delay);
  },
};

const io: SchedulerLike = {
  now: monotonic,
  schedule: ioScheduler.schedule.bind(ioScheduler),
};

/**
 * How often, in ms, the clocks are compared, so that a wake of the machine is noticed within a second, also on a busy
 * thread.
 */
const COMPARE_EVERY = 500;

/** Compares the clocks of `clock` at a steady pace. Its timer never keeps a Node process alive. */
function jumpsOf(clock: Clock): Observable<number> {
  return new Observable((out) => {
    const jumps = new ClockJumps(clock);
    return background.schedule(function () {
      const jump = jumps.look();
      if (jump !== 0) out.next(jump);
      this.schedule(undefined, COMPARE_EVERY);
    }, COMPARE_EVERY);
  });
}

/** The real time and chance of this machine: the only place that reads them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic,
  timers,
  background,
  io,
  throttled: () => (globalThis as { readonly document?: { readonly hidden?: boolean } }).document?.hidden === true,
  // A method, so that a clock made by a spread of this object compares its own readings.
  jumps() {
    return jumpsOf(this);
  },
  random: () => Math.random(),
};
