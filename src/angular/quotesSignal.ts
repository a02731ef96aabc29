import { isSignal, type Signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { type Observable, switchMap } from 'rxjs';
import type { AtDepth } from '../feed/feedTypes.js';
import type { VenueEvent } from '../model/events.js';
import type { Tagged } from '../model/quote.js';
import { feedTables } from '../store/feedTables.js';
import { feedOf } from './feedToken.js';
import { injectorFor, type SignalOptions } from './injectorFor.js';

/**
 * A signal of the newest quote of each symbol: an immutable Map by symbol, in the venue's spelling.
 *
 * New images change it once a frame, and once a second while the page is hidden. A change of state or market changes it in the same
 * task, so that a price that can't be trusted is never shown as live for a frame longer. It is empty before the first image, during
 * hydration, on a server, and after the feed was closed. It subscribes at once and unsubscribes with its injector.
 *
 * Reading the signal throws an error with code `RXQ_ARGUMENT` when a symbol is invalid. For events of a type of your own, name the
 * type: `quotesSignal<JsonQuote>(symbols)`.
 *
 * @param symbols - a list, or a signal or an Observable of lists; otherwise as for `feed.quotes()`
 * @throws Error NG0203 outside of an injection context without `injector`, and NG0201 when no feed is provided
 * @since 0.1.0
 */
export function quotesSignal<E = VenueEvent>(
  symbols: readonly string[] | Signal<readonly string[]> | Observable<readonly string[]>,
  options: SignalOptions = {},
): Signal<ReadonlyMap<string, Tagged<AtDepth<E, 1>>>> {
  const injector = injectorFor(quotesSignal, options);
  const lists = isSignal(symbols) ? toObservable(symbols, { injector }) : symbols;
  const tables$ = feedOf<E>(injector).pipe(switchMap((feed) => feedTables<Tagged<AtDepth<E, 1>>>(feed, lists)));
  return toSignal(tables$, { injector, initialValue: new Map() });
}
