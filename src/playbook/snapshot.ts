import type { FeedDelays } from '../feed/diagnostics/delayMeter.js';
import type { FeedJournal } from '../feed/diagnostics/journal.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { QuoteFeed, SymbolState } from '../feed/feedTypes.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import { processUse, type ProcessUse } from './processUse.js';

/** The part of a feed that findings are made from. */
export type ObservedFeed = Pick<QuoteFeed, 'state$' | 'stats' | 'delays' | 'symbols' | 'journal' | 'explain'> & {
  last(symbol: string): object | undefined;
};

/** The numbers of a feed and its process at one moment: all that is kept of the past. */
export interface Sample {
  /** Wall time in ms since the Unix epoch. */
  readonly at: number;
  readonly stats: FeedStats;
  readonly delays: FeedDelays;
  /** Left out where the process can't be measured, e.g. in a browser. */
  readonly process?: ProcessUse;
}

/** A feed at this moment. */
export interface Snapshot extends Sample {
  readonly state: ConnectionState;
  readonly symbols: readonly SymbolState[];
  readonly journal: FeedJournal;
  readonly explain: QuoteFeed['explain'];
  readonly last: (symbol: string) => object | undefined;
}

/** Reads a feed. Opens nothing and leaves nothing behind. */
export function takeSnapshot(feed: ObservedFeed, at: number): Snapshot | undefined {
  let state: ConnectionState | undefined;
  // The value that is emitted synchronously is the present one.
  feed.state$
    .subscribe((current) => {
      state = current;
    })
    .unsubscribe();
  if (state === undefined) return undefined;
  const used = processUse();
  return {
    at,
    state,
    stats: feed.stats(),
    delays: feed.delays(),
    symbols: feed.symbols(),
    journal: feed.journal(),
    explain: (symbol) => readable(() => feed.explain(symbol)) ?? [],
    last: (symbol) => readable(() => feed.last(symbol)),
    ...(used === undefined ? {} : { process: used }),
  };
}

/** A wildcard brings symbols with names that the feed's own methods refuse, e.g. of more than 64 bytes: of those nothing is read. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
