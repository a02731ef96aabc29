import type { Cause } from '../cause.js';
import { counted } from '../words.js';
import { capacityFor, isOutOfRoom } from '../sizing.js';

/** The span in which losses are counted, in ms. */
const span = 300_000;

/** Causes of lost events in the feed itself. */
export const droppedCauses: readonly Cause[] = [
  {
    code: 'RXP_TOPICS_EVICTED',
    chapter: 'dropped',
    severity: 'warning',
    title: 'A wildcard brings more topics than there is room for',
    apart: 'Topics make room for others again and again. rx_quotes_evicted_topics_total rises.',
    over: span,
    detect: (window) => {
      const { stats } = window.now;
      const change = window.over(span);
      const evicted = change.count(({ wildcards }) => wildcards.evicted);
      if (evicted === 0 || !isOutOfRoom(stats)) return undefined;
      const capacity = `capacity: ${String(capacityFor(stats))}`;
      return {
        symptom: `wildcards bring more topics than the ${String(stats.wildcards.room)} there is room for: a topic made room for another ${counted(evicted, 'time')} ${change.words}, and each is suspect until its next image`,
        count: evicted,
        fixes: [
          `pass quoteFeed({ ${capacity} }), or call tune({ ${capacity} }) while the feed runs; a topic takes about 5 kB of memory`,
          'subscribe to the symbols that you need by name, or to a narrower wildcard',
        ],
      };
    },
    fixes: ['raise capacity to at least four times the number of topics'],
    alert: 'increase(rx_quotes_evicted_topics_total[5m]) > 0',
    fault: 'a wildcard with more topics than half of the capacity',
  },
  {
    code: 'RXP_EVENTS_DROPPED',
    chapter: 'dropped',
    severity: 'warning',
    title: 'The feed’s queue was full',
    apart:
      'Events were lost for key-evicted or control-capacity. The other reasons are no loss: nobody waited, or newer ones came.',
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const { 'key-evicted': evicted = 0, 'control-capacity': control = 0 } = change.counts(({ dropped }) => dropped);
      return evicted + control === 0
        ? undefined
        : {
            symptom: `events lost because the queue was full: ${String(evicted + control)} ${change.words}`,
            count: evicted + control,
          };
    },
    fixes: [
      'raise capacity with tune({ capacity }): sizing(feed) says to what',
      'subscribe to fewer symbols',
      'move slow work off the thread',
    ],
    alert: 'increase(rx_quotes_dropped_total{reason=~"key-evicted|control-capacity"}[5m]) > 0',
    fault: 'more topics at once than the queue holds',
  },
  {
    code: 'RXP_STALLED',
    chapter: 'dropped',
    severity: 'warning',
    title: 'Nothing was read for a while',
    apart:
      'The thread was blocked for longer than stallThreshold, so a broker may have dropped messages. The gap has the cause stall.',
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const stalls = change.count((stats) => stats.stalls);
      return stalls === 0
        ? undefined
        : {
            symptom: `reading paused ${counted(stalls, 'time')} ${change.words}, because the thread was blocked or the machine slept: messages that came meanwhile may be lost; the longest time since the feed was made is ${String(Math.round(window.now.stats.longestStall))} ms`,
            count: stalls,
          };
    },
    fixes: [
      'see in delays() whether it was a consumer or something else',
      'move work of more than some 10 ms to a worker',
      'raise stallThreshold if the broker is known to hold messages back for a slow reader',
    ],
    alert: 'increase(rx_quotes_stalls_total[5m]) > 0',
    fault: 'a thread that is blocked for three seconds',
  },
];
