import { filter, map, merge, type Observable, of, share, Subject, takeUntil, tap, defer, from } from 'rxjs';
import type { FeedUpdate, Quote, Tagged } from '../events.js';
import type { FeedSettings } from '../feed/feedConfig.js';
import type { AtDepth, QuoteFeed, QuoteOptions } from '../feed/feedTypes.js';
import { isQuote } from '../feed/hub.js';
import type { FeedStats } from '../feed/stats.js';
import { topOfBook } from '../feed/topOfBook.js';
import type { ConnectionState } from '../mqtt/connectionState.js';

/** What a fake feed says. */
export interface FakeFeedConfig {
  /** The updates to hand out, e.g. a `hot()` diagram of `quoteMarbles`; gaps and statuses may be among them. */
  readonly quotes: Observable<FeedUpdate<Quote>>;
  /** The connection's states. @defaultValue live, for ever */
  readonly state$?: Observable<ConnectionState>;
}

/** A feed for tests of what is built on one, with a record of what was asked of it. */
export interface FakeFeed extends QuoteFeed<Quote> {
  /** The arguments of every `reconnect()`, in order. */
  readonly reconnects: readonly { readonly renew?: boolean }[];
  /** The arguments of every `tune()`, in order. */
  readonly tunings: readonly FeedSettings[];
}
