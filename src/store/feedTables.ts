import { isObservable, map, NEVER, type Observable, shareReplay } from 'rxjs';
import { quoteTables, type Shown } from './quoteTables.js';
import { pageScreen } from './screen.js';

/** The part of a feed from which tables of quotes are made. */
export interface QuoteSource {
  quotes(symbols: readonly string[] | Observable<readonly string[]>): Observable<object>;
  last(symbol: string): object | undefined;
}

/**
 * The newest quote of each symbol of a feed, as an immutable table by the venue's spelling, for the screen of this page.
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT` for an invalid symbol of a fixed list
 */
export function feedTables<Q extends object>(
  feed: QuoteSource,
  symbols: readonly string[] | Observable<readonly string[]>,
): Observable<ReadonlyMap<string, Q>> {
  // Two subscribe: the feed, and what removes symbols.
  const lists = isObservable(symbols) ? symbols.pipe(shareReplay({ bufferSize: 1, refCount: true })) : symbols;
  const quotes$ = feed.quotes(lists) as Observable<Q & Shown>;
  // A symbol of the list that has an image has a last quote, with the venue's spelling.
  const spelled = (symbol: string): string => (feed.last(symbol) as Shown | undefined)?.symbol ?? symbol;
  const kept$ = isObservable(lists) ? lists.pipe(map((list) => new Set(list.map(spelled)))) : NEVER;
  return quoteTables(quotes$, pageScreen, kept$);
}
