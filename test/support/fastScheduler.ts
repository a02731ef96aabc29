import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

interface Entry {
  readonly due: number;
  readonly order: number;
  readonly action: FastAction<unknown>;
}

/**
 * Virtual time for long runs: a binary heap, where RxJS's `VirtualTimeScheduler` sorts at every insert. Actions of the
 * same time run in the order they were scheduled.
 */
export class FastScheduler implements SchedulerLike {
  private readonly heap: Entry[] = [];
  private time = 0;
  private count = 0;
  private waiting = 0;

  now(): number {
    return this.time;
  }

  /** Actions that are scheduled and neither run nor cancelled. */
  get pending(): number {
    return this.waiting;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    return new FastAction(this, work).schedule(state, delay);
  }

  /** Lets `ms` pass without running anything, as a busy consumer does. */
  spend(ms: number): void {
    this.time += ms;
  }

  /** Runs what falls due within the next `ms`. */
  advance(ms: number): void {
    const until = this.time + ms;
    while (this.runNext(until));
    this.time = Math.max(this.time, until);
  }

  /** Runs the next action if it is due by `until`. */
  runNext(until: number = Infinity): boolean {
    for (;;) {
      const first = this.heap[0];
      if (first === undefined || first.due > until) return false;
      this.pop();
      if (first.action.order !== first.order) continue;
      this.time = Math.max(this.time, first.due);
      first.action.run();
      return true;
    }
  }

  /** For actions only. */
  enqueue(action: FastAction<unknown>, delay: number): number {
    const entry = { due: this.time + delay, order: (this.count += 1), action };
    this.waiting += 1;
    let at = this.heap.length;
    this.heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.heap[parent] as Entry;
      if (!earlier(entry, above)) break;
      this.heap[at] = above;
      at = parent;
    }
    this.heap[at] = entry;
    return entry.order;
  }

  /** For actions only: one is not waiting any more. */
  dequeue(): void {
    this.waiting -= 1;
  }

  private pop(): void {
    const last = this.heap.pop() as Entry;
    const { length } = this.heap;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && earlier(this.heap[child + 1] as Entry, this.heap[child] as Entry)) child += 1;
      if (!earlier(this.heap[child] as Entry, last)) break;
      this.heap[at] = this.heap[child] as Entry;
      at = child;
    }
    this.heap[at] = last;
  }
}

function earlier(one: Entry, other: Entry): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}

class FastAction<T> extends Subscription implements SchedulerAction<T> {
  /** The order of the entry in the heap that is to run this; 0 for none. */
  order = 0;
  private readonly scheduler: FastScheduler;
  private readonly work: (this: SchedulerAction<T>, state?: T) => void;
  private state: T | undefined;

  constructor(scheduler: FastScheduler, work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.scheduler = scheduler;
    this.work = work;
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.cancel();
    this.state = state;
    if (delay !== Infinity) this.order = this.scheduler.enqueue(this as FastAction<unknown>, delay);
    return this;
  }

  run(): void {
    this.order = 0;
    this.scheduler.dequeue();
    this.work(this.state);
    if (this.order === 0) this.unsubscribe();
  }

  override unsubscribe(): void {
    this.cancel();
    super.unsubscribe();
  }

  private cancel(): void {
    if (this.order === 0) return;
    this.order = 0;
    this.scheduler.dequeue();
  }
}
