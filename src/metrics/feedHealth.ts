import type { ObservedValueOf } from 'rxjs';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { MeasuredFeed } from './exposition.js';

/** A feed whose health can be read. */
export type WatchedFeed = MeasuredFeed & Pick<QuoteFeed, 'subscriptions$'>;

type State = ObservedValueOf<MeasuredFeed['state$']>;
type Reason = Extract<State, { readonly status: 'rejected' }>['reason'];

/** The part of the answers of `/health` and `/ready` that is about one feed. */
export interface FeedHealth {
  /** Whether there is no problem that needs action; `/health` answers 200 if so, else 503. */
  readonly ok: boolean;
  /** Whether the feed is idle, or live with every wanted topic answered; `/ready` answers 200 if so. */
  readonly ready: boolean;
  readonly status: State['status'];
  /** Left out before the first connection is live. */
  readonly epoch?: number;
  /** When the status began, as ISO 8601 in UTC. */
  readonly since: string;
  /** The reasons why it is not ok. */
  readonly problems: readonly string[];
  /** Problems of some symbols only. */
  readonly warnings: readonly string[];
  /** Symbols in each state. */
  readonly symbols: FeedStats['topics'];
}

/** Follows a feed's state, and gives its health at any time. */
export interface HealthWatch {
  read(): FeedHealth;
  stop(): void;
}

function described({ message, code }: Reason): string {
  return `${message} (${code})`;
}

/** Why there is no connection although one is wanted; `failure` ended the last one. */
function disconnected(state: State, failure: Reason | undefined): string[] {
  switch (state.status) {
    case 'waiting':
      return [
        state.reason === undefined
          ? 'not connected: the limit on connects in a minute is reached'
          : `not connected: ${described(state.reason)}`,
      ];
    case 'rejected':
      return [`rejected: ${described(state.reason)}; tried again at ${new Date(state.retryAt).toISOString()}`];
    case 'connecting':
      return failure === undefined ? [] : [`not connected, attempt ${state.attempt + 1}: ${described(failure)}`];
    case 'silent':
      return state.why === 'no-data' ? [] : ['connected, but the peer does not answer'];
    case 'closed':
      return ['closed'];
    case 'idle':
    case 'live':
      return [];
  }
}

/** A silent feed stays one while its connection is replaced. */
function silent({ silentSince }: State): string[] {
  return silentSince === undefined
    ? []
    : [`no symbol sends although a market is open, since ${new Date(silentSince).toISOString()}`];
}

/** A connection over which nothing comes is no health, however live it is. */
function untrusted({ connected, topics }: FeedStats): string[] {
  return connected && topics.live + topics.quiet === 0 && topics.stale > 0
    ? ['connected, and no symbol has a price that can be trusted']
    : [];
}

function doubts(state: State, { topics: { suspect, stale } }: FeedStats): string[] {
  const refused = state.status === 'live' ? state.ledger.refused : [];
  const names = refused.slice(0, 5).join(', ');
  return [
    ...(refused.length > 0 ? [`${refused.length} topics refused: ${names}${refused.length > 5 ? ', …' : ''}`] : []),
    ...(suspect > 0 ? [`${suspect} symbols suspect`] : []),
    ...(stale > 0 ? [`${stale} symbols stale`] : []),
  ];
}

/** Whether every wanted topic is answered; a topic that was added to a live connection may not be answered yet. */
function allAnswered(feed: WatchedFeed): boolean {
  let pending = 0;
  // The value that is emitted synchronously is the present one.
  feed.subscriptions$
    .subscribe((topics) => {
      for (const { status } of topics.values()) if (status === 'wanted' || status === 'sent') pending += 1;
    })
    .unsubscribe();
  return pending === 0;
}

/** Starts to follow a feed. */
export function watchHealth(feed: WatchedFeed): HealthWatch {
  let state: State | undefined;
  let failure: Reason | undefined;
  const states = feed.state$.subscribe((next) => {
    state = next;
    if (next.status === 'waiting' || next.status === 'rejected') failure = next.reason ?? failure;
    else if (next.status !== 'connecting') failure = undefined;
  });
  return {
    read: () => {
      if (state === undefined) throw new Error('the feed has no state');
      const stats = feed.stats();
      const problems = [...silent(state), ...disconnected(state, failure), ...untrusted(stats)];
      return {
        ok: problems.length === 0,
        ready: state.status === 'idle' || (state.status === 'live' && allAnswered(feed)),
        status: state.status,
        ...(state.epoch === undefined ? {} : { epoch: state.epoch }),
        since: new Date(state.since).toISOString(),
        problems,
        warnings: doubts(state, stats),
        symbols: stats.topics,
      };
    },
    stop: () => {
      states.unsubscribe();
    },
  };
}
