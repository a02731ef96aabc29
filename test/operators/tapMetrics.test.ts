import { asyncScheduler, NEVER, of, Subject, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { tapMetrics, type MetricsSink } from '../../operators/index.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { trackingScheduler } from '../support/trackingScheduler.js';
import { metered } from '../support/metered.js';

function memorySink(): {
  readonly sink: MetricsSink;
  readonly counts: Record<string, number>;
  readonly times: [string, number][];
} {
  const counts: Record<string, number> = {};
  const times: [string, number][] = [];
  const sink = {
    increment: (name: string) => {
      counts[name] = (counts[name] ?? 0) + 1;
    },
    observe: (name: string, value: number) => {
      times.push([name, value]);
    },
  };
  return { sink, counts, times };
}

describe('tapMetrics', () => {
  it('changes nothing of the stream', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const source = cold('-a-b-|');
      const { sink } = memorySink();
      expectObservable(source.pipe(tapMetrics(sink, { name: 'quotes', scheduler }))).toBe('-a-b-|');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it.each(failingCallbacks)(
    'counts the errors of a sink that %s, and changes nothing of the stream',
    async (_how, fail) => {
      const { errors } = await escapedErrors(() => {
        marbles(({ cold, expectObservable, expectSubscriptions, flush }, scheduler) => {
          const tap = metered((stats) =>
            tapMetrics<string>({ increment: fail, observe: fail }, { stats, name: 'quotes', scheduler }),
          );
          const source = cold('-a-b-|');
          expectObservable(source.pipe(tap)).toBe('-a-b-|');
          expectSubscriptions(source.subscriptions).toBe('^----!');
          expectObservable(cold('-a-#').pipe(tap)).toBe('-a-#');
          flush();
        });
      });
      expect(errors).toEqual([]);
    },
  );

  it('counts each figure that its sink did not take in stats()', () => {
    const fail = (): never => {
      throw new Error('sink');
    };
    const tap = metered((stats) =>
      tapMetrics<number>({ increment: fail, observe: fail }, { stats, name: 'q', scheduler: asyncScheduler }),
    );
    of(1, 2).pipe(tap).subscribe();
    // Subscription, two values with their times, completion with the lifetime.
    expect(tap.stats()).toMatchObject({ received: 2, emitted: 2, callbackErrors: 7 });
  });

  it('counts values before they are handed on, and each way a subscription ends, once', () => {
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

  it('times, with a scheduler, what each value takes downstream and how long the subscription lives', () => {
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

  const { sink } = memorySink();
  itRejectsArguments([
    ['tapMetrics.sink.increment', undefined, () => tapMetrics(undefined as never, { name: 'q' })],
    ['tapMetrics.sink.observe', 1, () => tapMetrics({ ...sink, observe: 1 } as never, { name: 'q' })],
    ['tapMetrics', undefined, () => tapMetrics(sink, undefined as never)],
    ['tapMetrics.name', '', () => tapMetrics(sink, { name: '' })],
    ['tapMetrics.name', 7, () => tapMetrics(sink, { name: 7 as never })],
    ['tapMetrics.scheduler', 1, () => tapMetrics(sink, { name: 'q', scheduler: 1 as never })],
    ['tapMetrics.labels', 1, () => tapMetrics(sink, { name: 'q', labels: 1 } as never)],
  ]);
});

describeOperatorLaws('tapMetrics', (scheduler) => tapMetrics<string>(memorySink().sink, { name: 'q', scheduler }), {
  values: ['a', 'b', 'c'],
});
