import { Observable, type Subscriber } from 'rxjs';
import { concatMapBounded, type QueueSnapshot } from '../../operators/index.js';
import { overflows, type Overflow } from '../../operators/support/overflow.js';
import { modelRuns } from './modelRuns.js';
import { NaiveCounts, type NaiveQueue } from './naiveQueue.js';
import { type Item, stoppedClock, Thrown } from './side.js';
import { NaiveStage, realStage, type Stage, StageSide } from './stageSide.js';
import { metered } from '../support/metered.js';

/** How the work for a value acts when it is begun; all but the first two go on. */
type Manner = 'emits and ends' | 'ends' | 'emits' | 'fails' | 'waits';

interface WorkStage extends Stage {
  emit(item: Item): void;
  finish(): void;
  breakDown(): void;
}

/** Values, and work that emits, ends and fails on request. */
abstract class WorkSide extends StageSide<WorkStage> {
  readonly project = (item: Item, index: number): Manner => {
    this.observed(`project ${String(index)}`, item.id, 0.002);
    return this.dice.weighted<Manner>([
      [20, 'emits and ends'],
      [10, 'ends'],
      [20, 'emits'],
      [0.2, 'fails'],
      [50, 'waits'],
    ]);
  };

  readonly letGo = (item: Item): void => {
    this.log.push('let go', item.id);
  };

  protected override more(stage: WorkStage): void {
    const what = this.dice.next();
    if (what < 0.3) stage.emit(this.item());
    else if (what < 0.995) stage.finish();
    else stage.breakDown();
  }
}

class RealWork extends WorkSide {
  private work: Subscriber<Item> | undefined;
  private readonly operator = metered(
    (stats) =>
      concatMapBounded<Item, Observable<Item>>(
        (item, index) => {
          const manner = this.project(item, index);
          return new Observable((work) => {
            this.work = work;
            if (manner === 'emits and ends' || manner === 'emits') work.next(item);
            if (manner === 'emits and ends' || manner === 'ends') work.complete();
            if (manner === 'fails') work.error(new Thrown('work'));
            return () => {
              if (this.work === work) this.work = undefined;
              this.letGo(item);
            };
          });
        },
        Object.assign(this.config(), { stats }),
      ),
    stoppedClock,
  );

  protected override open(): WorkStage {
    return {
      ...realStage(this.operator, this),
      emit: (item) => this.work?.next(item),
      finish: () => this.work?.complete(),
      breakDown: () => this.work?.error(new Thrown('work')),
    };
  }

  protected override stats(): QueueSnapshot {
    return this.operator.stats();
  }

  private config(): Parameters<typeof concatMapBounded<Item, Observable<Item>>>[1] {
    const { capacityNow, overflow, onDrop, onPressure } = this;
    return {
      get capacity() {
        return capacityNow();
      },
      ...{ overflow, onDrop, onPressure },
      key: overflow === 'conflate' ? this.keyOf : undefined,
    };
  }
}

interface Work {
  readonly item: Item;
  over: boolean;
  /** Its beginning has returned. */
  begun: boolean;
}

/** One after the other; the next when the work before it is let go of. */
class NaiveWork extends NaiveStage implements WorkStage {
  private readonly waiting: NaiveQueue<Item>;
  private readonly project: WorkSide['project'];
  private readonly letGo: WorkSide['letGo'];
  private work: Work | undefined;
  private busy = false;
  private completed = false;
  private index = 0;

  constructor(side: NaiveWorkSide, counts: NaiveCounts) {
    super(side, counts);
    this.waiting = this.queue(side.overflow);
    this.project = side.project;
    this.letGo = side.letGo;
  }

  override next(item: Item): void {
    if (this.stopped) return;
    if (this.busy) {
      this.take(this.waiting, item);
      return;
    }
    this.busy = true;
    this.counts.received += 1;
    this.counts.emitted += 1;
    this.goOn(item);
  }

  override complete(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.completed = true;
    if (!this.busy) this.end(() => this.side.consumer.complete());
  }

  override emit(item: Item): void {
    if (this.work && !this.work.over) super.emit(item);
  }

  finish(): void {
    const { work } = this;
    if (!work || work.over) return;
    work.over = true;
    if (!work.begun) return;
    this.drop(work);
    this.goOn();
  }

  breakDown(): void {
    const { work } = this;
    if (!work || work.over) return;
    work.over = true;
    this.fail(new Thrown('work'));
    if (this.work === work && work.begun) this.drop(work);
  }

  protected override dispose(reason: string): void {
    this.waiting.dispose(reason);
    if (this.over && this.work?.begun === true) this.drop(this.work);
  }

  /** Works off what waits, from `item` on, until something takes time. */
  private goOn(item?: Item): void {
    let next = item;
    let polled = false;
    for (;;) {
      if (next === undefined) {
        if (this.waiting.size === 0 || this.over) break;
        next = this.waiting.poll();
        polled = true;
      }
      let manner: Manner;
      try {
        manner = this.project(next, this.index++);
      } catch (error) {
        this.fail(error);
        return;
      }
      const takesTime = this.over || this.begin(next, manner);
      if (polled) this.waiting.relieve();
      if (takesTime) return;
      next = undefined;
    }
    this.busy = false;
    if (this.completed) this.end(() => this.side.consumer.complete());
  }

  private begin(item: Item, manner: Manner): boolean {
    const work: Work = { item, over: false, begun: false };
    this.work = work;
    if (manner === 'emits and ends' || manner === 'emits') this.emit(item);
    if (manner === 'emits and ends' || manner === 'ends') work.over = true;
    if (manner === 'fails' && !work.over) {
      work.over = true;
      this.fail(new Thrown('work'));
    }
    work.begun = true;
    if (work.over || this.over) this.drop(work);
    return this.over || !work.over;
  }

  private drop(work: Work): void {
    if (this.work === work) this.work = undefined;
    this.letGo(work.item);
  }
}

class NaiveWorkSide extends WorkSide {
  private readonly ledger = new NaiveCounts();

  protected override open(): WorkStage {
    return new NaiveWork(this, this.ledger);
  }

  protected override stats(): QueueSnapshot {
    return this.ledger.stats();
  }
}

overflows.forEach((overflow: Overflow, index) => {
  modelRuns(
    3_400 + 10 * index,
    `concatMapBounded (${overflow})`,
    (seed) => ({ naive: new NaiveWorkSide(seed, overflow), real: new RealWork(seed, overflow) }),
    ['next', 'let go', 'raised', 'eased', 'unsubscribed', 'errored', 'error', 'complete'],
  );
});
