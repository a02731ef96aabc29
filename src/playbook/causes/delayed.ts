import type { Cause } from '../cause.js';
import { longPause } from '../processUse.js';
import type { Change, Window } from '../window.js';
import { counted } from '../words.js';

/** The span that delays are judged over, in ms. */
export const span = 60_000;

/** The least number of measurements for a statement about one in a hundred, and for one about a share. */
const fewest = 100;
const fewShares = 10;

/** Messages are late if one in a hundred waits for longer than this, in ms; the playbook calls this delayed. */
const lateAfter = 1_000;

/** A consumer is slow if it takes longer than this, in ms, for one message in a hundred: half of a slice (`maxSlice`). */
const slowAfter = 10;

/**
 * Other work blocks the thread if the lag timer, which runs while messages come, is later than this, in ms, once in a hundred times.
 * Once or twice is no habit: a process that starts is late, too.
 */
const blockedAfter = 50;
const fewLags = 20;
const fewLate = 3;

/** Garbage collection is a fault at this share of the time, or with this number of long pauses: one may come on any machine. */
const gcShare = 0.1;
const fewPauses = 3;

/** A part of messages that are replaced by newer ones, of at least `fewReceived`, that is worth a look. */
const conflatedShare = 0.2;
const fewReceived = 1_000;

export const rounded = (ms: number): string => String(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));
export const percent = (part: number): string => `${String(Math.round(100 * part))} %`;

/** The time that a consumer took of the thread in a span. */
export interface ConsumerUse {
  readonly name: string;
  /** 99 % of its calls took no longer, in ms. */
  readonly p99: number;
  /** Its calls that were measured. */
  readonly count: number;
  /** The part of the span that it took of the thread, estimated from the messages that were measured. */
  readonly share: number;
}

/** The consumers of a span, the one that took most first. */
export function consumersOf(window: Window, change: Change): readonly ConsumerUse[] {
  const measured = change.times(({ queue }) => queue).count;
  const emitted = change.count((stats) => stats.emitted);
  const scale = measured === 0 || change.ms === 0 ? 0 : emitted / measured / change.ms;
  return Object.keys(window.now.delays.byConsumer)
    .map((name) => {
      const { count, sum, p99 } = change.times(({ byConsumer }) => byConsumer[name]);
      return { name, p99, count, share: Math.min(1, sum * scale) };
    })
    .filter(({ count }) => count >= fewShares)
    .sort((one, other) => other.share - one.share);
}

function slowConsumers(window: Window): readonly ConsumerUse[] {
  return consumersOf(window, window.over(span)).filter(({ count, p99 }) => count >= fewest && p99 > slowAfter);
}

/** The time that garbage collection took in the span; `undefined` where it is not measured. */
function collections(
  change: Change,
): { readonly share: number; readonly long: number; readonly count: number } | undefined {
  return change.process((before, after) => {
    const ms = after.at - before.at;
    return {
      share: ms < 5_000 ? 0 : (after.gc.total - before.gc.total) / ms,
      long: after.gc.long - before.gc.long,
      count: after.gc.count - before.gc.count,
    };
  });
}

/** Causes of late messages. */
export const delayCauses: readonly Cause[] = [
  {
    code: 'RXP_SLOW_CONSUMER',
    chapter: 'delayed',
    severity: 'warning',
    title: 'A consumer takes long in next',
    apart: `The time in next of this subscription, by its name: more than ${String(slowAfter)} ms for one message in 100.`,
    over: span,
    detect: (window) => {
      const slow = slowConsumers(window);
      if (slow.length === 0) return undefined;
      const wait = window.over(span).times(({ queue }) => queue).p99;
      const late = wait > lateAfter ? `; one message in 100 waits for ${rounded(wait)} ms and more` : '';
      return {
        symptom: `consumers that take more than ${String(slowAfter)} ms of the thread for one message in 100, ${window.over(span).words}: ${slow
          .slice(0, 5)
          .map(({ name, p99, share }) => `${name} ${rounded(p99)} ms, ${percent(share)} of the thread`)
          .join('; ')}${late}`,
        names: slow.map(({ name }) => name),
      };
    },
    fixes: [
      'put observeOnBounded(ioScheduler, { capacity, key }) before it: the others then go first',
      'move its work to a worker: every consumer has the same thread',
      'profile it: node --cpu-prof',
    ],
    fault: 'a consumer that takes 20 ms for each message',
  },
  {
    code: 'RXP_GC_PAUSES',
    chapter: 'delayed',
    severity: 'warning',
    title: 'Garbage collection takes long',
    apart:
      'perf_hooks reports the collections of this process: their share of the time, and how many paused for 50 ms and more.',
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const gc = collections(change);
      return gc !== undefined && (gc.share >= gcShare || gc.long >= fewPauses)
        ? {
            symptom: `garbage collection made ${counted(gc.long, 'pause')} of ${String(longPause)} ms and more ${change.words}${gc.share > 0 ? `, and took ${percent(gc.share)} of the time` : ''}`,
            count: gc.count,
          }
        : undefined;
    },
    fixes: [
      'keep fewer objects: look for what allocates with node --heap-prof',
      'give young objects more room: node --max-semi-space-size=64',
      'raise the heap limit if it is near: node --max-old-space-size',
    ],
    fault: 'a process that makes objects without end',
  },
  {
    code: 'RXP_BUSY_THREAD',
    chapter: 'delayed',
    severity: 'warning',
    title: 'Other work blocks the thread',
    apart: 'A timer of the feed is late although no consumer was in next, and no garbage collection explains it.',
    roots: ['RXP_GC_PAUSES'],
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const { count, above } = change.times(({ loop }) => loop);
      const late = above(blockedAfter);
      return count >= fewLags && late >= Math.max(fewLate, count / 100)
        ? {
            symptom: `work outside the feed’s consumers blocks the thread: a timer was more than ${String(blockedAfter)} ms late, ${String(late)} of ${counted(count, 'time')}, ${change.words}`,
            count: late,
          }
        : undefined;
    },
    fixes: [
      'look for what else runs on the thread: large JSON, synchronous files, long promises; profile it: node --cpu-prof',
      'move it to a worker',
      'look with top for other processes that take the processor of this machine',
    ],
    probe: 'event-loop',
    fault: 'a timer that takes 180 ms of each 200',
  },
  {
    code: 'RXP_EVENTS_DELAYED',
    chapter: 'delayed',
    severity: 'warning',
    title: 'Messages come faster than they are handed out',
    apart: 'Messages wait for more than a second, and neither a consumer nor other work explains it.',
    roots: ['RXP_SLOW_CONSUMER', 'RXP_GC_PAUSES', 'RXP_BUSY_THREAD'],
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const { count, p99 } = change.times(({ queue }) => queue);
      return count >= fewest && p99 > lateAfter
        ? {
            symptom: `one message in 100 waits for ${rounded(p99)} ms and more before it is handed out, ${change.words}`,
          }
        : undefined;
    },
    fixes: ['subscribe to fewer symbols', 'split the symbols between processes'],
    alert: 'histogram_quantile(0.99, sum by (feed, le) (rate(rx_quotes_queue_wait_seconds_bucket[1m]))) > 1',
    fault: 'more messages at once than are handed out in a second',
  },
  {
    code: 'RXP_CONFLATED',
    chapter: 'delayed',
    severity: 'warning',
    title: 'Many images are replaced while they wait',
    apart:
      'Images come faster than they are handed out. The newest one of each symbol is always handed out, so no price is wrong.',
    roots: ['RXP_SLOW_CONSUMER', 'RXP_GC_PAUSES', 'RXP_BUSY_THREAD', 'RXP_EVENTS_DELAYED'],
    over: span,
    detect: (window) => {
      const change = window.over(span);
      const [conflated, received] = [change.count((stats) => stats.conflated), change.count((stats) => stats.received)];
      return received >= fewReceived && conflated >= conflatedShare * received
        ? {
            symptom: `${percent(conflated / received)} of the images were replaced by a newer one while they waited, ${change.words}`,
            count: conflated,
          }
        : undefined;
    },
    fixes: [
      'this is no loss if you need the newest price alone',
      'make consumers faster, or subscribe to fewer symbols',
    ],
    alert: 'rate(rx_quotes_conflated_total[1m]) > 0.2 * rate(rx_quotes_received_total[1m])',
    fault: 'images that come faster than they are handed out',
  },
];
