import {
  DestroyRef,
  type EnvironmentProviders,
  ErrorHandler,
  inject,
  makeEnvironmentProviders,
  PLATFORM_ID,
} from '@angular/core';
import { NEVER, type Observable, of, ReplaySubject } from 'rxjs';
import { wrongType } from '../../operators/support/argument.js';
import type { QuoteFeedConfig } from '../feed/feedConfig.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { feedToken } from './feedToken.js';

/** A feed of events of any type. */
export interface AnyQuoteFeed extends Pick<QuoteFeed, 'state$' | 'close'> {
  /** As `QuoteFeed.quotes()`. */
  quotes(symbols: readonly string[] | Observable<readonly string[]>): Observable<object>;
  /** As `QuoteFeed.last()`. */
  last(symbol: string): object | undefined;
}

/** The argument of `provideQuoteFeed`: a feed, a function that makes one at once or later, or the configuration of one. */
export type QuoteFeedSource<E extends { readonly symbol: string }> =
  | AnyQuoteFeed
  | (() => AnyQuoteFeed | Promise<AnyQuoteFeed>)
  | QuoteFeedConfig<E>;

/** The value of `PLATFORM_ID` during server-side rendering and prerendering. */
const SERVER = 'server';

/**
 * Provides one feed to an application, or to the routes that have it among their providers.
 *
 * The feed is made when it is first injected, and closed with its injector. On a server nothing is made, so that nothing connects
 * during rendering and prerendering: signals keep their first value.
 *
 * - A **function** is called in an injection context and returns a feed, or a promise of one:
 *   `() => import('./feed').then(({ createFeed }) => createFeed())` puts the feed's code into a chunk of its own.
 * - A **configuration** is that of `quoteFeed`, whose code is loaded as a chunk of its own. The venue's code is not part of it.
 * - A **feed** that is handed in stays open when the injector is destroyed. It belongs to its maker.
 *
 * If a promise rejects, Angular's `ErrorHandler` gets the error, and the state of the feed stays `connecting`.
 *
 * @example
 * ```ts
 * const providers = [provideQuoteFeed(() => quoteFeed({ venue }))];
 * ```
 *
 * @throws TypeError with code `RXQ_ARGUMENT` for a value of another type
 * @since 0.1.0
 */
export function provideQuoteFeed<E extends { readonly symbol: string }>(
  source: QuoteFeedSource<E>,
): EnvironmentProviders {
  if (typeof source !== 'function' && (typeof source !== 'object' || source === null)) {
    throw wrongType('provideQuoteFeed.source', source, 'pass a feed, a function that returns one, or { venue }');
  }
  const useFactory = (): Observable<AnyQuoteFeed> => (inject(PLATFORM_ID) === SERVER ? NEVER : openFeed(source));
  return makeEnvironmentProviders([{ provide: feedToken, useFactory }]);
}

function openFeed<E extends { readonly symbol: string }>(source: QuoteFeedSource<E>): Observable<AnyQuoteFeed> {
  if ('quotes' in source) return of(source);
  const errors = inject(ErrorHandler);
  const feed$ = new ReplaySubject<AnyQuoteFeed>(1);
  let isDestroyed = false;
  let opened: AnyQuoteFeed | undefined;
  inject(DestroyRef).onDestroy(() => {
    isDestroyed = true;
    void opened?.close();
  });
  const open = (feed: AnyQuoteFeed): void => {
    opened = feed;
    if (isDestroyed) void feed.close();
    else feed$.next(feed);
  };
  const made =
    typeof source === 'function' ? source() : import('../feed/quoteFeed.js').then(({ quoteFeed }) => quoteFeed(source));
  if ('then' in made) {
    made.then(open).catch((error: unknown) => {
      errors.handleError(error);
    });
  } else open(made);
  return feed$;
}
