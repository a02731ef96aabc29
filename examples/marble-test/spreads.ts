import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { isTradable, type QuoteFeed } from 'rx-quotes';

/** Whether a symbol can be bought and sold for at most `widest` in between; `false` for a price that is dead. */
export function isTight(feed: Pick<QuoteFeed, 'quotes'>, symbol: string, widest: number): Observable<boolean> {
  return feed.quotes([symbol]).pipe(
    map((quote) => isTradable(quote) && quote.ask - quote.bid <= widest),
    distinctUntilChanged(),
  );
}
