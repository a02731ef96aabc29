import type { SchedulerLike, Subscriber, Subscription } from 'rxjs';
import { BoundedQueue, type BoundedQueueConfig } from '../support/boundedQueue.js';
import type { Ledger } from '../support/ledger.js';
import { Slice, type SliceLimits } from './slice.js';

/** The rules of one subscription. The objects are kept, so that their getters can change the rules. */
export interface SlicedDeliveryConfig<T> {
  readonly limits: SliceLimits;
  readonly data: BoundedQueueConfig<T>;
  readonly control: BoundedQueueConfig<T>;
  readonly isControl: ((value: T) => boolean) | undefined;
}

/** Hands values to a destination inline while a slice lasts, and after that in later tasks of a scheduler. */
export class SlicedDelivery<T> {
  readonly #destination: Subscriber<T>;
  readonly #scheduler: SchedulerLike;
  readonly #ledger: Ledger;
  readonly #isControl: ((value: T) => boolean) | undefined;
  readonly #control: BoundedQueue<T>;
  readonly #data: BoundedQueue<T>;
  readonly #slice: Slice;
  #task: Subscription | undefined;
  #delivering = false;
  /** Whether `#backlog` is above 0, as a field: it is read for every value. */
  #waiting = false;
  #finish: (() => void) | undefined;

  constructor(destination: Subscriber<T>, scheduler: SchedulerLike, config: SlicedDeliveryConfig<T>, ledger: Ledger) {
    this.#destination = destination;
    this.#scheduler = scheduler;
    this.#ledger = ledger;
    this.#isControl = config.isControl;
    this.#control = new BoundedQueue(config.control, ledger, 'control-capacity');
    this.#data = new BoundedQueue(config.data, ledger);
    this.#slice = new Slice(() => scheduler.now(), config.limits);
  }

  /** Takes a value in. Returns `false` when there was no room and the stream has to end. */
  offer(value: T): boolean {
    // A value that arrives during a delivery waits for it: nested deliveries would reach later consumers out of order.
    if (this.#delivering || this.#waiting || this.#slice.spent) return this.#push(value);
    if (!this.#slice.open) this.#begin();
    this.#ledger.received += 1;
    this.#ledger.emitted += 1;
    this.#delivering = true;
    try {
      this.#destination.next(value);
      this.#slice.count();
      if (this.#waiting) this.#drain();
    } finally {
      this.#delivering = false;
    }
    if (this.#finish !== undefined) this.end(this.#finish);
    return true;
  }

  /** Calls `finish` after all waiting values are delivered. */
  end(finish: () => void): void {
    this.#finish = finish;
    if (!this.#delivering && this.#backlog === 0) finish();
  }

  /** Ends the stream at once; waiting values are dropped as `errored`. */
  fail(error: unknown): void {
    this.dispose('errored');
    this.#destination.error(error);
  }

  dispose(reason: string): void {
    this.#task?.unsubscribe();
    this.#control.dispose(reason);
    this.#data.dispose(reason);
  }

  get #backlog(): number {
    return this.#control.size + this.#data.size;
  }

  #push(value: T): boolean {
    const lane = this.#isControl?.(value) === true ? this.#control : this.#data;
    // `control` may have ended the stream.
    if (this.#destination.closed) return true;
    const taken = lane.push(value);
    this.#waiting = this.#backlog > 0;
    return taken;
  }

  #begin(): void {
    this.#slice.begin();
    // Every open slice has a task that ends it, so waiting values are always drained.
    this.#task = this.#scheduler.schedule(() => {
      this.#run();
    }, 0);
  }

  #run(): void {
    this.#slice.end();
    this.#waiting = this.#backlog > 0;
    if (!this.#waiting) return;
    this.#begin();
    this.#delivering = true;
    try {
      this.#drain();
    } finally {
      this.#delivering = false;
    }
    this.#slice.taskDone();
    if (this.#finish !== undefined) this.end(this.#finish);
  }

  /** Delivers waiting values, control values first, as far as the slice allows. */
  #drain(): void {
    while (!this.#slice.spent && this.#backlog > 0) {
      const lane = this.#control.size > 0 ? this.#control : this.#data;
      this.#destination.next(lane.poll());
      lane.relieve();
      this.#slice.count();
    }
    this.#waiting = this.#backlog > 0;
  }
}
