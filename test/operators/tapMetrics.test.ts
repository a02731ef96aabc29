import { asyncScheduler, NEVER, of, Subject, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { tapMetrics, type MetricsSink, type QueueSnapshot, type TapMetricsConfig } from '../../operators/index.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { trackingScheduler } from '../support/trackingScheduler.js';
import { metered } from '../support/metered.js';

/** A sink that records the requested handles and the measurements. */
function memorySink(): {
  readonly sink: MetricsSink;
  readonly asked: string[];
  readonly counts: Record<string, number>;
  readonly times: [string, number][];
} {
  const asked: string[] = [];
  const counts: Record<string, number> = {};
  const times: [string, number][] = [];
  const sink = {
    counter: (name: string) => {
      asked.push(name);
      return {
        add: (n: number) => {
          counts[name] = (counts[name] ?? 0) + n;
        },
      };
    },
    histogram: (name: string) => {
      asked.push(name);
      return {
        observe: (ms: number) => {
          times.push([name, ms]);
        },
      };
    },
  };
  return { sink, asked, counts, times };
}

/** Sinks that throw for a handle, and sinks whose handles throw. */
const failingSinks = failingCallbacks.flatMap(([how, fail]): (readonly [how: string, sink: MetricsSink])[] => [
  [how, { counter: () => ({ add: fail }), histogram: () => ({ observe: fail }) }],
  [`${how} when asked for a handle`, { counter: fail, histogram: fail }],
]);

describe('tapMetrics', () => {
  it('does not change the stream', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const source = cold('-a-b-|');
      const { sink } = memorySink();
      expectObservable(source.pipe(tapMetrics(sink, { name: 'quotes', scheduler }))).toBe('-a-b-|');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it.each(failingSinks)('counts the errors of a sink that %s, and does not change the stream', async (_how, sink) => {
    let stats: (() => QueueSnapshot) | undefined;
    const { errors } = await escapedErrors(() => {
      marbles(({ cold, expectObservable, expectSubscriptions, flush }, scheduler) => {
        const tap = metered((stats) => tapMetrics<string>(sink, { stats, name: 'quotes', since: () => 0, scheduler }));
        const source = cold('-a-b-|');
        expectObservable(source.pipe(tap)).toBe('-a-b-|');
        expectSubscriptions(source.subscriptions).toBe('^----!');
        expectObservable(cold('-a-#').pipe(tap)).toBe('-a-#');
        flush();
        stats = tap.stats;
      });
    });
    expect(errors).toEqual([]);
    expect(stats?.().callbackErrors).toBeGreaterThan(0);
  });

  it('counts each measurement that its sink did not take in stats()', () => {
    const fail = (): never => {
      throw new Error('sink');
    };
    const tap = metered((stats) =>
      tapMetrics<number>(
        { counter: () => ({ add: fail }), histogram: () => ({ observe: fail }) },
        { stats, name: 'q', scheduler: asyncScheduler },
      ),
    );
    of(1, 2).pipe(tap).subscribe();
    // Subscription, two values with their times, completion with the lifetime.
    expect(tap.stats()).toMatchObject({ received: 2, emitted: 2, callbackErrors: 7 });
  });

  it('counts values before they are emitted, and each way a subscription ends, once', () => {
    const { sink, counts, times } = memorySink();
    const tap = metered((stats) => tapMetrics<string>(sink, { stats, name: 'q' }));
    const source = new Subject<string>();
    source.pipe(tap).subscribe(() => {
      expect(counts['q.next']).toBe(1);
    });
    source.next('a');
    source.complete();
    throwError(() => 'down')
      .pipe(tap)
      .subscribe({ error: () => undefined });
    NEVER.pipe(tap).subscribe().unsubscribe();
    expect(counts).toEqual({ 'q.subscribe': 3, 'q.next': 1, 'q.complete': 1, 'q.error': 1, 'q.unsubscribe': 1 });
    expect(times).toEqual([]);
  });

  it('measures, with a scheduler, the time of each value downstream and the lifetime of the subscription', () => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const { sink, times } = memorySink();
    const source = new Subject<number>();
    source.pipe(tapMetrics(sink, { name: 'q', scheduler })).subscribe((ms) => {
      scheduler.spend(ms);
    });
    source.next(3);
    scheduler.spend(10);
    source.next(5);
    source.complete();
    expect(times).toEqual([
      ['q.handling', 3],
      ['q.handling', 5],
      ['q.lifetime', 18],
    ]);
    expect(scheduler.scheduled()).toBe(0);
  });

  it('measures, with since, the age of a value when it comes, and never below 0', () => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const { sink, times } = memorySink();
    const source = new Subject<number>();
    source.pipe(tapMetrics(sink, { name: 'q', since: (at) => at, scheduler })).subscribe();
    scheduler.spend(100);
    for (const at of [90, 100, 130]) source.next(at);
    expect(times.filter(([name]) => name === 'q.age')).toEqual([
      ['q.age', 10],
      ['q.age', 0],
      ['q.age', 0],
    ]);
  });

  it('measures no age of a value without a time', () => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const { sink, times } = memorySink();
    const since = (at: number | undefined): number => at as number;
    of(undefined, NaN, Infinity)
      .pipe(tapMetrics(sink, { name: 'q', since, scheduler }))
      .subscribe();
    expect(times.map(([name]) => name)).toEqual(['q.handling', 'q.handling', 'q.handling', 'q.lifetime']);
  });

  it.each(failingCallbacks)('counts a since that %s, and measures everything else', async (_how, since) => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const { sink, counts, times } = memorySink();
    const observed: string[] = [];
    const tap = metered((stats) => tapMetrics<string>(sink, { name: 'q', since, scheduler, stats }));
    const { errors } = await escapedErrors(() => {
      of('a', 'b')
        .pipe(tap)
        .subscribe((value) => observed.push(value));
    });
    expect([observed, errors, tap.stats().callbackErrors, counts['q.next']]).toEqual([['a', 'b'], [], 2, 2]);
    expect(times.map(([name]) => name)).toEqual(['q.handling', 'q.handling', 'q.lifetime']);
  });

  it('measures only the values that sample chooses, but counts and emits all', () => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const { sink, counts, times } = memorySink();
    const source = new Subject<number>();
    const observed: number[] = [];
    const tap = tapMetrics<number>(sink, { name: 'q', since: () => 0, sample: (ms) => ms > 3, scheduler });
    source.pipe(tap).subscribe((ms) => {
      observed.push(ms);
      scheduler.spend(ms);
    });
    for (const ms of [1, 4, 2, 7, 3]) source.next(ms);
    source.complete();
    expect([observed, counts['q.next']]).toEqual([[1, 4, 2, 7, 3], 5]);
    expect(times).toEqual([
      ['q.age', 1],
      ['q.handling', 4],
      ['q.age', 7],
      ['q.handling', 7],
      ['q.lifetime', 17],
    ]);
  });

  it('reads the clock for no value that sample leaves out', () => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    let readings = 0;
    const counting = {
      now: () => {
        readings += 1;
        return scheduler.now();
      },
      schedule: scheduler.schedule.bind(scheduler),
    };
    const source = new Subject<number>();
    const tap = tapMetrics<number>(memorySink().sink, { name: 'q', sample: (value) => value > 1, scheduler: counting });
    const subscription = source.pipe(tap).subscribe();
    const atFirst = readings;
    source.next(1);
    expect(readings - atFirst).toBe(0);
    source.next(2);
    expect(readings - atFirst).toBe(2);
    subscription.unsubscribe();
  });

  it('does not change the stream, for any choice of sample', () => {
    for (const sample of [() => true, () => false, () => undefined as never]) {
      marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        const source = cold('-a-b-#');
        expectObservable(source.pipe(tapMetrics(memorySink().sink, { name: 'q', sample, scheduler }))).toBe('-a-b-#');
        expectSubscriptions(source.subscriptions).toBe('^----!');
      });
    }
  });

  it.each(failingCallbacks)(
    'counts a sample that %s, measures no time of its value, and emits it',
    async (_how, sample) => {
      const scheduler = trackingScheduler(new TestScheduler(() => undefined));
      const { sink, counts, times } = memorySink();
      const observed: string[] = [];
      const tap = metered((stats) => tapMetrics<string>(sink, { name: 'q', since: () => 0, sample, scheduler, stats }));
      const { errors } = await escapedErrors(() => {
        of('a', 'b')
          .pipe(tap)
          .subscribe((value) => observed.push(value));
      });
      expect([observed, errors, tap.stats().callbackErrors, counts['q.next']]).toEqual([['a', 'b'], [], 2, 2]);
      expect(times.map(([name]) => name)).toEqual(['q.lifetime']);
    },
  );

  it('gets each handle once a subscription, and only those that it uses', () => {
    const counters = ['q.subscribe', 'q.next', 'q.error', 'q.complete', 'q.unsubscribe'];
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const askedFor = (config: Partial<TapMetricsConfig<number>>): readonly string[] => {
      const { sink, asked } = memorySink();
      const tap = tapMetrics<number>(sink, { name: 'q', ...config });
      expect(asked).toEqual([]);
      of(1, 2, 3).pipe(tap).subscribe();
      const first = asked.splice(0);
      of(1, 2, 3).pipe(tap).subscribe();
      expect(asked).toEqual(first);
      return first;
    };
    expect(askedFor({})).toEqual(counters);
    expect(askedFor({ scheduler })).toEqual([...counters, 'q.handling', 'q.lifetime']);
    expect(askedFor({ scheduler, since: () => 0 })).toEqual([...counters, 'q.age', 'q.handling', 'q.lifetime']);
  });

  it('leaves out a metric for which its sink returns no handle', () => {
    const { sink, counts } = memorySink();
    const observed: number[] = [];
    const nothing = (name: string) => (name === 'q.next' ? (undefined as never) : sink.counter(name));
    const tap = metered((stats) => tapMetrics<number>({ ...sink, counter: nothing }, { name: 'q', stats }));
    of(1)
      .pipe(tap)
      .subscribe((value) => observed.push(value));
    expect([observed, counts, tap.stats().callbackErrors]).toEqual([[1], { 'q.subscribe': 1, 'q.complete': 1 }, 0]);
  });

  const { sink } = memorySink();
  itRejectsArguments([
    ['tapMetrics.sink.counter', undefined, () => tapMetrics(undefined as never, { name: 'q' })],
    ['tapMetrics.sink.histogram', 1, () => tapMetrics({ ...sink, histogram: 1 } as never, { name: 'q' })],
    ['tapMetrics', undefined, () => tapMetrics(sink, undefined as never)],
    ['tapMetrics.name', '', () => tapMetrics(sink, { name: '' })],
    ['tapMetrics.name', 7, () => tapMetrics(sink, { name: 7 as never })],
    ['tapMetrics.scheduler', 1, () => tapMetrics(sink, { name: 'q', scheduler: 1 as never })],
    ['tapMetrics.since', 1, () => tapMetrics(sink, { name: 'q', since: 1 as never, scheduler: asyncScheduler })],
    ['tapMetrics.scheduler', undefined, () => tapMetrics(sink, { name: 'q', since: () => 0 })],
    ['tapMetrics.sample', 1, () => tapMetrics(sink, { name: 'q', sample: 1 as never, scheduler: asyncScheduler })],
    ['tapMetrics.scheduler', undefined, () => tapMetrics(sink, { name: 'q', sample: () => true })],
    ['tapMetrics.labels', 1, () => tapMetrics(sink, { name: 'q', labels: 1 } as never)],
  ]);
});

describeOperatorLaws('tapMetrics', (scheduler) => tapMetrics<string>(memorySink().sink, { name: 'q', scheduler }), {
  values: ['a', 'b', 'c'],
});
