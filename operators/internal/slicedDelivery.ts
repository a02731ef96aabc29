import type { SchedulerLike, Subscriber, Subscription } from 'rxjs';
import { BoundedQueue, type BoundedQueueConfig } from '../support/boundedQueue.js';
import type { Ledger } from '../support/ledger.js';
import { Slice, type SliceLimits } from './slice.js';

/** The rules of one subscription; the objects are kept, so their getters are read anew. */
export interface SlicedDeliveryConfig<T> {
  readonly limits: SliceLimits;
  readonly data: BoundedQueueConfig<T>;
  readonly control: BoundedQueueConfig<T>;
  readonly isControl: ((value: T) => boolean) | undefined;
}

/** Hands values to a destination inline while a slice lasts, and in later tasks of a scheduler beyond that. */
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

  /** Takes a value in; `false` when there was no room and the stream is to end. */
  offer(value: T): boolean {
    const lane = this.#isControl?.(value) === true ? this.#control : this.#data;
    // `control` may have ended the stream.
    if (this.#destination.closed) return true;
    // A value that arrives during a delivery waits for it: nested deliveries would reach later consumers out of order.
    if (this.#delivering || this.#waiting > 0 || (this.#slice.open && this.#slice.spent)) {
      if (!this.#delivering) this.#slice.arrival();
      return lane.push(value);
    }
    this.#begin();
    this.#ledger.received += 1;
    this.#ledger.emitted += 1;
    this.#deliver(value);
    return true;
  }

  /** Calls `finish` once everything that waits is delivered. */
  end(finish: () => void): void {
    this.#finish = finish;
    if (!this.#delivering && this.#waiting === 0) finish();
  }

  /** Ends the stream at once; what waits is lost to the error. */
  fail(error: unknown): void {
    this.dispose('errored');
    this.#destination.error(error);
  }

  dispose(reason: string): void {
    this.#task?.unsubscribe();
    this.#control.dispose(reason);
    this.#data.dispose(reason);
  }

  get #waiting(): number {
    return this.#control.size + this.#data.size;
  }

  #begin(): void {
    if (this.#slice.open) return;
    this.#slice.begin();
    // Every open slice has a task that ends it, so whatever waits is sure to be drained.
    this.#task = this.#scheduler.schedule(() => {
      this.#run();
    }, 0);
  }

  #run(): void {
    this.#slice.end();
    if (this.#waiting === 0) return;
    this.#begin();
    const lane = this.#lane;
    this.#deliver(lane.poll(), lane);
    this.#slice.taskDone();
  }

  /** Delivers a value, which was taken from `from`, and what waits behind it, as far as the slice allows. */
  #deliver(first: T, from?: BoundedQueue<T>): void {
    this.#delivering = true;
    try {
      this.#destination.next(first);
      from?.relieve();
      this.#slice.count();
      while (!this.#slice.spent && this.#waiting > 0) {
        const lane = this.#lane;
        this.#destination.next(lane.poll());
        lane.relieve();
        this.#slice.count();
      }
    } finally {
      this.#delivering = false;
    }
    if (this.#waiting === 0) this.#finish?.();
  }

  /** Where the next value comes from. */
  get #lane(): BoundedQueue<T> {
    return this.#control.size > 0 ? this.#control : this.#data;
  }
}
