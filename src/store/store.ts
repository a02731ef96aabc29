import type { Observable, Subscription } from 'rxjs';

/**
 * A value that changes, in the form that React’s `useSyncExternalStore` takes. Svelte, Vue and others have adapters for it.
 */
export interface Store<T> {
  /** Calls `listener` after each change; the returned function ends that. The first listener subscribes, the last one to leave unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The present value. It is the same object until the next change. */
  readonly getSnapshot: () => T;
  /** The value on a server and during hydration, where nothing is subscribed. */
  readonly getServerSnapshot: () => T;
}

/** A store of the newest value of an Observable. Without a listener it has `initial`: a value that nobody follows may be old. */
export function storeOf<T>(source$: Observable<T>, initial: T): Store<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  let subscription: Subscription | undefined;
  return {
    subscribe: (listener) => {
      // A listener of its own for each call, since a component may pass the same function twice.
      const own = (): void => {
        listener();
      };
      listeners.add(own);
      subscription ??= source$.subscribe((next) => {
        value = next;
        for (const one of [...listeners]) one();
      });
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        subscription?.unsubscribe();
        subscription = undefined;
        value = initial;
      };
    },
    getSnapshot: () => value,
    getServerSnapshot: () => initial,
  };
}
