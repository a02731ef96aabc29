import type { Observable, ObservedValueOf } from 'rxjs';
import { wrongType } from '../../operators/support/argument.js';
import { feedTables } from './feedTables.js';
import { type Store, storeOf } from './store.js';

/**
 * A store of the newest quote of each symbol, for `useSyncExternalStore` of React and the like.
 *
 * Its value is an immutable Map by symbol, in the venue's spelling. New images change it once a frame, and once a second while the
 * page is hidden. A change of state or market changes it in the same task, so that a price that can't be trusted is never shown as
 * live for a frame longer. Nothing connects before the first listener, nor on a server.
 * After `feed.close()` the Map is empty.
 *
 * @example
 * ```ts
 * const store = createQuoteStore(feed, ['AOT', 'PTT']);
 * const leave = store.subscribe(() => log(String(store.getSnapshot().get('AOT')?.bid)));
 * leave();
 * ```
 *
 * @param symbols - as for `feed.quotes()`: a list, or an Observable of lists
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function createQuoteStore<
  F extends {
    quotes(symbols: readonly string[] | Observable<readonly string[]>): Observable<object>;
    last(symbol: string): object | undefined;
  },
>(
  feed: F,
  symbols: readonly string[] | Observable<readonly string[]>,
): Store<ReadonlyMap<string, ObservedValueOf<ReturnType<F['quotes']>>>> {
  type Quote = ObservedValueOf<ReturnType<F['quotes']>>;
  if (typeof (feed as Partial<F> | null | undefined)?.quotes !== 'function') {
    throw wrongType('createQuoteStore.feed', feed, 'pass a feed');
  }
  return storeOf<ReadonlyMap<string, Quote>>(feedTables(feed, symbols), new Map());
}
