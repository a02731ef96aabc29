import { Observable, type Subscriber } from 'rxjs';
import { retryBackoff, type RetryBackoffConfig, type QueueSnapshot } from '../../operators/index.js';
import type { Jitter } from '../../operators/internal/backoff.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { modelRuns } from './modelRuns.js';
import { NaiveCounts } from './naiveQueue.js';
import { calmly, type Item, Side, Thrown } from './side.js';

const counts = new NaiveCounts().stats();

/** The options of one operator, chosen anew for every subscription. */
interface Rules {
  readonly minBackoff: number;
  readonly maxBackoff: number;
  readonly multiplier: number;
  readonly jitter: Jitter;
  readonly maxRetries: number;
  readonly resetAfter: number;
}

/** A source that emits good and bad values, fails in ways worth a retry and not, and completes. */
abstract class RetrySide extends Side {
  protected over = true;
  protected rules!: Rules;

  readonly resetOn = (item: Item): boolean => {
    if (this.dice.chance(0.1)) this.observed('resetOn', item.id, 0.02);
    return item.key % 2 === 0;
  };

  readonly retryable = (error: unknown): boolean => {
    if (this.dice.chance(0.1)) this.observed('retryable', (error as Error).message, 0.02);
    return (error as Error).message !== 'for good';
  };

  readonly random = (): number => {
    const share = this.dice.pick([0, 0.25, 0.5, 0.999]);
    if (this.dice.chance(0.05)) this.observed('random', share, 0.02);
    return share;
  };

  readonly adjust = (backoff: number, error: unknown, attempt: number): number => {
    this.log.push('adjust', backoff, attempt);
    return (error as Error).message === 'busy' ? 7 : backoff;
  };

  readonly onRetry = ({ attempt, delay }: Parameters<NonNullable<RetryBackoffConfig<unknown>['onRetry']>>[0]): void => {
    this.observed(`retry ${String(attempt)}`, delay);
  };

  readonly consumer = {
    next: ({ id }: Item): void => {
      this.reports('next', id);
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
      const minBackoff = dice.pick([0, 1, 4, 100]);
      this.rules = {
        minBackoff,
        maxBackoff: minBackoff + dice.pick([0, 10, 1000]),
        multiplier: dice.pick([1, 2, 3.5]),
        jitter: dice.pick<Jitter>(['equal', 'full', 'none']),
        maxRetries: dice.pick([0, 3, 8, Infinity]),
        resetAfter: dice.pick([0, 5, 50, Infinity]),
      };
      this.over = false;
      this.log.push('open');
      this.open();
      return;
    }
    const what = dice.next();
    if (what < 0.4) this.next(this.item());
    else if (what < 0.6) this.fail(dice.pick(['cut', 'cut', 'cut', 'busy']));
    else if (what < 0.603) this.fail('for good');
    else if (what < 0.606) this.complete();
    else if (what < 0.61) {
      this.over = true;
      this.leave();
    } else if (this.depth === 0) this.advance(dice.pick([0, 1, 3, 10, 60, 2000]));
    this.log.push(...this.gauges());
  }

  protected abstract open(): void;
  protected abstract next(item: Item): void;
  protected abstract fail(why: string): void;
  protected abstract complete(): void;
  protected abstract leave(): void;
  protected abstract advance(ms: number): void;
  /** Timers, subscriptions to the source, and the time. */
  protected abstract gauges(): readonly number[];
}

class RealRetry extends RetrySide {
  private readonly scheduler = new FastScheduler();
  private readonly sources = new Set<Subscriber<Item>>();
  private leaving = (): void => {};

  protected override open(): void {
    const { scheduler, rules, resetOn, retryable, random, adjust, onRetry } = this;
    const source$ = new Observable<Item>((source) => {
      this.sources.add(source);
      return () => this.sources.delete(source);
    });
    const subscription = source$
      .pipe(retryBackoff({ ...rules, resetOn, retryable, random, adjust, onRetry, scheduler }))
      .subscribe(this.consumer);
    this.leaving = () => subscription.unsubscribe();
  }

  protected override next(item: Item): void {
    for (const source of this.sources) source.next(item);
  }

  protected override fail(why: string): void {
    for (const source of this.sources) source.error(new Thrown(why));
  }

  protected override complete(): void {
    for (const source of this.sources) source.complete();
  }

  protected override leave(): void {
    this.leaving();
  }

  protected override advance(ms: number): void {
    this.scheduler.advance(ms);
  }

  protected override gauges(): readonly number[] {
    return [this.scheduler.pending, this.sources.size, this.scheduler.now()];
  }
}

/** A state and a count of failures. */
class NaiveRetry extends RetrySide {
  private state: 'subscribed' | 'deciding' | 'waiting' | 'over' = 'over';
  private time = 0;
  private due = Infinity;
  private failures = 0;
  private goodAt: number | undefined;

  protected override open(): void {
    this.state = 'subscribed';
    this.failures = 0;
    this.goodAt = undefined;
  }

  protected override next(item: Item): void {
    if (this.state !== 'subscribed') return;
    try {
      if (this.goodAt === undefined && this.resetOn(item)) this.goodAt = this.time;
    } catch (error) {
      this.end(() => this.consumer.error(error));
      return;
    }
    if (this.isOver()) return;
    calmly(() => this.consumer.next(item));
  }

  protected override fail(why: string): void {
    if (this.state !== 'subscribed') return;
    this.state = 'deciding';
    if (this.goodAt !== undefined && this.time - this.goodAt >= this.rules.resetAfter) this.failures = 0;
    this.failures += 1;
    const error = new Thrown(why);
    try {
      if (this.failures > this.rules.maxRetries || !this.retryable(error)) {
        this.end(() => this.consumer.error(error));
        return;
      }
      const delay = this.adjust(this.backoff(), error, this.failures);
      calmly(() => this.onRetry({ error, attempt: this.failures, delay }));
      if (this.isOver()) return;
      this.state = 'waiting';
      this.due = this.time + delay;
    } catch (thrown) {
      this.end(() => this.consumer.error(thrown));
    }
  }

  protected override complete(): void {
    if (this.state === 'subscribed') this.end(() => this.consumer.complete());
  }

  protected override leave(): void {
    this.end(() => {});
  }

  protected override advance(ms: number): void {
    this.time += ms;
    if (this.state !== 'waiting' || this.due > this.time) return;
    this.state = 'subscribed';
    this.goodAt = undefined;
  }

  protected override gauges(): readonly number[] {
    return [this.state === 'waiting' ? 1 : 0, this.state === 'subscribed' ? 1 : 0, this.time];
  }

  /** Doubled, or whatever the multiplier is, failure by failure, up to the longest; then chance has its share. */
  private backoff(): number {
    const { minBackoff, maxBackoff, multiplier, jitter } = this.rules;
    if (minBackoff === 0) return 0;
    let whole = minBackoff;
    for (let failure = 1; failure < this.failures && whole < maxBackoff; failure += 1) whole *= multiplier;
    whole = Math.min(whole, maxBackoff);
    if (jitter === 'none') return whole;
    const share = this.random();
    return jitter === 'full' ? share * whole : whole / 2 + share * (whole / 2);
  }

  private isOver(): boolean {
    return this.state === 'over';
  }

  private end(tell: () => void): void {
    if (this.isOver()) return;
    this.state = 'over';
    tell();
  }
}

modelRuns(3_600, 'retryBackoff', (seed) => ({ naive: new NaiveRetry(seed), real: new RealRetry(seed) }), [
  ...['next', 'resetOn', 'retryable', 'random', 'adjust', 'retry 1', 'retry 8', 'error', 'complete'],
]);
