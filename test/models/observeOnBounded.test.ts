import { observeOnBounded, QueueOverflowError, type QueueSnapshot } from '../../operators/index.js';
import { overflows } from '../../operators/support/overflow.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { modelRuns } from './modelRuns.js';
import { NaiveCounts, type NaiveQueue } from './naiveQueue.js';
import { type Item, stoppedClock } from './side.js';
import { NaiveStage, realStage, type Stage, StageSide } from './stageSide.js';
import { metered } from '../support/metered.js';

const maxSlice = 10;

/** Time passes in the consumer, and between tasks. */
abstract class DeliverySide extends StageSide<Stage> {
  maxBatch = 3;
  controlCapacity = 2;

  readonly isControl = (item: Item): boolean => {
    if (this.dice.chance(0.1)) this.observed('control', item.id, 0.01);
    return item.control;
  };

  protected override took(): void {
    if (this.dice.chance(0.2)) this.spend(this.longSlices ? 1 : this.dice.pick([1, 4, 10, 25]));
  }

  protected override more(): void {
    const { dice } = this;
    const what = dice.next();
    if (what < 0.05) this.maxBatch = dice.pick([1, 2, 3, 20, 100]);
    else if (what < 0.1) this.controlCapacity = dice.pick([1, 2, 4]);
    else if (this.depth > 0) return;
    else if (what < 0.9) {
      if (!this.longSlices || this.dice.chance(0.02)) this.runTask();
    } else if (!this.longSlices || this.dice.chance(0.02)) this.advance(dice.pick([0, 1, 30]));
  }

  /** With room for many values, slices are long: values are quick, and tasks wait. */
  private get longSlices(): boolean {
    return this.maxBatch >= 20;
  }

  protected abstract spend(ms: number): void;
  protected abstract runTask(): void;
  protected abstract advance(ms: number): void;
}

class RealDelivery extends DeliverySide {
  private readonly scheduler = new FastScheduler();
  private readonly operator = metered(
    (stats) => observeOnBounded<Item>(this.scheduler, Object.assign(this.config(), { stats })),
    stoppedClock,
  );

  protected override open(): Stage {
    return realStage(this.operator, this);
  }

  protected override stats(): QueueSnapshot {
    return this.operator.stats();
  }

  protected override gauges(): readonly number[] {
    return [this.scheduler.pending, this.scheduler.now()];
  }

  protected override spend(ms: number): void {
    this.scheduler.spend(ms);
  }

  protected override runTask(): void {
    this.scheduler.runNext();
  }

  protected override advance(ms: number): void {
    this.scheduler.advance(ms);
  }

  private config(): Parameters<typeof observeOnBounded<Item>>[1] {
    const { overflow, capacityNow } = this;
    const now = { batch: () => this.maxBatch, control: () => this.controlCapacity };
    return {
      get capacity() {
        return capacityNow();
      },
      get controlCapacity() {
        return now.control();
      },
      get maxBatch() {
        return now.batch();
      },
      ...{ maxSlice, overflow, control: this.isControl, onDrop: this.onDrop, onPressure: this.onPressure },
      key: overflow === 'conflate' ? this.keyOf : undefined,
    };
  }
}

/** Two lines, control first, and how much may be said before the next task. */
class NaiveDelivery extends NaiveStage {
  now = 0;
  /** When the next task is due, if there is one. */
  task: number | undefined;
  private readonly control: NaiveQueue<Item>;
  private readonly data: NaiveQueue<Item>;
  private delivering = false;
  private finish: (() => void) | undefined;
  private begun: number | undefined;
  /** The last reading of the clock. */
  private looked = 0;
  private paused = false;
  private most = 0;
  private spent = false;
  private delivered = 0;
  /** Values that the next slice may deliver, after one that took too long. */
  private allowance = Infinity;
  private readonly limits: NaiveDeliverySide;

  constructor(side: NaiveDeliverySide, counts: NaiveCounts) {
    super(side, counts);
    this.limits = side;
    const capacity = (): number => side.controlCapacity;
    this.control = this.queue('drop-oldest', { capacity, capacityReason: 'control-capacity', onPressure: () => {} });
    this.data = this.queue(side.overflow);
  }

  override next(item: Item): void {
    if (this.stopped) return;
    try {
      if (this.delivering || this.waiting > 0 || this.spent) {
        const lane = this.limits.isControl(item) ? this.control : this.data;
        if (this.over || lane.push(item)) return;
        this.stopped = true;
        const error = new QueueOverflowError(this.side.capacityNow());
        this.last(() => this.side.consumer.error(error));
        return;
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    this.begin();
    this.counts.received += 1;
    this.counts.emitted += 1;
    this.deliver(item);
  }

  override error(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.last(() => this.side.consumer.error(new Error('source')));
  }

  override complete(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.last(() => this.side.consumer.complete());
  }

  run(): void {
    if (this.task === undefined) return;
    this.task = undefined;
    const took = this.now - (this.begun as number);
    this.begun = undefined;
    this.spent = false;
    const fitting = (this.delivered * maxSlice) / took;
    if (took > maxSlice) this.allowance = Math.max(1, Math.floor(fitting));
    else this.allowance = Math.max(2 * this.allowance, Math.min(8 * this.allowance, fitting));
    if (this.waiting === 0) return;
    this.begin();
    const lane = this.lane;
    this.deliver(lane.poll(), lane);
  }

  protected override dispose(reason: string): void {
    this.task = undefined;
    this.control.dispose(reason);
    this.data.dispose(reason);
  }

  private last(tell: () => void): void {
    this.finish = () => this.end(tell);
    if (!this.delivering && this.waiting === 0) this.finish();
  }

  private begin(): void {
    if (this.begun !== undefined) return;
    this.begun = this.now;
    this.looked = this.now;
    this.paused = false;
    this.most = Math.min(this.allowance, this.limits.maxBatch);
    this.delivered = 0;
    this.task = this.now;
  }

  private deliver(first: Item, from?: NaiveQueue<Item>): void {
    this.delivering = true;
    this.emit(first);
    from?.relieve();
    this.count();
    while (!this.spent && this.waiting > 0) {
      const lane = this.lane;
      this.emit(lane.poll());
      lane.relieve();
      this.count();
    }
    this.delivering = false;
    if (this.waiting === 0) this.finish?.();
  }

  private count(): void {
    this.delivered += 1;
    const n = this.delivered;
    // The clock is looked at after 1, 2, 4, 8, 16, 32, 48 … values.
    const looks = n <= 16 ? [1, 2, 4, 8, 16].includes(n) : n % 16 === 0;
    if (!looks && n < this.most) return;
    const begun = this.begun ?? this.now;
    const [before, last] = [this.looked - begun, this.now - this.looked];
    this.looked = this.now;
    const [isLong, isPause] = [before + last >= maxSlice, last > 2 * before && n > 1 && this.allowance > this.most];
    if (isLong && isPause && !this.paused) {
      this.paused = true;
      this.begun = begun + last;
    }
    this.spent = n >= this.most || this.now - (this.begun ?? this.now) >= maxSlice;
  }

  private get waiting(): number {
    return this.control.size + this.data.size;
  }

  private get lane(): NaiveQueue<Item> {
    return this.control.size > 0 ? this.control : this.data;
  }
}

class NaiveDeliverySide extends DeliverySide {
  private readonly ledger = new NaiveCounts();
  private naive: NaiveDelivery | undefined;
  private time = 0;

  protected override open(): Stage {
    this.naive = new NaiveDelivery(this, this.ledger);
    this.naive.now = this.time;
    return this.naive;
  }

  protected override stats(): QueueSnapshot {
    return this.ledger.stats();
  }

  protected override gauges(): readonly number[] {
    return [this.naive?.task === undefined ? 0 : 1, this.time];
  }

  protected override spend(ms: number): void {
    this.time += ms;
    if (this.naive) this.naive.now = this.time;
  }

  protected override runTask(): void {
    this.naive?.run();
  }

  protected override advance(ms: number): void {
    const until = this.time + ms;
    while (this.naive?.task !== undefined && this.naive.task <= until) this.naive.run();
    this.spend(Math.max(0, until - this.time));
  }
}

overflows.forEach((overflow, index) => {
  modelRuns(
    3_100 + 10 * index,
    `observeOnBounded (${overflow})`,
    (seed) => ({ naive: new NaiveDeliverySide(seed, overflow), real: new RealDelivery(seed, overflow) }),
    ['next', 'raised', 'eased', 'control-capacity', 'unsubscribed', 'error', 'complete'],
  );
});
