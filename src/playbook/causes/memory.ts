import type { Cause } from '../cause.js';
import type { Window } from '../window.js';
import { counted } from '../words.js';
import { percent } from './delayed.js';

/** The heap is nearly full at this part of its limit. */
const nearLimit = 0.85;
/** Growth of the heap after garbage collection that is a finding: in bytes, and as a part, over at least `growthSpan` ms. */
const growth = 32 * 1024 * 1024;
const growthPart = 0.2;
const growthSpan = 240_000;
/** Bytes that a topic takes with its image and what was learned of it (docs/limits.md). */
const topicBytes = 5_000;
/** The feed's own data is a finding at this part of the heap's limit. */
const ownPart = 0.25;

const megabytes = (bytes: number): string => `${String(Math.round(bytes / 1024 / 1024))} MB`;

/** An estimate of the bytes that the feed itself holds, and of what. */
function own({ now: { stats } }: Window): { readonly bytes: number; readonly text: string } {
  const topics = [...Object.values(stats.topics), ...Object.values(stats.otherTopics)].reduce((sum, n) => sum + n, 0);
  const waiting = stats.inFlight + Object.values(stats.queues).reduce((sum, { inFlight }) => sum + inFlight, 0);
  const bytes = (topics + waiting) * topicBytes;
  return {
    bytes,
    text: `${counted(topics, 'topic')} and ${String(waiting)} waiting values, about ${megabytes(bytes)}`,
  };
}

/** By how much the heap after garbage collection grew, if it grew in each third of the span. */
function grown(window: Window): { readonly from: number; readonly to: number; readonly ms: number } | undefined {
  const series = window
    .series(300_000)
    .flatMap(({ process }) =>
      process?.heapAfterGc === undefined ? [] : [{ at: process.at, full: process.gc.full, heap: process.heapAfterGc }],
    );
  const [first, last] = [series[0], series.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const ms = last.at - first.at;
  const thirds = [0, 1, 2].map((third) => {
    const part = series.filter(
      ({ at }) => at >= first.at + (third * ms) / 3 && at <= first.at + ((third + 1) * ms) / 3,
    );
    return { least: Math.min(...part.map(({ heap }) => heap)), full: part.at(-1)?.full ?? 0 };
  });
  const isRising = thirds.every(
    ({ least, full }, index) =>
      index === 0 || (least > (thirds[index - 1]?.least ?? 0) && full > (thirds[index - 1]?.full ?? 0)),
  );
  const rise = last.heap - first.heap;
  return ms >= growthSpan && isRising && rise >= growth && rise >= growthPart * first.heap
    ? { from: first.heap, to: last.heap, ms }
    : undefined;
}

/** Causes of a large heap. */
export const memoryCauses: readonly Cause[] = [
  {
    code: 'RXP_OWN_MEMORY',
    chapter: 'memory',
    severity: 'warning',
    title: 'The feed itself holds much',
    apart: 'The number of topics and waiting values explains a quarter of the heap’s limit.',
    over: 0,
    detect: (window) => {
      const { process } = window.now;
      const { bytes, text } = own(window);
      return process !== undefined && bytes >= ownPart * process.heapLimit
        ? { symptom: `the feed holds ${text}, of a heap that may have ${megabytes(process.heapLimit)}` }
        : undefined;
    },
    fixes: [
      'subscribe to the symbols that you need by name, or to a narrower wildcard',
      'lower capacity: wildcards bring at most half as many topics',
      'raise the heap limit: node --max-old-space-size',
    ],
    alert: 'sum by (feed) (rx_quotes_topics) > 100000',
    fault: 'more topics than a small heap has room for',
  },
  {
    code: 'RXP_HEAP_LIMIT',
    chapter: 'memory',
    severity: 'warning',
    title: 'The heap is near its limit',
    apart:
      'After the last full garbage collection the heap is at 85 % of its limit or more: Node ends the process at the limit.',
    over: 0,
    detect: (window) => {
      const { process } = window.now;
      if (process?.heapAfterGc === undefined || process.heapAfterGc < nearLimit * process.heapLimit) return undefined;
      return {
        symptom: `the heap holds ${megabytes(process.heapAfterGc)} after garbage collection, ${percent(process.heapAfterGc / process.heapLimit)} of its limit; the feed itself holds ${own(window).text}`,
      };
    },
    fixes: [
      'find what holds the memory: node --heapsnapshot-signal=SIGUSR2, then compare two snapshots in Chrome’s DevTools',
      'raise the limit: node --max-old-space-size',
    ],
    fault: 'a process that keeps nearly all the memory it may have',
  },
  {
    code: 'RXP_HEAP_GROWS',
    chapter: 'memory',
    severity: 'warning',
    title: 'The heap grows: a leak',
    apart:
      'The heap after full garbage collections rose in each third of five minutes. The feed’s own share is in the symptom.',
    roots: ['RXP_HEAP_LIMIT', 'RXP_OWN_MEMORY'],
    over: 300_000,
    detect: (window) => {
      const rise = grown(window);
      return rise === undefined
        ? undefined
        : {
            symptom: `the heap after garbage collection grew from ${megabytes(rise.from)} to ${megabytes(rise.to)} in ${String(Math.round(rise.ms / 60_000))} min; the feed itself holds ${own(window).text}`,
          };
    },
    fixes: [
      'look for a queue without a bound: concatMap, mergeMap, bufferTime and an array that only grows',
      'find what holds the memory: node --heapsnapshot-signal=SIGUSR2, then compare two snapshots in Chrome’s DevTools',
    ],
    fault: 'a consumer that keeps 16 kB of each message',
  },
];
