import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { Finding } from '../../playbook/findings.js';
import type { ServedFeed, WatchedFeed } from './watchedFeed.js';

/** The part of the answers of `/health` and `/ready` that is about one feed. */
export interface FeedHealth {
  /** Whether no critical finding stands; `/health` answers 200 if so, else 503. */
  readonly ok: boolean;
  /** Whether the feed is idle, or live with every wanted topic answered; `/ready` answers 200 if so. */
  readonly ready: boolean;
  readonly status: ConnectionState['status'];
  /** Left out before the first connection is live. */
  readonly epoch?: number;
  /** Wall time in ms at which the status began. */
  readonly since: number;
  /** Symbols in each state. */
  readonly symbols: FeedStats['topics'];
  readonly findings: readonly Finding[];
}

/** Reads a feed's health. */
export function feedHealth(watched: WatchedFeed): FeedHealth {
  const { feed } = watched;
  const { status, epoch, since } = stateOf(feed);
  const found = watched.findings();
  return {
    ok: found.every(({ severity }) => severity !== 'critical'),
    ready: status === 'idle' || (status === 'live' && allAnswered(feed)),
    status,
    ...(epoch === undefined ? {} : { epoch }),
    since,
    symbols: feed.stats().topics,
    findings: found,
  };
}

/** The present state, which is emitted synchronously. */
function stateOf(feed: ServedFeed): ConnectionState {
  let state: ConnectionState | undefined;
  feed.state$
    .subscribe((present) => {
      state = present;
    })
    .unsubscribe();
  if (state === undefined) throw new Error('the feed has no state');
  return state;
}

/** Whether every wanted topic is answered; a topic that was added to a live connection may not be answered yet. */
function allAnswered(feed: ServedFeed): boolean {
  let pending = 0;
  // The value that is emitted synchronously is the present one.
  feed.subscriptions$
    .subscribe((topics) => {
      for (const { status } of topics.values()) if (status === 'wanted' || status === 'sent') pending += 1;
    })
    .unsubscribe();
  return pending === 0;
}
