import type { FeedMetric } from './catalogue.js';

/** Reasons of drops because a queue was full; the other reasons are for events that no subscriber waited for. */
const overflows = ['capacity', 'key-evicted', 'control-capacity', 'evicted'] as const;

/**
 * The names that failure playbooks of older feed adapters use in alerts, each with its meaning here. They are exposed
 * beside the feed's own names, so that existing dashboards and alerts continue to work.
 *
 * @since 0.1.0
 */
export const playbookAliases: readonly FeedMetric[] = [
  {
    name: 'mqtt_connected',
    type: 'gauge',
    help: 'Whether the MQTT connection is live, every wanted topic answered: 1, else 0. As rx_quotes_connected.',
    read: (stats) => (stats.connected ? 1 : 0),
  },
  {
    name: 'mqtt_reconnect_total',
    type: 'counter',
    help: 'Attempts to connect after the first, whether or not they got through. rx_quotes_connect_attempts_total without the first.',
    read: (stats) => Math.max(0, stats.attempts - 1),
  },
  {
    name: 'connection_epoch',
    type: 'gauge',
    help: 'Epoch of the last live connection, from 0; -1 before the first. As rx_quotes_connection_epoch.',
    read: (stats) => stats.epoch ?? -1,
  },
  {
    name: 'feed_global_alive',
    type: 'gauge',
    help: 'Whether the connection is live and at least one symbol has an image that can be trusted (state live or quiet): 1, else 0.',
    read: ({ connected, topics }) => (connected && topics.live + topics.quiet > 0 ? 1 : 0),
  },
  {
    name: 'dispatcher_events_received_total',
    type: 'counter',
    help: 'Messages read, without those that could not be decoded.',
    read: ({ received, rejected }) => Object.values(rejected).reduce((left, count) => left - count, received),
  },
  {
    name: 'dispatcher_queue_depth',
    type: 'gauge',
    help: 'Events that wait right now. As rx_quotes_in_flight.',
    read: (stats) => stats.inFlight,
  },
  {
    name: 'dispatcher_overflow_total',
    type: 'counter',
    help: 'Events lost because a queue was full. An image replaced by a newer one of its topic is not lost.',
    read: ({ dropped }) => overflows.reduce((total, reason) => total + (dropped[reason] ?? 0), 0),
  },
];
