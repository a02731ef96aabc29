import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { isTradable, type QuoteFeed } from 'rx-quotes';

/** Whether the spread of a symbol is at most `widest`; `false` for a price that is not live. */
export function isTight(feed: Pick<QuoteFeed, 'quotes'>, symbol: string, widest: number): Observable<boolean> {
  return feed.quotes([symbol]).pipe(
    map((quote) => isTradable(quote) && quote.ask - quote.bid <= widest),
    distinctUntilChanged(),
  );
}
