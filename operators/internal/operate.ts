import { Subscription, type Observer, type Subscriber } from 'rxjs';

/** An operator's handlers for its source's notifications; a notification without a handler passes through. */
export interface OperateConfig<In, Out> {
  readonly destination: Subscriber<Out>;
  readonly next: (value: In) => void;
  readonly error?: (error: unknown) => void;
  readonly complete?: () => void;
  /** Runs once, when the source has ended or the consumer has unsubscribed. */
  readonly finalize?: () => void;
}

class OperatorSubscriber<In, Out> extends Subscription implements Observer<In> {
  readonly #config: OperateConfig<In, Out>;
  #stopped = false;

  constructor(config: OperateConfig<In, Out>) {
    super();
    this.#config = config;
    // Linked before the source is subscribed to, so that a downstream `take` stops even a synchronous source.
    config.destination.add(this);
  }

  next(value: In): void {
    if (this.#stopped) return;
    try {
      this.#config.next(value);
    } catch (error) {
      this.#config.destination.error(error);
    }
  }

  error(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const { destination, error: handle } = this.#config;
    try {
      if (handle) handle(error);
      else destination.error(error);
    } catch (thrown) {
      destination.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  complete(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const { destination, complete } = this.#config;
    try {
      if (complete) complete();
      else destination.complete();
    } catch (thrown) {
      destination.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  override unsubscribe(): void {
    if (this.closed) return;
    this.#stopped = true;
    super.unsubscribe();
    this.#config.finalize?.();
  }
}

/**
 * A subscriber for an operator's source: `source.subscribe(operate({ destination, next }))`.
 *
 * It has the shape of RxJS 8's `operate`, on RxJS 7's public API. It belongs to `destination`, so an unsubscription
 * downstream unsubscribes from the source. An error of a handler goes to `destination.error`. After the end it passes
 * nothing on. RxJS uses a `Subscription` that is also an observer as the subscriber itself; it would wrap a plain
 * observer, and the wrapper leaks.
 */
export function operate<In, Out>(config: OperateConfig<In, Out>): Subscription & Observer<In> {
  return new OperatorSubscriber(config);
}
