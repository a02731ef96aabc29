import type { Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import type { VenueEvent } from '../model/events.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { feedOf } from './feedToken.js';
import { injectorFor, type SignalOptions } from './injectorFor.js';

/**
 * Injects the feed of `provideQuoteFeed`, for what is no signal: `feed()?.reconnect()`, `feed()?.last(symbol)`.
 *
 * The signal is `undefined` until the feed is made: for a function that returns a promise until that resolves, and on a server for
 * ever. For events of a type of your own, name the type: `injectQuoteFeed<JsonQuote>()`.
 *
 * @throws Error NG0203 outside of an injection context without `injector`, and NG0201 when no feed is provided
 * @since 0.1.0
 */
export function injectQuoteFeed<E = VenueEvent>(options: SignalOptions = {}): Signal<QuoteFeed<E> | undefined> {
  const injector = injectorFor(injectQuoteFeed, options);
  return toSignal(feedOf<E>(injector), { injector });
}
