import { isObservable } from 'rxjs';
import { wrongType } from '../../operators/support/argument.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import { type Store, storeOf } from './store.js';

/**
 * A store of the state of a feed's connection, for a banner: `describe(store.getSnapshot())`.
 *
 * A listener does not open the connection: only subscribers of quotes do. Without a listener, and on a server, the state is `idle`.
 *
 * @example
 * ```ts
 * const state = createStateStore(feed);
 * const leave = state.subscribe(() => log(describe(state.getSnapshot())));
 * leave();
 * ```
 *
 * @throws TypeError with code `RXQ_ARGUMENT` for a value that is no feed
 * @since 0.1.0
 */
export function createStateStore(feed: Pick<QuoteFeed, 'state$'>): Store<ConnectionState> {
  if (!isObservable((feed as Partial<typeof feed> | undefined)?.state$)) {
    throw wrongType('createStateStore.feed', feed, 'pass a feed');
  }
  return storeOf(feed.state$, { status: 'idle', since: 0 });
}
