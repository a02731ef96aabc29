import { computed, isSignal, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { map, of, switchMap } from 'rxjs';
import type { AtDepth } from '../feed/feedTypes.js';
import type { VenueEvent } from '../model/events.js';
import type { Tagged } from '../model/quote.js';
import { feedTables } from '../store/feedTables.js';
import { feedOf } from './feedToken.js';
import { injectorFor, type SignalOptions } from './injectorFor.js';

/**
 * A signal of the newest quote of one symbol, with the timing of `quotesSignal`. It is `undefined` before the first image.
 *
 * With a signal as symbol, e.g. an input of a component, the quote is always one of the present symbol.
 *
 * @param symbol - as for `feed.quotes()`, or a signal of it
 * @throws Error NG0203 outside of an injection context without `injector`, and NG0201 when no feed is provided
 * @since 0.1.0
 */
export function quoteSignal<E = VenueEvent>(
  symbol: string | Signal<string>,
  options: SignalOptions = {},
): Signal<Tagged<AtDepth<E, 1>> | undefined> {
  type Quote = Tagged<AtDepth<E, 1>>;
  const injector = injectorFor(quoteSignal, options);
  const symbol$ = isSignal(symbol) ? toObservable(symbol, { injector }) : of(symbol);
  const quotes$ = feedOf<E>(injector).pipe(
    switchMap((feed) =>
      symbol$.pipe(
        switchMap((wanted) =>
          feedTables<Quote>(feed, [wanted]).pipe(map((table) => ({ wanted, quote: [...table.values()][0] }))),
        ),
      ),
    ),
  );
  const newest = toSignal(quotes$, { injector });
  // The symbol changes before its subscription does: until then the newest quote is one of the previous symbol.
  return computed(() => {
    const wanted = isSignal(symbol) ? symbol() : symbol;
    const found = newest();
    return found?.wanted === wanted ? found.quote : undefined;
  });
}
