import { InjectionToken, type Injector } from '@angular/core';
import type { Observable } from 'rxjs';
import type { QuoteFeed } from '../feed/feedTypes.js';

/** The token of an injector's feed, which comes when it is made, and never on a server. */
export const feedToken: InjectionToken<Observable<unknown>> = new InjectionToken('the feed of provideQuoteFeed()');

/**
 * The feed that is provided to an injector.
 *
 * @throws Error NG0201 when none is provided
 */
export function feedOf<E>(injector: Injector): Observable<QuoteFeed<E>> {
  return injector.get(feedToken) as Observable<QuoteFeed<E>>;
}
