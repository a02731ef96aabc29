import type { QueueSnapshot } from '../../../operators/support/ledger.js';
import type { DataState } from '../../model/state.js';

/** Counts the outcomes of every PUBLISH of a feed, and further numbers of the feed. Counters never go down. */
export interface FeedStats {
  /** Complete PUBLISH frames read on any connection. */
  readonly received: number;
  /** Events that were emitted, counted once for any number of subscribers, and notices of the venue that were read. */
  readonly emitted: number;
  /** Images replaced by a newer one of their topic and epoch while they waited. */
  readonly conflated: number;
  /**
   * Events lost, by reason: `key-evicted` (more topics than `capacity`), `control-capacity`, `evicted` (their topic
   * made room for another while they waited; see `wildcards`), `superseded` (of an older epoch), `overlap` (a retained
   * copy for a topic that already has a newer image), `unpromoted` (read by a connection that never became live),
   * `unsubscribed` (the last subscriber left).
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** Frames that could not be read, by reason; see `onReject`. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Frames of topics without a subscriber. */
  readonly unclaimed: number;
  /** Events that wait right now: for promotion, in the decoder, in the queue. A gauge. */
  readonly inFlight: number;
  /**
   * The counters of each stage: `pending` (messages that wait for promotion), `decode`, `queue` (events that wait for
   * delivery; an element that stands for the feed's own control events counts, too).
   */
  readonly stages: Readonly<Record<'pending' | 'decode' | 'queue', QueueSnapshot>>;
  /** Times a last image was emitted again because its state or market changed. */
  readonly reemitted: number;
  /** Gaps opened. */
  readonly gaps: number;
  /** Times the thread was blocked, or the machine slept, for longer than `stallThreshold` while the link was live. */
  readonly stalls: number;
  /** The longest of these stalls, in ms; 0 when there was none. */
  readonly longestStall: number;
  /**
   * How often silence was reported, by scope: a `topic`, a part of the feed (`partial`), a `market`, the whole `feed`;
   * and how often a topic was `quiet`, which is no fault.
   */
  readonly silences: Readonly<Record<'topic' | 'quiet' | 'partial' | 'market' | 'feed', number>>;
  /**
   * How often a function of yours threw, or returned an invalid value, by its name: `calendar.at`, `market`,
   * `marketOf`, `staleAfter`, `onReject`, `logger`, and `decode` for a market's event with an invalid state. Each new
   * error is logged, at most 16 for one function; the feed goes on without the value.
   */
  readonly callbackErrors: Readonly<Record<string, number>>;
  /** The name of the last such error of each function, e.g. `RangeError`. Messages are left out: they may hold a secret. */
  readonly lastCallbackErrors: Readonly<Record<string, string>>;
  /**
   * The counters of your own queues, by the names that you passed to `watch()`: backlog, drops by reason, waits. All
   * other counts exclude them.
   */
  readonly queues: Readonly<Record<string, QueueSnapshot>>;
  /** Attempts to connect, the first included. */
  readonly attempts: number;
  /**
   * How often a live connection ended and another followed, by cause: `application` (it called `reconnect()`), `silence` (the feed
   * was silent), `wake` (nothing came after a sleep of the machine), or the kind of failure, e.g. `network`.
   */
  readonly reconnects: Readonly<Record<string, number>>;
  /** Whether the connection is live right now. */
  readonly connected: boolean;
  /** Whether the feed is silent: no symbol sends although a market is open. It stays so over later connections until data comes. */
  readonly silent: boolean;
  /** Epoch of the last live connection; left out before the first. */
  readonly epoch?: number;
  /** Subscriptions of `quotes()`, `updates()`, `priceInfos()`, `candles()` and `markets()` right now. A gauge. */
  readonly subscribers: number;
  /**
   * Named subscriptions that ended while they got a value, with the wall time in ms: an error that an operator threw ends a stream
   * so, and `takeWhile` too. Left out are those that lived less than 10 s, and names that are subscribed again.
   */
  readonly endedInNext: Readonly<Record<string, number>>;
  /** Quote topics in each state right now. A gauge. */
  readonly topics: Readonly<Record<DataState, number>>;
  /** Topics of other kinds that have a subscriber, in each state right now. A gauge. */
  readonly otherTopics: Readonly<Record<DataState, number>>;
  /** Topics that wildcards brought, and how many of them were evicted for lack of room. */
  readonly wildcards: {
    /** Topics that came by a wildcard and are not subscribed to by name. A gauge. */
    readonly present: number;
    /**
     * How many of them there may be: half of `capacity`, less the topics that are subscribed to by name; at least 1. A gauge.
     */
    readonly room: number;
    /** Times the topic with the oldest image was forgotten to make room for another. */
    readonly evicted: number;
  };
  /** Left out for a venue that carries no quotes of another feed. */
  readonly relays?: {
    /** Messages that a relay published and that did not arrive here, by the relay's counters. All other counts exclude them. */
    readonly lost: number;
    /** The last status of each relay on this connection. */
    readonly states: readonly {
      /** Its name among the relays that share the symbols. */
      readonly relay: string;
      /** Its run: a number that is new at each start. */
      readonly run: number;
      /** `live`; `lost`: the feed that it reads is lost; `ended`; `silent`: its status is overdue. */
      readonly state: 'live' | 'lost' | 'ended' | 'silent';
      /** The connection epoch of the feed that it reads. */
      readonly epoch: number;
      /** Why the feed that it reads is lost; left out otherwise. */
      readonly reason?: string;
    }[];
  };
}

/** The last status of a relay. */
export type RelayState = NonNullable<FeedStats['relays']>['states'][number];

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Whether every PUBLISH is accounted for: received = emitted + conflated + dropped + rejected + unclaimed + in flight. */
export function isConserved(stats: FeedStats): boolean {
  const { received, emitted, conflated, dropped, rejected, unclaimed, inFlight } = stats;
  return received === emitted + conflated + sum(dropped) + sum(rejected) + unclaimed + inFlight;
}

/** Adds up counts by reason; leaves out reasons whose sum is 0. */
export function addCounts(...all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of all) {
    for (const reason in counts) {
      const count = counts[reason] ?? 0;
      if (count > 0) total[reason] = (total[reason] ?? 0) + count;
    }
  }
  return total;
}
