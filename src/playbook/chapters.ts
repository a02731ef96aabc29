/** A chapter of the playbook: a symptom that a user sees. */
export type Chapter =
  | 'connection'
  | 'reconnects'
  | 'no-events'
  | 'delayed'
  | 'dropped'
  | 'feed-stale'
  | 'symbol-stale'
  | 'not-tradable'
  | 'consumers'
  | 'cpu'
  | 'memory'
  | 'expiry';

/** The texts of a chapter in docs/playbook.md. */
export interface ChapterText {
  /** The symptom in the words of a user. */
  readonly title: string;
  /** Where the symptom shows. */
  readonly looks: string;
  /** How a user sees that it is cured. */
  readonly cured: string;
}

/** The chapters in the order of docs/playbook.md. */
export const chapters: Readonly<Record<Chapter, ChapterText>> = {
  connection: {
    title: 'MQTT won’t connect',
    looks: '`state$` is `connecting`, `waiting` or `rejected`, and `rx_quotes_connected` (`mqtt_connected`) is 0.',
    cured: '`state$` is `live` and `rx_quotes_connected` is 1. The finding clears with the first live connection.',
  },
  reconnects: {
    title: 'Frequent reconnects',
    looks:
      '`rx_quotes_reconnects_total` (`mqtt_reconnect_total`) and `rx_quotes_connection_epoch` (`connection_epoch`) rise again and again.',
    cured: 'The epoch stays the same. The finding clears when the last ten minutes have fewer than three losses.',
  },
  'no-events': {
    title: 'No events received',
    looks:
      'The connection is live, and `rx_quotes_emitted_total` (`dispatcher_events_received_total`) does not rise for some or all symbols.',
    cured: 'The symbols turn `live` in `symbols()`. The finding clears with their first image.',
  },
  delayed: {
    title: 'Events delayed',
    looks: '`delays()` and the histograms in `/metrics` show long waits, and `receivedAt` of a quote is long ago.',
    cured: 'The 99th percentile in the last minute is short again. The finding clears within that minute.',
  },
  dropped: {
    title: 'Events dropped (overflow)',
    looks: '`rx_quotes_dropped_total` (`dispatcher_overflow_total`) or `rx_quotes_conflated_total` rises.',
    cured: 'The counters stay the same. The finding clears when its window has no further drop.',
  },
  'feed-stale': {
    title: 'False “feed stale” alerts',
    looks:
      'Alerts say that the feed is stale, or `rx_quotes_silent` is 1 (`feed_global_alive` is 0), and you think that it is well.',
    cured: '`state$` is `live` without `silentSince`. The finding clears with the next quote or price info.',
  },
  'symbol-stale': {
    title: 'Symbol incorrectly marked stale',
    looks: 'A symbol is `stale` or `suspect`, and you think that its price is good.',
    cured: 'The symbol is `live` or `quiet` in `symbols()`. The finding clears with its next image.',
  },
  'not-tradable': {
    title: 'Nothing is tradable',
    looks: 'Quotes come, and `filter(isTradable)` lets none through.',
    cured: '`isTradable` lets quotes through again. The finding clears at the same moment.',
  },
  consumers: {
    title: 'A consumer fails or falls behind',
    looks: 'The feed is well, and one of its consumers is late, loses values or has stopped.',
    cured:
      'The counters of the consumer’s queue stay the same. The finding clears when its window has no further fault.',
  },
  cpu: {
    title: 'High CPU usage',
    looks: 'The process uses a core, and its event loop is busy for most of the time.',
    cured: 'The event loop’s use in the last minute is below the limit of the finding.',
  },
  memory: {
    title: 'High memory usage',
    looks: 'The heap grows, or the process is near its limit or was ended by the system.',
    cured: 'The heap after garbage collection stays the same.',
  },
  expiry: {
    title: 'A token or certificate is about to end',
    looks: 'Nothing shows it until the connection is refused.',
    cured: '`rx-quotes doctor` shows the new date.',
  },
};
