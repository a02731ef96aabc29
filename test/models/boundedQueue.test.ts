import { BoundedQueue } from '../../operators/support/boundedQueue.js';
import { Ledger } from '../../operators/support/ledger.js';
import { overflows, type Overflow } from '../../operators/support/overflow.js';
import type { QueueSnapshot } from '../../operators/index.js';
import { modelRuns } from './modelRuns.js';
import { NaiveCounts, NaiveQueue } from './naiveQueue.js';
import { calmly, type Item, Side, Thrown } from './side.js';

interface Queue {
  readonly size: number;
  push(item: Item): boolean;
  poll(): Item;
  pollLeastRecent(): Item;
  drain(): Item[];
  relieve(): void;
  clear(reason: string): void;
}

/** A queue that is pushed to, polled, cleared and tuned, from inside its callbacks too. */
abstract class QueueSide extends Side {
  protected capacity = 3;
  /** Time in ms; it may be set back. */
  protected clock = 0;
  protected readonly overflow: Overflow;
  protected abstract readonly queue: Queue;

  constructor(seed: number, overflow: Overflow) {
    super(seed);
    this.overflow = overflow;
  }

  protected readonly keyOf = (item: Item): unknown => {
    this.heard('key', item.id);
    return item.key;
  };

  protected readonly onDrop = ({ id }: Item, reason: string): void => {
    this.heard(reason, id);
  };

  protected readonly onPressure = (raised: boolean): void => {
    this.heard(raised ? 'raised' : 'eased');
  };

  protected override act(): void {
    const { dice, queue, log } = this;
    if (dice.chance(0.3)) this.clock += dice.pick([1, 7, 100, -3]);
    this.does();
    log.push(queue.size, this.capacity);
    if (dice.chance(0.03)) this.capacity = dice.pick([0, 1, 2, 3, 5, 8, 10]);
  }

  private does(): void {
    const { dice, queue, log } = this;
    const what = dice.next();
    if (what < 0.6) {
      try {
        log.push('push', String(queue.push(this.item())));
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
        log.push('threw');
      }
    } else if (what < 0.85) {
      if (queue.size > 0) log.push('poll', queue.poll().id);
    } else if (what < 0.9) {
      if (queue.size > 0 && this.overflow === 'conflate') log.push('least', queue.pollLeastRecent().id);
    } else if (what < 0.97) {
      queue.relieve();
    } else if (what < 0.985) {
      log.push('drain', ...queue.drain().map(({ id }) => id));
    } else {
      queue.clear('completed');
    }
  }
}

class RealQueue extends QueueSide {
  protected readonly queue: BoundedQueue<Item>;

  constructor(seed: number, overflow: Overflow) {
    super(seed, overflow);
    const capacity = (): number => this.capacity;
    this.queue = new BoundedQueue<Item>(
      {
        get capacity() {
          return capacity();
        },
        ...{ overflow, key: this.keyOf, onDrop: this.onDrop, onPressure: this.onPressure },
      },
      new Ledger(() => this.clock),
    );
  }

  protected override stats(): QueueSnapshot {
    return this.queue.stats();
  }
}

class ModelQueue extends QueueSide {
  protected readonly queue: NaiveQueue<Item>;
  private readonly ledger = new NaiveCounts(() => this.clock);

  constructor(seed: number, overflow: Overflow) {
    super(seed, overflow);
    this.queue = new NaiveQueue<Item>(
      {
        overflow,
        capacity: () => this.capacity,
        key: this.keyOf,
        onDrop: (item, reason) => calmly(() => this.onDrop(item, reason), this.ledger),
        onPressure: (raised) => calmly(() => this.onPressure(raised), this.ledger),
      },
      this.ledger,
    );
  }

  protected override stats(): QueueSnapshot {
    return this.ledger.stats();
  }
}

const losses = { 'drop-oldest': 'capacity', 'drop-incoming': 'capacity', conflate: 'key-evicted', error: 'capacity' };

overflows.forEach((overflow, index) => {
  modelRuns(
    3_000 + 10 * index,
    `a bounded queue (${overflow})`,
    (seed) => ({ naive: new ModelQueue(seed, overflow), real: new RealQueue(seed, overflow) }),
    ['push', 'poll', 'drain', 'raised', 'eased', 'completed', losses[overflow]],
  );
});
