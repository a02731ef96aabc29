import { Subscription, type Observer, type Subscriber } from 'rxjs';

/** An operator's handlers for its source's notifications; a notification without a handler passes through. */
export interface OperateConfig<In, Out> {
  readonly destination: Subscriber<Out>;
  readonly next: (value: In) => void;
  readonly error?: (error: unknown) => void;
  readonly complete?: () => void;
  /** Runs once when the source is let go: it ended, or the consumer left. */
  readonly finalize?: () => void;
}

class OperatorSubscriber<In, Out> extends Subscription implements Observer<In> {
  readonly #config: OperateConfig<In, Out>;
  #stopped = false;

  constructor(config: OperateConfig<In, Out>) {
    super();
    this.#config = config;
    // Linked before the source is subscribed to: a synchronous source sees `take` at once, and nothing leaks upstream.
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
 * It has the shape of RxJS 8's `operate`, on RxJS 7's public API: it belongs to `destination`, so leaving downstream
 * lets go of the source; what a handler throws goes to `destination.error`; after the end nothing gets through.
 * RxJS takes a `Subscription` that is an observer as the subscriber itself, which is what keeps the chain unbroken; a
 * plain observer would be wrapped, and the wrapper leaks.
 */
export function operate<In, Out>(config: OperateConfig<In, Out>): Subscription & Observer<In> {
  return new OperatorSubscriber(config);
}
