import { Subscription } from 'rxjs';
import { outOfRange, wrongType } from '../../../operators/support/argument.js';
import type { QueueSnapshot } from '../../../operators/support/ledger.js';
import { QueueStats } from '../../../operators/queueStats.js';

/** The `QueueStats` of the user's own queues by their names. */
export class WatchedQueues {
  private readonly queues = new Map<string, QueueStats>();

  /** Adds a `QueueStats` until the returned subscription ends. */
  watch(name: string, stats: QueueStats): Subscription {
    if (!((stats as unknown) instanceof QueueStats))
      throw wrongType('watch.stats', stats, 'pass a new QueueStats(), the same that the operator has as { stats }');
    if (this.queues.has(name)) {
      const remedy = 'another queue has this name: unsubscribe what its watch() returned, or pass another name';
      throw outOfRange('watch.name', name, remedy);
    }
    this.queues.set(name, stats);
    return new Subscription(() => {
      this.queues.delete(name);
    });
  }

  snapshots(): Readonly<Record<string, QueueSnapshot>> {
    return Object.fromEntries([...this.queues].map(([name, stats]) => [name, stats.snapshot()]));
  }
}
