import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { PlaybookEntry } from './entry.js';

/** Reasons of drops because a queue was full; the other reasons are for streams that ended. */
const overflows = ['capacity', 'key-evicted', 'control-capacity'] as const;

/** The watched queues that lost values because they were full, and how many. */
function overflowed({ queues }: FeedStats): readonly (readonly [name: string, count: number])[] {
  return Object.entries(queues)
    .map(([name, { dropped }]) => [name, overflows.reduce((sum, reason) => sum + (dropped[reason] ?? 0), 0)] as const)
    .filter(([, count]) => count > 0);
}

/** Queues of the user, registered with `watch()`, that lose values. */
export const queueEntry: PlaybookEntry = {
  code: 'RXP_QUEUE_DROPS',
  section: 'data',
  severity: 'warning',
  roots: [],
  symptom: ({ stats }) => {
    const lossy = overflowed(stats);
    if (lossy.length === 0) return undefined;
    const each = lossy.slice(0, 5).map(([name, count]) => `${name} ${String(count)}`);
    return `queues of yours were full and lost values: ${each.join(', ')}; since each was made`;
  },
  fixes: () => [
    'give its operator a key: of each key the newest value then takes the place of the older one',
    'raise its capacity',
    'make the consumer behind it faster, or give it fewer symbols',
  ],
};
