import type { QueueSnapshot } from '../../operators/support/ledger.js';
import type { FeedStats, RelayState } from '../feed/diagnostics/stats.js';

/** One metric of a feed, as data: its name, its meaning, and how it is read. */
export interface FeedMetric {
  /** Prometheus name; counters end in `_total`. */
  readonly name: string;
  /** The type in the text format of Prometheus. */
  readonly type: 'counter' | 'gauge';
  /** The meaning, in a sentence. */
  readonly help: string;
  /** Name of the label, or names of the labels, for metrics with some. No metric has a label per symbol. */
  readonly label?: string | readonly string[];
  /** Returns the value; with labels, the values by the first label, then by the next. */
  readonly read: (stats: FeedStats) => MetricValue;
}

/** A number, or numbers by the values of a label. */
export type MetricValue = number | { readonly [label: string]: MetricValue };

/** Reads one number of each watched queue. */
function byQueue({ queues }: FeedStats, read: (queue: QueueSnapshot) => MetricValue): MetricValue {
  return Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, read(queue)]));
}

function countedBy(relays: readonly RelayState[]): MetricValue {
  const counts: Record<string, number> = {};
  for (const { state } of relays) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/**
 * Every metric of a feed. The feed keeps plain numbers, which are read at a scrape and cost no time in between.
 *
 * @since 0.1.0
 */
export const feedMetrics: readonly FeedMetric[] = [
  {
    name: 'rx_quotes_received_total',
    type: 'counter',
    help: 'Complete PUBLISH frames read on any connection.',
    read: (stats) => stats.received,
  },
  {
    name: 'rx_quotes_emitted_total',
    type: 'counter',
    help: 'Events emitted, each counted once for any number of subscribers.',
    read: (stats) => stats.emitted,
  },
  {
    name: 'rx_quotes_conflated_total',
    type: 'counter',
    help: 'Images replaced by a newer one of their topic while they waited.',
    read: (stats) => stats.conflated,
  },
  {
    name: 'rx_quotes_dropped_total',
    type: 'counter',
    label: 'reason',
    help: 'Events lost, by reason.',
    read: (stats) => stats.dropped,
  },
  {
    name: 'rx_quotes_rejected_total',
    type: 'counter',
    label: 'reason',
    help: 'Frames that could not be read, by reason.',
    read: (stats) => stats.rejected,
  },
  {
    name: 'rx_quotes_unclaimed_total',
    type: 'counter',
    help: 'Frames of topics without a subscriber.',
    read: (stats) => stats.unclaimed,
  },
  {
    name: 'rx_quotes_in_flight',
    type: 'gauge',
    help: 'Events that wait right now.',
    read: (stats) => stats.inFlight,
  },
  {
    name: 'rx_quotes_stage_in_flight',
    type: 'gauge',
    label: 'stage',
    help: 'Elements that wait right now, by stage: pending (promotion), decode, queue (their turn; one for control events among them).',
    read: ({ stages: { pending, decode, queue } }) => ({
      pending: pending.inFlight,
      decode: decode.inFlight,
      queue: queue.inFlight,
    }),
  },
  {
    name: 'rx_quotes_watched_in_flight',
    type: 'gauge',
    label: 'queue',
    help: 'Values that wait right now in a queue of yours, by the name that watch() was given.',
    read: (stats) => byQueue(stats, ({ inFlight }) => inFlight),
  },
  {
    name: 'rx_quotes_watched_dropped_total',
    type: 'counter',
    label: ['queue', 'reason'],
    help: 'Values lost by a queue of yours, by reason; unsubscribed, completed and errored are of streams that ended.',
    read: (stats) => byQueue(stats, ({ dropped }) => dropped),
  },
  {
    name: 'rx_quotes_watched_longest_wait_seconds',
    type: 'gauge',
    label: 'queue',
    help: 'The longest wait so far of a value that a queue of yours handed on.',
    read: (stats) => byQueue(stats, ({ longestWait }) => longestWait / 1000),
  },
  {
    name: 'rx_quotes_watched_oldest_wait_seconds',
    type: 'gauge',
    label: 'queue',
    help: 'How long the value first in line in a queue of yours has waited: it grows while the consumer hangs.',
    read: (stats) => byQueue(stats, ({ oldestWait }) => oldestWait / 1000),
  },
  {
    name: 'rx_quotes_restated_total',
    type: 'counter',
    help: 'Last images emitted again because their state or market changed.',
    read: (stats) => stats.reemitted,
  },
  {
    name: 'rx_quotes_gaps_total',
    type: 'counter',
    help: 'Gaps opened.',
    read: (stats) => stats.gaps,
  },
  {
    name: 'rx_quotes_silences_total',
    type: 'counter',
    label: 'scope',
    help: 'Times silence was reported: of a topic, a part of the feed (partial), a market, the feed; quiet is no fault.',
    read: (stats) => stats.silences,
  },
  {
    name: 'rx_quotes_callback_errors_total',
    type: 'counter',
    label: 'callback',
    help: 'Times a function of yours threw or returned an invalid value, by its name; the feed goes on without the value.',
    read: (stats) => stats.callbackErrors,
  },
  {
    name: 'rx_quotes_stalls_total',
    type: 'counter',
    help: 'Times the thread was blocked, or the machine slept, for so long that images are taken to have been missed.',
    read: (stats) => stats.stalls,
  },
  {
    name: 'rx_quotes_relay_lost_total',
    type: 'counter',
    help: 'Messages that a relay published and that did not arrive, by its counters; 0 without a relay.',
    read: ({ relays }) => relays?.lost ?? 0,
  },
  {
    name: 'rx_quotes_relays',
    type: 'gauge',
    label: 'state',
    help: 'Relays by their state: live, lost (the feed that it reads is lost), ended, silent (its status is overdue).',
    read: ({ relays }) => countedBy(relays?.states ?? []),
  },
  {
    name: 'rx_quotes_longest_stall_seconds',
    type: 'gauge',
    help: 'The longest stall since the feed was made.',
    read: (stats) => stats.longestStall / 1000,
  },
  {
    name: 'rx_quotes_connect_attempts_total',
    type: 'counter',
    help: 'Attempts to connect, the first included.',
    read: (stats) => stats.attempts,
  },
  {
    name: 'rx_quotes_reconnects_total',
    type: 'counter',
    label: 'cause',
    help: 'Live connections that ended and were followed by another, by cause: application (reconnect()), silence, wake, or the kind of failure.',
    read: (stats) => stats.reconnects,
  },
  {
    name: 'rx_quotes_connected',
    type: 'gauge',
    help: 'Whether the connection is live: 1, else 0.',
    read: (stats) => (stats.connected ? 1 : 0),
  },
  {
    name: 'rx_quotes_silent',
    type: 'gauge',
    help: 'Whether the feed is silent: no symbol sends although a market is open. 1 until data comes, also over reconnects, else 0.',
    read: (stats) => (stats.silent ? 1 : 0),
  },
  {
    name: 'rx_quotes_connection_epoch',
    type: 'gauge',
    help: 'Epoch of the last live connection; -1 before the first.',
    read: (stats) => stats.epoch ?? -1,
  },
  {
    name: 'rx_quotes_subscribers',
    type: 'gauge',
    help: 'Subscriptions of quotes(), updates(), priceInfos(), candles() and markets() right now.',
    read: (stats) => stats.subscribers,
  },
  {
    name: 'rx_quotes_consumer_ended_timestamp_seconds',
    type: 'gauge',
    label: 'consumer',
    help: 'Unix time at which a named subscription ended while it got a value, e.g. by an error that its own code threw.',
    read: ({ endedInNext }) => Object.fromEntries(Object.entries(endedInNext).map(([name, at]) => [name, at / 1000])),
  },
  {
    name: 'rx_quotes_topics',
    type: 'gauge',
    label: 'state',
    help: 'Quote topics in each state right now.',
    read: (stats) => stats.topics,
  },
  {
    name: 'rx_quotes_other_topics',
    type: 'gauge',
    label: 'state',
    help: 'Topics of other kinds that have a subscriber, in each state right now.',
    read: (stats) => stats.otherTopics,
  },
  {
    name: 'rx_quotes_wildcard_topics',
    type: 'gauge',
    help: 'Topics that came by a wildcard and have no subscriber by name, right now.',
    read: ({ wildcards }) => wildcards.present,
  },
  {
    name: 'rx_quotes_wildcard_room',
    type: 'gauge',
    help: 'How many topics wildcards may bring before they evict each other: half of capacity, less the topics by name.',
    read: ({ wildcards }) => wildcards.room,
  },
  {
    name: 'rx_quotes_evicted_topics_total',
    type: 'counter',
    help: 'Topics from wildcards that were forgotten to make room for others.',
    read: ({ wildcards }) => wildcards.evicted,
  },
];
