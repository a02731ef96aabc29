import { Observable, type Subscription } from 'rxjs';
import type { BoundedAsyncIterator } from '../boundedAsyncIterator.js';
import { QueueOverflowError } from '../queueOverflowError.js';
import { BoundedQueue, type BoundedQueueConfig } from '../support/boundedQueue.js';
import type { Ledger } from '../support/ledger.js';
import { Ring } from '../support/ring.js';
import { operate } from './operate.js';

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

type End = { readonly how: 'complete' } | { readonly how: 'error'; readonly error: unknown };

const done = { done: true, value: undefined } as const;

/** One subscription, with a queue for its consumer. Either values or pending `next()` calls wait, never both. */
export class BoundedIterator<T> implements BoundedAsyncIterator<T> {
  readonly #source: Observable<T>;
  readonly #rules: BoundedQueueConfig<T>;
  readonly #ledger: Ledger;
  readonly #waiters = new Ring<Waiter<T>>();
  #values: BoundedQueue<T> | undefined;
  #upstream: Subscription | undefined;
  #end: End | undefined;

  constructor(source: Observable<T>, rules: BoundedQueueConfig<T>, ledger: Ledger) {
    this.#source = source;
    this.#rules = rules;
    this.#ledger = ledger;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#values && this.#values.size > 0) {
      const values = this.#values;
      const answer = Promise.resolve({ done: false as const, value: values.poll() });
      values.relieve();
      this.#letGoOfQueue();
      return answer;
    }
    if (this.#end) return this.#atEnd(this.#end);
    return new Promise((resolve, reject) => {
      // The waiter is added before the subscription, so that a synchronous source finds it.
      this.#waiters.push({ resolve, reject });
      if (!this.#values) this.#subscribe((this.#values = new BoundedQueue(this.#rules, this.#ledger)));
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    return this.#leave({ how: 'complete' });
  }

  throw(error?: unknown): Promise<IteratorResult<T, undefined>> {
    return this.#leave({ how: 'error', error });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #subscribe(values: BoundedQueue<T>): void {
    // This outer Observable makes it possible to unsubscribe while the source is still inside its subscribe call.
    new Observable<never>((upstream) => {
      this.#upstream = upstream;
      this.#source.subscribe(
        operate<T, never>({
          destination: upstream,
          next: (value) => {
            if (!this.#offer(values, value)) upstream.error(new QueueOverflowError(this.#rules.capacity));
          },
        }),
      );
    }).subscribe({
      error: (error: unknown) => {
        this.#finish({ how: 'error', error });
      },
      complete: () => {
        this.#finish({ how: 'complete' });
      },
    });
  }

  /** Returns `false` when the value was lost and the stream has to end. */
  #offer(values: BoundedQueue<T>, value: T): boolean {
    if (this.#waiters.size === 0) return values.push(value);
    this.#ledger.received += 1;
    this.#ledger.emitted += 1;
    this.#waiters.shift().resolve({ done: false, value });
    return true;
  }

  /** The consumer stops: the iterator ends at once, before `onDrop` gets the waiting values. */
  #leave(end: End): Promise<IteratorResult<T, undefined>> {
    const values = this.#values;
    this.#values = undefined;
    this.#finish(end);
    return new Promise((resolve, reject) => {
      try {
        // An error of the source's finalizer rejects the promise, and nothing stays in flight.
        this.#upstream?.unsubscribe();
      } finally {
        values?.dispose('unsubscribed');
      }
      settle({ resolve, reject }, end);
    });
  }

  #finish(end: End): void {
    this.#end = end;
    while (this.#waiters.size > 0) settle(this.#waiters.shift(), end);
    this.#letGoOfQueue();
  }

  /** After the last value was taken: nothing is in flight any more. */
  #letGoOfQueue(): void {
    if (!this.#end || !this.#values || this.#values.size > 0) return;
    this.#values.dispose('unsubscribed');
    this.#values = undefined;
  }

  #atEnd(end: End): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      settle({ resolve, reject }, end);
    });
  }
}

function settle<T>({ resolve, reject }: Waiter<T>, end: End): void {
  if (end.how === 'error') reject(end.error);
  else resolve(done);
}
