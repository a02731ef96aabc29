import { Subject, type OperatorFunction, type Subscription } from 'rxjs';
import { QueueOverflowError } from '../../operators/index.js';
import type { Overflow } from '../../operators/support/overflow.js';
import { type NaiveCounts, NaiveQueue, type NaiveQueueConfig } from './naiveQueue.js';
import { calmly, type Item, Side, Thrown } from './side.js';

/** An operator with a source and a consumer, from subscription to end. */
export interface Stage {
  next(item: Item): void;
  error(): void;
  complete(): void;
  leave(): void;
}

/** The error that ended a stream, in the words of both sides. */
function named(error: unknown): string {
  if (error instanceof QueueOverflowError) return `overflow ${String(error.capacity)}`;
  return error instanceof Error ? error.message : String(error);
}

/** One subscription after another to one operator: values, ends, capacities and whatever else the operator listens to. */
export abstract class StageSide<S extends Stage> extends Side {
  protected capacity = 3;
  readonly overflow: Overflow;
  protected stage: S | undefined;
  /** The stream has ended, or was left. */
  protected ended = true;

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

  readonly capacityNow = (): number => this.capacity;

  /** The consumer's observer. */
  readonly consumer = {
    next: (value: Item | readonly Item[]): void => {
      this.took();
      this.reports('next', Array.isArray(value) ? value.map(({ id }: Item) => id).join(',') : (value as Item).id);
    },
    error: (error: unknown): void => {
      this.ended = true;
      this.log.push('error', named(error));
    },
    complete: (): void => {
      this.ended = true;
      this.log.push('complete');
    },
  };

  protected override act(): void {
    const { dice, log } = this;
    if (this.ended && this.depth === 0) {
      this.capacity = dice.pick([1, 2, 3, 5, 8]);
      this.ended = false;
      log.push('open');
      this.stage = this.open();
      return;
    }
    const stage = this.stage as S;
    const what = dice.next();
    if (what < 0.5) stage.next(this.item());
    else if (what < 0.503) stage.error();
    else if (what < 0.506) stage.complete();
    else if (what < 0.512) this.leave(stage);
    else if (what < 0.54) this.capacity = dice.pick([1, 2, 3, 5, 8, 10]);
    else this.more(stage);
    log.push(...this.gauges());
  }

  private leave(stage: S): void {
    this.log.push('leave');
    this.ended = true;
    stage.leave();
  }

  protected abstract open(): S;

  /** Requests that only this operator has. */
  protected abstract more(stage: S): void;

  /** The consumer has taken a value, and may spend time on it. */
  protected took(): void {}

  /** Other figures that have to be the same after every step, e.g. timers. */
  protected gauges(): readonly number[] {
    return [];
  }
}

/** A source that is subscribed to through a real operator. */
export function realStage<T extends Item | Item[]>(
  operator: OperatorFunction<Item, T>,
  { consumer }: { readonly consumer: StageSide<Stage>['consumer'] },
): Stage {
  const source = new Subject<Item>();
  const subscription: Subscription = source.pipe(operator).subscribe(consumer);
  return {
    next: (item) => source.next(item),
    error: () => source.error(new Thrown('source')),
    complete: () => source.complete(),
    leave: () => subscription.unsubscribe(),
  };
}

/** The base of every naive operator with a queue: an end that is final, and the consumer to notify. */
export abstract class NaiveStage implements Stage {
  protected over = false;
  /** The source has ended, or nobody listens to it any more. */
  protected stopped = false;
  protected readonly side: StageSide<Stage>;
  protected readonly counts: NaiveCounts;

  constructor(side: StageSide<Stage>, counts: NaiveCounts) {
    this.side = side;
    this.counts = counts;
  }

  protected queue(overflow: Overflow, more: Partial<NaiveQueueConfig<Item>> = {}): NaiveQueue<Item> {
    const { side } = this;
    return new NaiveQueue<Item>(
      {
        overflow,
        capacity: side.capacityNow,
        key: side.keyOf,
        onDrop: (item, reason) => calmly(() => side.onDrop(item, reason), this.counts),
        onPressure: (raised) => calmly(() => side.onPressure(raised), this.counts),
        ...more,
      },
      this.counts,
    );
  }

  abstract next(item: Item): void;
  abstract complete(): void;
  /** Lets go of everything; what waits is lost for this reason. */
  protected abstract dispose(reason: string): void;

  error(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.fail(new Thrown('source'));
  }

  leave(): void {
    if (this.over) return;
    this.over = true;
    this.stopped = true;
    this.dispose('unsubscribed');
  }

  protected emit(value: Item | readonly Item[]): void {
    if (!this.over) calmly(() => this.side.consumer.next(value));
  }

  /** Takes a value in; what can't be taken in ends the stream. */
  protected take(queue: NaiveQueue<Item>, item: Item): void {
    try {
      if (queue.push(item)) return;
    } catch (error) {
      this.fail(error);
      return;
    }
    this.fail(new QueueOverflowError(this.side.capacityNow()));
  }

  protected fail(error: unknown): void {
    if (this.over) return;
    this.stopped = true;
    this.dispose('errored');
    this.end(() => this.side.consumer.error(error));
  }

  protected end(tell: () => void): void {
    if (this.over) return;
    this.over = true;
    this.stopped = true;
    tell();
    this.dispose('unsubscribed');
  }
}
