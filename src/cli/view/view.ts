import type { Subscription } from 'rxjs';
import type { JsonQuote } from '../../jsonQuote.js';
import type { FeedUpdate } from '../../model/quote.js';
import type { QuoteFeed } from '../../feed/feedTypes.js';
import type { Logger } from '../../feed/diagnostics/logger.js';
import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { Advice } from './advice.js';

/** An update of which the best bid and ask are shown. A decoder of the user's may leave out the volumes. */
export type ShownUpdate = FeedUpdate<JsonQuote>;

/** A feed's counts at its end. */
export type Summary = FeedStats & { readonly conserved: boolean };

/** The parts of a feed that a view reads besides its updates. */
export type Watchable = Pick<QuoteFeed, 'state$' | 'stats'>;

/** A way to show a feed. */
export interface View {
  /** Gets the log lines about the connection. */
  readonly logger: Logger;
  /** Shows updates until the subscription ends, and then restores the terminal. */
  follow(feed: Watchable): Subscription;
  show(update: ShownUpdate): void;
  /** Shows the present problems with their remedies; called again while they stand, and with an empty list after that. */
  advise(present: readonly Advice[]): void;
  /** Shows the counts of all messages, after the end. */
  conclude(summary: Summary): void;
}
