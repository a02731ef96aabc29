import { Subject, asapScheduler, concat, concatMap, observeOn, of, pipe, queueScheduler, take, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { QueueOverflowError, observeOnBounded, type BoundedConfig } from '../../operators/index.js';
import { boundedBench } from '../support/boundedBench.js';
import { describeBoundedLaws, type QueueBench } from '../support/boundedLaws.js';
import { expectConserved } from '../support/conserved.js';
import { describeOperatorLaws } from '../support/laws.js';
import { manualScheduler } from '../support/manualScheduler.js';
import { marbles } from '../support/marbles.js';
import { operatorBench } from '../support/operatorBench.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { expectSameAsTwin } from '../support/sameAsTwin.js';
import { metered } from '../support/metered.js';

/** One value a slice; a turn is a task. */
function queueBench<T>(config: BoundedConfig<T>): QueueBench<T> {
  const scheduler = manualScheduler();
  return operatorBench({
    operator: metered((stats) => observeOnBounded<T>(scheduler, Object.assign(config, { maxBatch: 1, stats }))),
    valuesOf: (value) => [value],
    turn: () => {
      scheduler.step();
    },
    holds: (ended) => ended && scheduler.pending() > 0,
  });
}

describe('observeOnBounded', () => {
  it('delivers at once while the slice lasts', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const source = cold('-a-b-(cd)-|');
      expectObservable(source.pipe(observeOnBounded(scheduler, { capacity: 8 }))).toBe('-a-b-(cd)-|');
      expectSubscriptions(source.subscriptions).toBe('^---------!');
    });
  });

  it('delivers a value that arrives during a delivery after it, never inside it', () => {
    const order: string[] = [];
    const b = boundedBench({ maxBatch: 100 }, (value) => {
      order.push(`${value} in`);
      if (value === 'a') b.source.next('b');
      order.push(`${value} out`);
    });
    b.source.next('a');
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  it('completes after the delivery in which its source completed, not inside it', () => {
    const order: string[] = [];
    const b = boundedBench({ maxBatch: 100 }, (value) => {
      b.source.complete();
      order.push(`${value} out`, ...b.seen);
    });
    b.source.next('a');
    expect(order).toEqual(['a out', 'a']);
    expect(b.seen).toEqual(['a', '|']);
  });

  it('delivers control values first, in their order, and never conflates them', () => {
    const { source, seen, run } = boundedBench({ key: (value) => value[0], control: (value) => value.startsWith('!') });
    for (const value of ['a1', 'b1', '!1', 'b2', '!2', 'c1']) source.next(value);
    run();
    expect(seen).toEqual(['a1', '!1', '!2', 'b2', 'c1']);
  });

  it('loses the oldest control value, counted, when too many wait', () => {
    const { source, seen, lost, run } = boundedBench({ control: () => true, controlCapacity: 2 });
    for (const value of ['1', '2', '3', '4']) source.next(value);
    run();
    expect(seen).toEqual(['1', '3', '4']);
    expect(lost).toEqual(['2 control-capacity']);
  });

  it('drops the oldest by default, and conflates by default with a key', () => {
    const plain = boundedBench();
    const keyed = boundedBench({ key: (value) => value[0] });
    for (const { source, run } of [plain, keyed]) {
      for (const value of ['x', 'a1', 'b1', 'a2', 'c1', 'a3']) source.next(value);
      run();
    }
    expect(plain.seen).toEqual(['x', 'a2', 'c1', 'a3']);
    expect(plain.lost).toEqual(['a1 capacity', 'b1 capacity']);
    expect(keyed.seen).toEqual(['x', 'a3', 'b1', 'c1']);
    expect(keyed.lost).toEqual([]);
  });

  it('emits completion and errors after the waiting values', () => {
    const done = boundedBench();
    const failed = boundedBench();
    for (const { source } of [done, failed]) for (const value of ['a', 'b']) source.next(value);
    done.source.complete();
    failed.source.error('#');
    expect(done.seen).toEqual(['a']);
    expect(failed.seen).toEqual(['a']);
    done.run();
    failed.run();
    expect(done.seen).toEqual(['a', 'b', '|']);
    expect(failed.seen).toEqual(['a', 'b', '#']);
  });

  it("with overflow 'error' unsubscribes from the source at once, delivers waiting values, then errors", () => {
    const { source, seen, lost, run, operator } = boundedBench({ overflow: 'error', capacity: 2 });
    for (const value of ['a', 'b', 'c', 'd', 'e']) source.next(value);
    expect(source.observed).toBe(false);
    expect(lost).toEqual(['d capacity']);
    run();
    expect(seen).toEqual(['a', 'b', 'c', 'RXQ_OVERFLOW']);
    expectConserved(operator.stats());
    expect(new QueueOverflowError(2)).toMatchObject({ name: 'QueueOverflowError', code: 'RXQ_OVERFLOW', capacity: 2 });
  });

  it('drops waiting values as unsubscribed, and cancels its task, when the consumer leaves', () => {
    const { scheduler, lost, operator } = boundedBench({ control: (value) => value === '!' });
    const source = new Subject<string>();
    const subscription = source.pipe(operator).subscribe();
    for (const value of ['a', 'b', '!', 'c']) source.next(value);
    subscription.unsubscribe();
    expect(lost).toEqual(['! unsubscribed', 'b unsubscribed', 'c unsubscribed']);
    expect(operator.stats()).toMatchObject({ received: 4, emitted: 1, dropped: { unsubscribed: 3 }, inFlight: 0 });
    expect(scheduler.pending()).toBe(0);
  });

  it('is observeOn while the capacity is not reached', () => {
    expectSameAsTwin(
      ({ source, scheduler }) => source.pipe(observeOnBounded(scheduler, { capacity: 1000 })),
      ({ source, scheduler }) => source.pipe(observeOn(scheduler)),
    );
    expectSameAsTwin(
      ({ source, scheduler }) => source.pipe(observeOnBounded(scheduler, { capacity: 1000, maxBatch: 1 })),
      ({ source, scheduler }) => source.pipe(observeOn(scheduler)),
    );
  });

  it('drops waiting values as errored, in both lanes, when control throws', () => {
    const control = (value: string): boolean => {
      if (value === 'd') throw new Error('boom');
      return value === '!';
    };
    const { source, scheduler, seen, lost } = boundedBench({ control });
    for (const value of ['a', 'b', '!', 'd', 'e']) source.next(value);
    expect(seen).toEqual(['a', 'Error: boom']);
    expect(lost).toEqual(['! errored', 'b errored']);
    expect([source.observed, scheduler.pending()]).toEqual([false, 0]);
  });

  it('counts no value, and leaves no task, when the consumer leaves inside control', () => {
    const [source, scheduler] = [new Subject<string>(), manualScheduler()];
    const operator = metered((stats) =>
      observeOnBounded<string>(scheduler, {
        stats,
        capacity: 2,
        maxBatch: 1,
        control: () => {
          subscription.unsubscribe();
          return true;
        },
      }),
    );
    const subscription = source.pipe(operator).subscribe();
    for (const value of ['a', 'b']) source.next(value);
    expect(operator.stats()).toMatchObject({ received: 1, emitted: 1, inFlight: 0 });
    expect(scheduler.pending()).toBe(0);
  });

  it('starts no slice for values that its source emits while the last values are dropped', () => {
    const [source, scheduler] = [new Subject<string>(), manualScheduler()];
    const onDrop = (): void => {
      source.next('late');
    };
    const operator = metered((stats) =>
      observeOnBounded<string>(scheduler, { stats, capacity: 2, maxBatch: 1, onDrop }),
    );
    const subscription = source.pipe(operator).subscribe();
    for (const value of ['a', 'b']) source.next(value);
    subscription.unsubscribe();
    expect(operator.stats()).toMatchObject({ received: 2, emitted: 1, dropped: { unsubscribed: 1 } });
    expect(scheduler.pending()).toBe(0);
  });

  it('stops in the middle of a slice when the consumer has enough', () => {
    const virtual = new TestScheduler(() => undefined);
    const operator = metered((stats) => observeOnBounded<number>(virtual, { stats, capacity: 10, maxBatch: 1 }));
    const seen: number[] = [];
    of(1, 2, 3, 4)
      .pipe(operator, take(2))
      .subscribe((value) => seen.push(value));
    virtual.flush();
    expect(seen).toEqual([1, 2]);
    expectConserved(operator.stats());
  });

  it('follows options that change at run time', () => {
    let [capacity, maxBatch] = [1, 1];
    const virtual = new TestScheduler(() => undefined);
    const source = new Subject<number>();
    const operator = metered((stats) =>
      observeOnBounded<number>(virtual, {
        stats,
        get capacity() {
          return capacity;
        },
        get maxBatch() {
          return maxBatch;
        },
      }),
    );
    const seen: number[] = [];
    source.pipe(operator).subscribe((value) => seen.push(value));
    for (const value of [1, 2, 3]) source.next(value);
    [capacity, maxBatch] = [10, 10];
    for (const value of [4, 5]) source.next(value);
    virtual.flush();
    expect(seen).toEqual([1, 3, 4, 5]);
  });

  it('calls onPressure when three quarters are full, and when half are free again', () => {
    const signals: boolean[] = [];
    const { source, run } = boundedBench({ capacity: 4, onPressure: (raised) => signals.push(raised) });
    for (const value of ['a', 'b', 'c', 'd']) source.next(value);
    expect(signals).toEqual([true]);
    run();
    expect(signals).toEqual([true, false]);
  });

  it('clears pressure within the slice that made room', () => {
    const signals: string[] = [];
    const bench = boundedBench(
      { capacity: 4, maxBatch: 9, onPressure: (raised) => signals.push(`${String(raised)} ${bench.seen.join('')}`) },
      (value) => {
        if (value === 'a') for (const next of 'bcde') bench.source.next(next);
      },
    );
    bench.source.next('a');
    expect(signals).toEqual(['true a', 'false abc']);
    expect(bench.seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it.each(['key', 'control'] as const)('counts waiting values as errored when %s throws', (callback) => {
    const throwing = (value: string): never | boolean => {
      if (value === 'c') throw new Error('boom');
      return false;
    };
    const { source, seen, lost, operator } = boundedBench({ [callback]: throwing });
    for (const value of 'abc') source.next(value);
    expect(seen).toEqual(['a', 'Error: boom']);
    expect(lost).toEqual(['b errored']);
    expectConserved(operator.stats());
    expect(source.observed).toBe(false);
  });

  it('counts no value as emitted that a consumer who leaves at the end of pressure did not get', () => {
    let leave = (): void => undefined;
    const [source, seen] = [new Subject<string>(), [] as string[]];
    const scheduler = new TestScheduler(() => undefined);
    const operator = metered((stats) =>
      observeOnBounded<string>(scheduler, {
        stats,
        capacity: 2,
        maxBatch: 1,
        onPressure: (raised) => {
          if (!raised) leave();
        },
      }),
    );
    const subscription = source.pipe(operator).subscribe((value) => seen.push(value));
    leave = () => {
      subscription.unsubscribe();
    };
    for (const value of 'abc') source.next(value);
    scheduler.flush();
    expect(seen).toEqual(['a', 'b']);
    expect(operator.stats()).toMatchObject({ received: 3, emitted: 2, dropped: { unsubscribed: 1 } });
  });

  it('works on marbles with a slice of one value, and leaves no timer', () => {
    marbles(({ cold, expectObservable }, scheduler) => {
      const operator = metered((stats) => observeOnBounded<string>(scheduler, { stats, capacity: 8, maxBatch: 1 }));
      expectObservable(cold('-(abc)-(de|)').pipe(operator)).toBe('-(abc)-(de|)');
      expectObservable(
        concat(
          of('a', 'b'),
          throwError(() => 'error'),
        ).pipe(operator),
      ).toBe('(ab#)');
    });
  });

  const virtual = new TestScheduler(() => undefined);
  const make = (config: object) => () => observeOnBounded(virtual, { capacity: 4, ...config });
  const key = (): number => 1;
  itRejectsArguments([
    ['observeOnBounded.scheduler', undefined, () => observeOnBounded(undefined as never, { capacity: 1 })],
    ['observeOnBounded.scheduler', asapScheduler, () => observeOnBounded(asapScheduler, { capacity: 1 })],
    ['observeOnBounded.scheduler', queueScheduler, () => observeOnBounded(queueScheduler, { capacity: 1 })],
    ['observeOnBounded', undefined, () => observeOnBounded(virtual, undefined as never)],
    ['observeOnBounded.capacity', 0, make({ capacity: 0 })],
    ['observeOnBounded.capacity', NaN, make({ capacity: NaN })],
    ['observeOnBounded.capacity', '4', make({ capacity: '4' })],
    ['observeOnBounded.controlCapacity', 0, make({ controlCapacity: 0 })],
    ['observeOnBounded.maxSlice', -1, make({ maxSlice: -1 })],
    ['observeOnBounded.maxBatch', 0, make({ maxBatch: 0 })],
    ['observeOnBounded.overflow', 'latest', make({ overflow: 'latest' })],
    ['observeOnBounded.key', undefined, make({ overflow: 'conflate' })],
    ['observeOnBounded.key', key, make({ overflow: 'drop-oldest', key })],
    ['observeOnBounded.control', 1, make({ control: 1 })],
    ['observeOnBounded.onDrop', 1, make({ onDrop: 1 })],
    ['observeOnBounded.onPressure', 1, make({ onPressure: 1 })],
    ['observeOnBounded.bufferSize', 1, make({ bufferSize: 1 })],
  ]);
});

describeBoundedLaws('observeOnBounded', queueBench, {
  leastCapacity: 1,
  ready: { first: 1, most: 1 },
  drainsBefore: { overflow: true, key: false },
});

describeOperatorLaws('observeOnBounded', (scheduler) => observeOnBounded<string>(scheduler, { capacity: 8 }), {
  values: ['a', 'b', 'c'],
  throwing: {
    // `control` is asked about values that wait: the second one of a slice of one value does.
    control: (boom) =>
      pipe(
        concatMap((value) => of(value, value)),
        observeOnBounded<string>(new TestScheduler(() => undefined), { capacity: 8, maxBatch: 1, control: boom }),
      ),
  },
});
