import { Subject } from 'rxjs';
import {
  asyncIterableFrom,
  type BoundedAsyncIterator,
  QueueOverflowError,
  type QueueSnapshot,
  QueueStats,
} from '../../operators/index.js';
import { overflows, type Overflow } from '../../operators/support/overflow.js';
import { modelRuns } from './modelRuns.js';
import { NaiveCounts, NaiveQueue } from './naiveQueue.js';
import { calmly, type Item, Side, stoppedClock, Thrown } from './side.js';

/** A pull that is answered with a value, the end, or an error. */
type Answer = (what: string) => void;

/** A source and pulls. */
abstract class PullSide extends Side {
  readonly overflow: Overflow;
  protected capacity = 3;
  protected left = true;
  private pulls = 0;

  constructor(seed: number, overflow: Overflow) {
    super(seed);
    this.overflow = overflow;
  }

  readonly keyOf = (item: Item): unknown => {
    this.observed('key', item.id, 0.002);
    return item.key;
  };

  readonly onDrop = (item: Item, reason: string): void => {
    this.observed(reason, item.id);
  };

  readonly onPressure = (raised: boolean): void => {
    this.observed(raised ? 'raised' : 'eased');
  };

  protected override act(): void {
    const { dice } = this;
    if (this.left && this.depth === 0) {
      this.capacity = dice.pick([1, 2, 3, 5, 8]);
      this.left = false;
      this.log.push('open');
      this.open();
      return;
    }
    const what = dice.next();
    if (what < 0.55) this.next(this.item());
    else if (what < 0.9) this.pull(this.answer());
    else if (what < 0.905) this.fail();
    else if (what < 0.91) this.complete();
    else if (what < 0.93) this.capacity = dice.pick([1, 2, 3, 5, 8, 10]);
    else if (what < 0.94) {
      this.left = true;
      this.leave(dice.chance(0.5) ? undefined : new Thrown('given up'), this.answer());
    }
  }

  private answer(): Answer {
    this.pulls += 1;
    const pull = this.pulls;
    return (what) => this.answers.push(`${String(pull)} ${what}`);
  }

  protected abstract open(): void;
  protected abstract next(item: Item): void;
  protected abstract fail(): void;
  protected abstract complete(): void;
  protected abstract pull(answer: Answer): void;
  protected abstract leave(error: Error | undefined, answer: Answer): void;
}

function named(error: unknown): string {
  return error instanceof QueueOverflowError ? `overflow ${String(error.capacity)}` : (error as Error).message;
}

class RealPulls extends PullSide {
  private source = new Subject<Item>();
  private iterator: BoundedAsyncIterator<Item> | undefined;
  private readonly counts: (() => QueueSnapshot)[] = [];

  protected override open(): void {
    const source = new Subject<Item>();
    const capacity = (): number => this.capacity;
    const { overflow, onDrop, onPressure } = this;
    const stats = new QueueStats(stoppedClock);
    const iterable = asyncIterableFrom(source, {
      get capacity() {
        return capacity();
      },
      ...{ overflow, onDrop, onPressure, stats },
      key: overflow === 'conflate' ? this.keyOf : undefined,
    });
    this.source = source;
    this.counts[0] = () => stats.snapshot();
    this.iterator = iterable[Symbol.asyncIterator]();
  }

  protected override next(item: Item): void {
    this.source.next(item);
  }

  protected override fail(): void {
    this.source.error(new Thrown('source'));
  }

  protected override complete(): void {
    this.source.complete();
  }

  protected override pull(answer: Answer): void {
    this.hear(this.iterator?.next(), answer);
  }

  protected override leave(error: Error | undefined, answer: Answer): void {
    this.hear(error === undefined ? this.iterator?.return() : this.iterator?.throw(error), answer);
  }

  protected override stats(): QueueSnapshot {
    return this.counts[0]?.() ?? new NaiveCounts().stats();
  }

  private hear(asked: Promise<IteratorResult<Item, undefined>> | undefined, answer: Answer): void {
    asked?.then(
      ({ done, value }) => answer(done === true ? 'done' : String(value.id)),
      (error: unknown) => answer(named(error)),
    );
  }
}

/** Either values wait or pulls do; the end is reported when no value waits. */
class NaivePulls extends PullSide {
  private ledger = new NaiveCounts();
  private waiting: NaiveQueue<Item> | undefined;
  private asking: Answer[] = [];
  private subscribed = false;
  private end: string | undefined;
  /** How the source itself ended, which may be before it was subscribed to. */
  private source: string | undefined;

  protected override open(): void {
    this.ledger = new NaiveCounts();
    this.waiting = undefined;
    this.asking = [];
    this.subscribed = false;
    this.end = undefined;
    this.source = undefined;
  }

  protected override next(item: Item): void {
    const { waiting } = this;
    if (!this.subscribed || waiting === undefined || this.source !== undefined) return;
    const pull = this.asking.shift();
    if (pull) {
      this.ledger.received += 1;
      this.ledger.emitted += 1;
      pull(String(item.id));
      return;
    }
    try {
      if (!waiting.push(item)) this.finish(`overflow ${String(this.capacity)}`);
    } catch (error) {
      this.finish(named(error));
    }
  }

  protected override fail(): void {
    this.source ??= 'source';
    this.finish(this.source);
  }

  protected override complete(): void {
    this.source ??= 'done';
    this.finish(this.source);
  }

  protected override pull(answer: Answer): void {
    if (this.waiting && this.waiting.size > 0) {
      answer(String(this.waiting.poll().id));
      this.waiting.relieve();
      this.letGo();
      return;
    }
    if (this.end !== undefined) {
      answer(this.end);
      return;
    }
    this.asking.push(answer);
    if (this.waiting) return;
    this.subscribed = true;
    const { overflow, ledger } = this;
    this.waiting = new NaiveQueue<Item>(
      {
        overflow,
        capacity: () => this.capacity,
        key: this.keyOf,
        onDrop: (item, reason) => calmly(() => this.onDrop(item, reason), ledger),
        onPressure: (raised) => calmly(() => this.onPressure(raised), ledger),
      },
      ledger,
    );
    if (this.source !== undefined) this.finish(this.source);
  }

  protected override leave(error: Error | undefined, answer: Answer): void {
    const { waiting } = this;
    this.waiting = undefined;
    this.subscribed = false;
    this.end = error?.message ?? 'done';
    for (const pull of this.asking.splice(0)) pull(this.end);
    waiting?.dispose('unsubscribed');
    answer(error?.message ?? 'done');
  }

  protected override stats(): QueueSnapshot {
    return this.ledger.stats();
  }

  private finish(how: string): void {
    if (!this.subscribed) return;
    this.subscribed = false;
    this.end = how;
    for (const pull of this.asking.splice(0)) pull(how);
    this.letGo();
  }

  /** At the end, when nothing waits any more, nothing is taken in any more. */
  private letGo(): void {
    if (this.end !== undefined && this.waiting?.size === 0) this.waiting.dispose('unsubscribed');
  }
}

overflows.forEach((overflow, index) => {
  modelRuns(
    3_700 + 10 * index,
    `asyncIterableFrom (${overflow})`,
    (seed) => ({ naive: new NaivePulls(seed, overflow), real: new RealPulls(seed, overflow) }),
    ['raised', 'eased', 'unsubscribed'],
  );
});
