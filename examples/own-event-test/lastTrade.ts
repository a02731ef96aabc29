import { distinctUntilChanged, map, type Observable } from 'rxjs';
import type { QuoteFeed } from 'rx-quotes';

/** An event type of the application: the result of its own decoder. */
export interface Trade {
  readonly symbol: string;
  readonly price: number;
  readonly side: 'buy' | 'sell';
}

/** The price of the last trade of a symbol; `undefined` while that price can't be trusted. */
export function lastPrice(feed: QuoteFeed<Trade>, symbol: string): Observable<number | undefined> {
  return feed.quotes([symbol]).pipe(
    map(({ price, state }) => (state === 'live' ? price : undefined)),
    distinctUntilChanged(),
  );
}
