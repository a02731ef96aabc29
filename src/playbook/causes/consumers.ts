import type { FeedStats } from '../../feed/diagnostics/stats.js';
import type { Cause } from '../cause.js';
import type { Change } from '../window.js';
import { counted } from '../words.js';
import { rounded } from './delayed.js';

/** The span in which a consumer’s faults are counted, in ms. */
const span = 300_000;

/** Reasons of drops because a queue was full; the other reasons are for streams that ended. */
const overflows = ['capacity', 'key-evicted', 'control-capacity'] as const;

/** A value that a queue of yours holds for longer than this, in ms, is late. */
const lateAfter = 1_000;
/** The least number of measurements: a consumer that is late hands on few values. */
const fewest = 10;

/** The watched queues that lost values in a span because they were full, and how many. */
function overflowed({ queues }: FeedStats, change: Change): readonly (readonly [name: string, count: number])[] {
  return Object.keys(queues)
    .map((name) => {
      const dropped = change.counts((stats) => stats.queues[name]?.dropped ?? {});
      return [name, overflows.reduce((sum, reason) => sum + (dropped[reason] ?? 0), 0)] as const;
    })
    .filter(([, count]) => count > 0);
}

/** How the feed continues without the result of each callback. */
const without: Readonly<Record<string, string>> = {
  'calendar.at': 'calendar.at: the market counts as unknown meanwhile, and no quote is tradable by its answer',
  market: 'market: the market of such an event counts as unknown until the next status that can be read',
  marketOf: 'marketOf: symbols of an unnamed market are judged together',
  staleAfter: 'staleAfter: silence is judged by what was learned',
  decode: 'decode: a market whose event has an unknown state counts as unknown',
};

/** Faults of the code behind the feed. */
export const consumerCauses: readonly Cause[] = [
  {
    code: 'RXP_QUEUE_DROPS',
    chapter: 'consumers',
    severity: 'warning',
    title: 'A queue of yours was full',
    apart: 'The counters of the QueueStats that you passed to watch() show drops for capacity.',
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const lossy = overflowed(window.now.stats, change);
      if (lossy.length === 0) return undefined;
      const each = lossy.slice(0, 5).map(([name, count]) => `${name} ${String(count)}`);
      return {
        symptom: `queues of yours were full and lost values ${change.words}: ${each.join(', ')}`,
        names: lossy.map(([name]) => name),
        count: lossy.reduce((sum, [, count]) => sum + count, 0),
      };
    },
    fixes: [
      'give its operator a key: of each key the newest value then takes the place of the older one',
      'raise its capacity',
      'make the consumer behind it faster, or give it fewer symbols',
    ],
    alert: 'increase(rx_quotes_watched_dropped_total{reason=~"capacity|key-evicted|control-capacity"}[5m]) > 0',
    fault: 'a queue of capacity 1 before work that never ends',
  },
  {
    code: 'RXP_CONSUMER_BACKLOG',
    chapter: 'consumers',
    severity: 'warning',
    title: 'A consumer falls behind',
    apart:
      'A value waits in a watched queue for more than a second, or measureLatency() after a queue measures as much.',
    roots: ['RXP_QUEUE_DROPS'],
    over: 60_000,
    detect: (window) => {
      const { queues } = window.now.stats;
      const change = window.over(60_000);
      const waiting = Object.entries(queues)
        .filter(([, { oldestWait }]) => oldestWait > lateAfter)
        .map(([name, { oldestWait, inFlight }]) => ({
          name,
          text: `${name}: ${String(inFlight)} wait, the first for ${rounded(oldestWait)} ms`,
        }));
      const late = Object.keys(window.now.delays.latencies).flatMap((name) => {
        const { count, p99 } = change.times(({ latencies }) => latencies[name]);
        return count >= fewest && p99 > lateAfter
          ? [{ name, text: `${name}: one value in 100 is ${rounded(p99)} ms old` }]
          : [];
      });
      const all = [...waiting, ...late];
      return all.length === 0
        ? undefined
        : {
            symptom: `consumers fall behind: ${all
              .slice(0, 5)
              .map(({ text }) => text)
              .join('; ')}`,
            names: all.map(({ name }) => name),
          };
    },
    fixes: [
      'use observeOnBounded or concatMapBounded with a key, so that only the newest value of each symbol waits',
      'do less for each value, or several at once: bufferBounded',
      'replace concatMap by concatMapBounded: the queue of concatMap has no bound',
    ],
    alert: 'rx_quotes_watched_oldest_wait_seconds > 1',
    fault: 'asynchronous work that is slower than the messages',
  },
  {
    code: 'RXP_CONSUMER_ENDED',
    chapter: 'consumers',
    severity: 'warning',
    title: 'A consumer ended while it handled a message',
    apart:
      'A named subscription ended in its own next, and none of that name followed. An operator’s error ends a stream so, and takeWhile too.',
    over: span,
    detect: ({ now: { stats, at } }) => {
      const ended = Object.entries(stats.endedInNext).filter(([, endedAt]) => endedAt > at - span);
      const [first] = ended;
      return first === undefined
        ? undefined
        : {
            symptom: `subscriptions ended while they handled a message, and did not come back: ${ended.map(([name]) => name).join(', ')}`,
            names: ended.map(([name]) => name),
            since: Math.min(...ended.map(([, endedAt]) => endedAt)),
            last: Math.max(...ended.map(([, endedAt]) => endedAt)),
          };
    },
    fixes: [
      'look for the error in the subscriber’s error callback and in catchError: an error that an operator throws ends its stream',
      'put catchError inside the inner Observable, or retry() behind the operator, so that one message costs one message',
      'subscribe again by the same name; leave out the name of subscriptions that are meant to end',
    ],
    fault: 'a map that throws',
  },
  {
    code: 'RXP_CALLBACK_THROWS',
    chapter: 'consumers',
    severity: 'warning',
    title: 'A function of yours throws',
    apart: 'stats().callbackErrors counts it by its name. The feed goes on without its result.',
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const failed = change.counts(({ callbackErrors }) => callbackErrors);
      const names = Object.keys(failed);
      if (names.length === 0) return undefined;
      const { lastCallbackErrors } = window.now.stats;
      // The error's message may hold a secret; its name does not.
      const each = names.map(
        (name) => `${name} ${counted(failed[name] ?? 0, 'time')} (${lastCallbackErrors[name] ?? 'Error'})`,
      );
      return {
        symptom: `functions of yours throw, or return an invalid value, ${change.words}: ${each.join(', ')}`,
        names,
        count: Object.values(failed).reduce((sum, count) => sum + count, 0),
        fixes: [
          ...(names.length === 1 && names[0] === 'logger'
            ? []
            : [
                'give the feed a logger, and look there: each error of a callback is logged when it is new, with its message',
              ]),
          ...('logger' in failed ? ['repair the logger: its lines are lost, and no other output shows this'] : []),
          ...names.flatMap((name) => without[name] ?? []),
        ],
      };
    },
    fixes: ['repair the function'],
    alert: 'increase(rx_quotes_callback_errors_total[5m]) > 0',
    fault: 'a calendar that throws',
  },
];
