import { Subject } from 'rxjs';
import { staleBy, type Freshness, type QueueSnapshot } from '../../operators/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { modelRuns } from './modelRuns.js';
import { NaiveCounts } from './naiveQueue.js';
import { calmly, type Item, Side, Thrown } from './side.js';

const counts = new NaiveCounts().stats();

/** Two keys in three share a span; the rest have one of their own each time, or never go stale. */
abstract class FreshnessSide extends Side {
  protected over = true;
  protected override reentry = 0.2;

  readonly keyOf = (item: Item): number => {
    if (this.dice.chance(0.1)) this.observed('key', item.id, 0.005);
    return item.key;
  };

  readonly spanOf = (key: number): number => {
    if (this.dice.chance(0.1)) this.observed('after', key, 0.005);
    if (key % 3 !== 0) return [5, 40][key % 2] as number;
    // In 2^-30 ms, which a double holds exactly: no two deadlines of different spans are the same.
    return this.dice.chance(0.3) ? Infinity : 1 + Math.floor(this.dice.next() * 2 ** 35) / 2 ** 30;
  };

  readonly consumer = {
    next: ({ value, key, stale }: Freshness<Item, number>): void => {
      this.reports(stale ? `stale ${String(key)}` : `fresh ${String(key)}`, value.id);
    },
    error: (error: unknown): void => {
      this.over = true;
      this.log.push('error', (error as Error).message);
    },
    complete: (): void => {
      this.over = true;
      this.log.push('complete');
    },
  };

  protected override stats(): QueueSnapshot {
    return counts;
  }

  protected override act(): void {
    const { dice } = this;
    if (this.over && this.depth === 0) {
      this.over = false;
      this.log.push('open');
      this.open();
      return;
    }
    const what = dice.next();
    if (what < 0.6) this.next(this.item());
    else if (what < 0.603) this.fail();
    else if (what < 0.606) this.complete();
    else if (what < 0.63) {
      this.over = true;
      this.leave();
    } else if (this.depth === 0) this.advance(dice.pick([0, 1, 3, 10, 30, 100]));
    // A timer that is firing is armed anew when it has reported all that are due.
    if (this.depth === 0) this.log.push(...this.gauges());
  }

  protected abstract open(): void;
  protected abstract next(item: Item): void;
  protected abstract fail(): void;
  protected abstract complete(): void;
  protected abstract leave(): void;
  protected abstract advance(ms: number): void;
  /** Timers, and the time. */
  protected abstract gauges(): readonly number[];
}

class RealFreshness extends FreshnessSide {
  private readonly scheduler = new FastScheduler();
  private source = new Subject<Item>();
  private leaving = (): void => {};

  protected override open(): void {
    this.source = new Subject<Item>();
    const { scheduler, keyOf, spanOf, consumer } = this;
    const subscription = this.source.pipe(staleBy(keyOf, { after: spanOf, scheduler })).subscribe(consumer);
    this.leaving = () => subscription.unsubscribe();
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

  protected override leave(): void {
    this.leaving();
  }

  protected override advance(ms: number): void {
    this.scheduler.advance(ms);
  }

  protected override gauges(): readonly number[] {
    return [this.scheduler.pending, this.scheduler.now()];
  }
}

interface Fresh {
  readonly key: number;
  readonly value: Item;
  readonly deadline: number;
  /** Order of arrival, for deadlines that are the same. */
  readonly at: number;
}

/** A list of fresh keys with their deadlines, which is searched every time. */
class NaiveFreshness extends FreshnessSide {
  private fresh: Fresh[] = [];
  private time = 0;
  private arrivals = 0;
  /** When the timer fires: one that was armed for a key that is touched again finds the next, as long as there is one. */
  private armed = Infinity;
  private listening = false;

  protected override open(): void {
    this.fresh = [];
    this.listening = true;
  }

  protected override next(value: Item): void {
    if (!this.listening) return;
    try {
      const key = this.keyOf(value);
      const after = this.spanOf(key);
      if (!this.listening) return;
      this.fresh = this.fresh.filter((one) => one.key !== key);
      this.arrivals += 1;
      if (after < Infinity) this.fresh.push({ key, value, deadline: this.time + after, at: this.arrivals });
      this.armed = this.fresh.length === 0 ? Infinity : Math.min(this.armed, this.time + after);
      calmly(() => this.consumer.next({ value, key, stale: false }));
    } catch (error) {
      this.end(() => this.consumer.error(error));
    }
  }

  protected override fail(): void {
    this.end(() => this.consumer.error(new Thrown('source')));
  }

  protected override complete(): void {
    this.end(() => this.consumer.complete());
  }

  protected override leave(): void {
    this.end(() => {});
  }

  protected override advance(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.fresh.toSorted((one, other) => one.deadline - other.deadline || one.at - other.at);
      if (next === undefined || next.deadline > until) break;
      this.time = next.deadline;
      this.fresh = this.fresh.filter((one) => one !== next);
      calmly(() => this.consumer.next({ value: next.value, key: next.key, stale: true }));
    }
    this.time = until;
    if (this.armed <= until) this.armed = Math.min(Infinity, ...this.fresh.map(({ deadline }) => deadline));
  }

  protected override gauges(): readonly number[] {
    return [this.armed < Infinity ? 1 : 0, this.time];
  }

  private end(tell: () => void): void {
    if (!this.listening) return;
    this.listening = false;
    this.fresh = [];
    this.armed = Infinity;
    tell();
  }
}

modelRuns(3_500, 'staleBy', (seed) => ({ naive: new NaiveFreshness(seed), real: new RealFreshness(seed) }), [
  ...['key', 'after', 'fresh 1', 'stale 0', 'stale 1', 'stale 2', 'error', 'complete'],
]);
