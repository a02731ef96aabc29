import type { FeedDelays } from '../feed/diagnostics/delayMeter.js';
import type { DelayHistogram } from '../feed/diagnostics/histogram.js';
import type { ExposedValue } from './exposedMetric.js';

/** One histogram of a feed, as data. Prometheus' times are in seconds, those of `delays()` in ms. */
export interface FeedHistogram {
  /** Prometheus name; ends in `_seconds`. */
  readonly name: string;
  readonly help: string;
  /** Name of the label, for histograms with one. */
  readonly label?: string;
  /** The histogram, or one for each value of the label. */
  readonly read: (delays: FeedDelays) => DelayHistogram | Readonly<Record<string, DelayHistogram>>;
}

/**
 * Every histogram of a feed: where the time goes between the reading of a message and the end of its handling.
 *
 * @since 0.1.0
 */
export const feedHistograms: readonly FeedHistogram[] = [
  {
    name: 'rx_quotes_queue_wait_seconds',
    help: 'From reading a message to handing it out.',
    read: ({ queue }) => queue,
  },
  {
    name: 'rx_quotes_consumers_seconds',
    help: 'Time that all consumers together spent on a message in next.',
    read: ({ consumers }) => consumers,
  },
  {
    name: 'rx_quotes_consumer_seconds',
    label: 'consumer',
    help: 'Time that the subscriptions of one name spent on a message in next; of a sample of the messages.',
    read: ({ byConsumer }) => byConsumer,
  },
  {
    name: 'rx_quotes_arrival_seconds',
    label: 'place',
    help: 'From reading a message to where measureLatency stands.',
    read: ({ latencies }) => latencies,
  },
  {
    name: 'rx_quotes_loop_delay_seconds',
    help: 'Lateness of the event loop, without the time that consumers spent in next.',
    read: ({ loop }) => loop,
  },
];

function isHistogram(value: DelayHistogram | Readonly<Record<string, DelayHistogram>>): value is DelayHistogram {
  return typeof value.count === 'number';
}

/** A histogram of one feed as Prometheus has it: cumulative buckets, sum and count. */
export function histogramValues(
  { name, label, read }: FeedHistogram,
  feed: string,
  delays: FeedDelays,
): ExposedValue[] {
  const value = read(delays);
  const all = isHistogram(value) ? { '': value } : value;
  return Object.entries(all).flatMap(([key, { buckets, sum, count }]) => {
    const labels = label === undefined ? { feed } : { feed, [label]: key };
    return [
      ...buckets.map((bucket) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: bucket.le === Infinity ? '+Inf' : bucket.le / 1000 },
        value: bucket.count,
      })),
      { metricName: `${name}_sum`, labels, value: sum / 1000 },
      { metricName: `${name}_count`, labels, value: count },
    ];
  });
}
