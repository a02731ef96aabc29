import type { Evidence, PlaybookEntry } from './entry.js';

/** The least number of measurements for a statement about one in a hundred. */
const fewest = 100;

/** Messages are late if one in a hundred waits for longer than this, in ms; the playbook calls this delayed. */
const lateAfter = 1_000;

/**
 * A consumer is slow if it takes longer than this, in ms, for one message in a hundred: half of a slice (`maxSlice`).
 */
const slowAfter = 10;

const rounded = (ms: number): string => String(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));

/** The consumers that take more of the thread than a slice, the slowest first. */
function slowConsumers({ delays }: Evidence): readonly { readonly name: string; readonly p99: number }[] {
  return Object.entries(delays?.byConsumer ?? {})
    .filter(([, { count, p99 }]) => count >= fewest && p99 > slowAfter)
    .map(([name, { p99 }]) => ({ name, p99 }))
    .sort((one, other) => other.p99 - one.p99);
}

/** Names the cause of waiting messages, by the delays that were measured at the same time. */
function whatDelays(evidence: Evidence): string {
  const [slowest] = slowConsumers(evidence);
  if (slowest !== undefined)
    return `consumer ${slowest.name} takes ${rounded(slowest.p99)} ms of the thread for one in 100`;
  const loop = evidence.delays?.loop;
  return loop !== undefined && loop.count >= fewest && loop.p99 > slowAfter
    ? `the thread is busy with something else, up to ${rounded(loop.p99)} ms at a time`
    : 'messages arrive faster than they are handed out';
}

/** Findings from the measured delays: they name what makes messages late. */
export const delayEntries: readonly PlaybookEntry[] = [
  {
    code: 'RXP_EVENTS_DELAYED',
    section: 'data',
    severity: 'warning',
    roots: ['RXP_NOT_CONNECTED'],
    symptom: (evidence) => {
      const queue = evidence.delays?.queue;
      return queue !== undefined && queue.count >= fewest && queue.p99 > lateAfter
        ? `one message in 100 waits for ${rounded(queue.p99)} ms and more before it is handed out: ${whatDelays(evidence)}`
        : undefined;
    },
    fixes: (evidence) =>
      slowConsumers(evidence).length > 0
        ? ['put observeOnBounded before the slow consumer, or move its work to a worker']
        : [
            'look for what else runs on the thread: garbage collection, large JSON, work in promises',
            'subscribe to fewer symbols',
          ],
  },
  {
    code: 'RXP_SLOW_CONSUMER',
    section: 'data',
    severity: 'warning',
    roots: ['RXP_EVENTS_DELAYED'],
    symptom: (evidence) => {
      const slow = slowConsumers(evidence);
      return slow.length === 0
        ? undefined
        : `consumers that take more than ${String(slowAfter)} ms of the thread for one message in 100: ${slow
            .slice(0, 5)
            .map(({ name, p99 }) => `${name} ${rounded(p99)} ms`)
            .join(', ')}`;
    },
    fixes: () => [
      'put observeOnBounded(ioScheduler, { capacity, key }) before it: the others then go first',
      'move its work to a worker: every consumer has the same thread',
    ],
  },
];
