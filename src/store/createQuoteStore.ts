import { isObservable, map, NEVER, type Observable } from 'rxjs';
import { requiredFunction } from '../../operators/support/argument.js';
import type { AtDepth, QuoteFeed } from '../feed/feedTypes.js';
import type { Tagged } from '../model/quote.js';
import { quoteTables, type Shown } from './quoteTables.js';
import { pageScreen } from './screen.js';
import { type Store, storeOf } from './store.js';

/**
 * A store of the newest quote of each symbol, for `useSyncExternalStore` of React and the like.
 *
 * Its value is an immutable Map by symbol, in the venue's spelling. New images change it once a frame, and once a second while the
 * page is hidden. A change of state or market changes it in the same task, so that a price that can't be trusted is never shown as
 * live for a frame longer. Nothing connects before the first listener, nor on a server.
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
export function createQuoteStore<E>(
  feed: Pick<QuoteFeed<E>, 'quotes' | 'last'>,
  symbols: readonly string[] | Observable<readonly string[]>,
): Store<ReadonlyMap<string, Tagged<AtDepth<E, 1>>>> {
  requiredFunction('createQuoteStore.feed.quotes', (feed as Partial<typeof feed> | undefined)?.quotes);
  const quotes$ = feed.quotes(symbols) as Observable<Tagged<AtDepth<E, 1>> & Shown>;
  // A symbol of the list that has an image has a last quote, with the venue's spelling.
  const spelled = (symbol: string): string => (feed.last(symbol) as Shown | undefined)?.symbol ?? symbol;
  const kept$ = isObservable(symbols) ? symbols.pipe(map((list) => new Set(list.map(spelled)))) : NEVER;
  return storeOf(quoteTables(quotes$, pageScreen, kept$), new Map());
}
