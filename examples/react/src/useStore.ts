import { useSyncExternalStore } from 'react';
import type { Store } from 'rx-quotes/store';

/** The present value of a store. The component is rendered again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getServerSnapshot);
}
