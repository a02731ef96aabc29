import fc from 'fast-check';
import {
  concatMap,
  EMPTY,
  exhaustMap,
  map,
  NEVER,
  Observable,
  of,
  type OperatorFunction,
  Subject,
  take,
  throwError,
  timer,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type BoundedConfig, concatMapBounded } from '../../operators/index.js';
import { describeBoundedLaws, type QueueBench } from '../support/boundedLaws.js';
import { expectConserved } from '../support/conserved.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { operatorBench } from '../support/operatorBench.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { expectSameAsTwin } from '../support/sameAsTwin.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';
import { metered } from '../support/metered.js';

/** A subject through the operator, whose work ends on request; what came out and what was lost. */
function bench(config: BoundedConfig<string>) {
  const [source, seen, lost, works] = [new Subject<string>(), [] as string[], [] as string[], [] as Work[]];
  const operator = metered((stats) =>
    concatMapBounded(
      (value: string, index: number) => {
        expectConserved(operator.stats());
        seen.push(`${value}${String(index)}`);
        const work = new Subject<string>();
        works.push(work);
        return work;
      },
      {
        stats,
        onDrop: (value, reason) => {
          expectConserved(operator.stats());
          lost.push(`${value} ${reason}`);
        },
        ...config,
      },
    ),
  );
  const subscription = source.pipe(operator).subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(String((error as { code?: string }).code ?? error)),
    complete: () => seen.push('|'),
  });
  const end = (): void => {
    works.find(({ observed }) => observed)?.complete();
  };
  return { source, seen, lost, works, operator, subscription, end };
}
type Work = Subject<string>;

/** Work that ends on request. */
function queueBench<T>(config: BoundedConfig<T>): QueueBench<T> {
  const handed: T[] = [];
  let work = new Subject<never>();
  const operator = metered((stats) =>
    concatMapBounded(
      (value: T) => {
        expectConserved(operator.stats());
        handed.push(value);
        work = new Subject();
        return work;
      },
      Object.assign(config, { stats }),
    ),
  );
  const turn = (): void => {
    work.complete();
  };
  return operatorBench({ operator, valuesOf: () => [], turn, holds: () => work.observed }, handed);
}

describe('concatMapBounded', () => {
  it('works on one value after the other, and keeps the last values when the queue is full', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('          -abc--------|');
      const work = (value: string): Observable<string> => timer(3).pipe(map(() => value));
      const result$ = source.pipe(concatMapBounded(work, { capacity: 1 }));
      expectObservable(result$).toBe('----a--c----|');
      expectSubscriptions(source.subscriptions).toBe('^-----------!');
    });
  });

  it('subscribes to one inner Observable at a time', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const works = { a: cold('x-x|'), b: cold('---y|'), c: cold('z|') };
      const source = cold<keyof typeof works>('ab----c--|');
      expectObservable(source.pipe(concatMapBounded((value) => works[value], { capacity: 9 }))).toBe('x-x---yz-|');
      expectSubscriptions(works.a.subscriptions).toBe('^--!');
      expectSubscriptions(works.b.subscriptions).toBe('---^---!');
      expectSubscriptions(works.c.subscriptions).toBe('-------^!');
    });
  });

  it.each([
    ['drop-oldest', ['a0', 'd1', 'e2', '|'], ['b capacity', 'c capacity']],
    ['drop-incoming', ['a0', 'b1', 'c2', '|'], ['d capacity', 'e capacity']],
    ['error', ['a0', 'RXQ_OVERFLOW'], ['d capacity', 'b errored', 'c errored']],
  ] as const)('with %s keeps two of four that wait', (overflow, expected, losses) => {
    const { source, seen, lost, operator, end } = bench({ capacity: 2, overflow });
    for (const value of 'abcde') source.next(value);
    source.complete();
    for (let i = 0; i < 3; i += 1) end();
    expect(seen).toEqual(expected);
    expect(lost).toEqual(losses);
    expectConserved(operator.stats());
    expect(operator.stats().inFlight).toBe(0);
  });

  it('with a key works on each key’s newest, in order of first arrival, and loses the key updated longest ago', () => {
    const config = { capacity: 2, key: (value: string): string => value[0] as string };
    const { source, seen, lost, operator, end } = bench(config);
    for (const value of ['a1', 'b1', 'c1', 'b2', 'd1', 'd2']) source.next(value);
    expect(lost).toEqual(['c1 key-evicted']);
    source.complete();
    for (let i = 0; i < 3; i += 1) end();
    expect(seen).toEqual(['a10', 'b21', 'd22', '|']);
    expect(operator.stats()).toMatchObject({ received: 6, emitted: 3, conflated: 2, dropped: { 'key-evicted': 1 } });
  });

  it('does not cancel the work on a key for a newer value of this key', () => {
    const { source, seen, works, end } = bench({ capacity: 2, key: (value) => value[0] });
    source.next('a1');
    source.next('a2');
    works[0]?.next('result of a1');
    end();
    expect(seen).toEqual(['a10', 'result of a1', 'a21']);
  });

  const event = fc.constantFrom('value', 'work emits', 'work ends', 'work fails', 'source ends', 'source fails');
  type Run = (make: (work: (value: number) => Observable<string>) => OperatorFunction<number, string>) => unknown[];
  const runOf =
    (events: readonly string[], feedsBack: boolean): Run =>
    (make) => {
      const [source, log, works] = [new Subject<number>(), [] as unknown[], [] as Subject<string>[]];
      const operator = make((value) => {
        log.push(`work on ${String(value)}`);
        if (value % 5 === 0) return of(`${String(value)} at once`);
        const work = new Subject<string>();
        works.push(work);
        return work;
      });
      source.pipe(operator).subscribe({
        next: (value) => {
          log.push(value);
          if (feedsBack && log.length < 60) source.next(log.length);
        },
        error: (error: unknown) => log.push(`# ${String(error)}`),
        complete: () => log.push('|'),
      });
      events.forEach((what, i) => {
        const work = works.find(({ observed }) => observed);
        if (what === 'value') source.next(i);
        if (what === 'work emits') work?.next(`${String(i)} emitted`);
        if (what === 'work ends') work?.complete();
        if (what === 'work fails' && i % 7 === 0) work?.error('work');
        if (what === 'source ends' && i % 5 === 0) source.complete();
        if (what === 'source fails' && i % 11 === 0) source.error('source');
      });
      log.push(source.observed, works.filter(({ observed }) => observed).length);
      return log;
    };
  const runs = fc.tuple(fc.array(event, { maxLength: 60, size: 'max' }), fc.boolean());

  it('is exactly exhaustMap with capacity 0', () => {
    fc.assert(
      fc.property(runs, ([events, feedsBack]) => {
        const run = runOf(events, feedsBack);
        const none = { capacity: 0, overflow: 'drop-incoming' } as const;
        expect(run((work) => concatMapBounded(work, none))).toEqual(run((work) => exhaustMap(work)));
      }),
    );
  });

  it('is exactly concatMap while the capacity is not reached', () => {
    fc.assert(
      fc.property(runs, ([events, feedsBack]) => {
        const run = runOf(events, feedsBack);
        expect(run((work) => concatMapBounded(work, { capacity: 1000 }))).toEqual(run((work) => concatMap(work)));
      }),
    );
  });

  it('handles synchronous work without a deep stack', () => {
    const [source, gate] = [new Subject<number>(), new Subject<never>()];
    let [worked, depth, deepest] = [0, 0, 0];
    const work = (value: number): Observable<unknown> => {
      if (value === 0) return gate;
      worked += 1;
      depth += 1;
      deepest = Math.max(deepest, depth);
      depth -= 1;
      return EMPTY;
    };
    source.pipe(concatMapBounded(work, { capacity: 100_000 })).subscribe();
    for (let i = 0; i <= 50_000; i += 1) source.next(i);
    gate.complete();
    expect([worked, deepest]).toEqual([50_000, 1]);
  });

  it('unsubscribes from the work under way, then drops waiting values, when the consumer leaves or an error comes', () => {
    const after = (act: (it: ReturnType<typeof bench>) => void): unknown => {
      const it = bench({ capacity: 3 });
      for (const value of 'abc') it.source.next(value);
      act(it);
      expectConserved(it.operator.stats());
      expect([it.source.observed, it.works[0]?.observed]).toEqual([false, false]);
      return [...it.lost, ...it.seen.slice(1)];
    };
    expect(after(({ subscription }) => subscription.unsubscribe())).toEqual(['b unsubscribed', 'c unsubscribed']);
    expect(after(({ source }) => source.error('source'))).toEqual(['b errored', 'c errored', 'source']);
    expect(after(({ works }) => works[0]?.error('work'))).toEqual(['b errored', 'c errored', 'work']);
  });

  it('is exhaustMap and concatMap also in virtual time: the same emissions, subscriptions and unsubscriptions at the same times', () => {
    const none = { capacity: 0, overflow: 'drop-incoming' } as const;
    expectSameAsTwin(
      ({ source, inner }) => source.pipe(concatMapBounded(inner, none)),
      ({ source, inner }) => source.pipe(exhaustMap(inner)),
    );
    expectSameAsTwin(
      ({ source, inner }) => source.pipe(concatMapBounded(inner, { capacity: 1000 })),
      ({ source, inner }) => source.pipe(concatMap(inner)),
    );
  });

  it('starts the next work after the previous one has ended, including its finalizers', () => {
    const [log, ends] = [[] as string[], [] as (() => void)[]];
    const source = new Subject<string>();
    const work = (value: string): Observable<never> =>
      new Observable((subscriber) => {
        log.push(`${value} begins`);
        ends.push(() => {
          subscriber.complete();
        });
        return () => log.push(`${value} is let go of`);
      });
    source.pipe(concatMapBounded(work, { capacity: 2 })).subscribe();
    for (const value of ['a', 'b']) source.next(value);
    ends[0]?.();
    expect(log).toEqual(['a begins', 'a is let go of', 'b begins']);
  });

  it('starts no work whose project ended the stream', () => {
    let begun = 0;
    const source = new Subject<string>();
    const work = new Observable<never>(() => {
      begun += 1;
    });
    const project = (): Observable<never> => {
      subscription.unsubscribe();
      return work;
    };
    const subscription = source.pipe(concatMapBounded(project, { capacity: 1 })).subscribe();
    source.next('a');
    expect([source.observed, begun]).toEqual([false, 0]);
  });

  it('starts no work when the consumer leaves at the end of pressure', () => {
    const [source, log] = [new Subject<string>(), [] as string[]];
    let work = new Subject<never>();
    const project = (value: string): Observable<never> => {
      log.push(value);
      return (work = new Subject());
    };
    const onPressure = (raised: boolean): void => {
      if (raised) return;
      log.push('left');
      subscription.unsubscribe();
    };
    const subscription = source.pipe(concatMapBounded(project, { capacity: 2, onPressure })).subscribe();
    for (const value of 'abc') source.next(value);
    work.complete();
    expect([log, work.observed]).toEqual([['a', 'b', 'left'], false]);
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('boom');
      },
      'boom',
    ],
    ['gives what is no work', (): never => 1 as never, 'You provided'],
    ['gives work that errors', () => throwError(() => new Error('boom')), 'boom'],
  ])('errors, and drops waiting values, when project %s for a value that waited', (_, second, message) => {
    const [source, gate, lost] = [new Subject<string>(), new Subject<never>(), [] as string[]];
    const operator = metered((stats) =>
      concatMapBounded((value: string) => (value === 'a' ? gate : second()), {
        stats,
        capacity: 2,
        onDrop: (value, reason) => {
          // Nothing is begun any more, whatever comes.
          source.next('late');
          lost.push(`${value} ${reason}`);
        },
      }),
    );
    let error: unknown;
    source.pipe(operator).subscribe({ error: (e: unknown) => (error = e) });
    for (const value of ['a', 'b', 'c']) source.next(value);
    gate.complete();
    expect(String(error)).toContain(message);
    expect(lost).toEqual(['c errored']);
    expect(source.observed).toBe(false);
    expect(operator.stats()).toMatchObject({ received: 3, emitted: 2, inFlight: 0 });
  });

  it('completes only when the last work is done', () => {
    const { source, seen, end } = bench({ capacity: 3 });
    for (const value of 'ab') source.next(value);
    source.complete();
    expect(seen).toEqual(['a0']);
    end();
    expect(seen).toEqual(['a0', 'b1']);
    end();
    expect(seen).toEqual(['a0', 'b1', '|']);
  });

  it('fails with the error of project for a value that waited', () => {
    const [source, gate, seen] = [new Subject<string>(), new Subject<never>(), [] as unknown[]];
    const operator = metered((stats) =>
      concatMapBounded(
        (value: string) => {
          if (value === 'b') throw new Error('project');
          return gate;
        },
        { stats, capacity: 3, onDrop: (value, reason) => seen.push(`${value} ${reason}`) },
      ),
    );
    source.pipe(operator).subscribe({ error: (error: unknown) => seen.push(String(error)) });
    for (const value of 'abc') source.next(value);
    gate.complete();
    expect(seen).toEqual(['c errored', 'Error: project']);
    expect([source.observed, operator.stats().inFlight]).toEqual([false, 0]);
  });

  it.each(failingCallbacks)('counts an onDrop and an onPressure that %s, and goes on', async (_how, fail) => {
    const { source, seen, end, operator } = bench({ capacity: 1, onDrop: fail, onPressure: fail });
    const { errors } = await escapedErrors(() => {
      for (const value of 'abc') source.next(value);
      end();
    });
    expect([seen, operator.stats().callbackErrors, errors]).toEqual([['a0', 'c1'], 3, []]);
  });

  it('accepts any work that RxJS accepts', async () => {
    const seen: number[] = [];
    const work = (value: number): Promise<number> => Promise.resolve(value * 2);
    await new Promise<void>((resolve) => {
      of(1, 2, 3)
        .pipe(concatMapBounded(work, { capacity: 3 }))
        .subscribe({ next: (value) => seen.push(value), complete: resolve });
    });
    expect(seen).toEqual([2, 4, 6]);
  });

  it('raises pressure at three quarters and clears it at a half', () => {
    const pressure: boolean[] = [];
    const { source, end } = bench({ capacity: 4, onPressure: (raised) => pressure.push(raised) });
    for (const value of 'abcd') source.next(value);
    expect(pressure).toEqual([true]);
    end();
    expect(pressure).toEqual([true, false]);
  });

  it('reads its capacity for each value that waits', () => {
    let capacity = 1;
    const [source, lost] = [new Subject<string>(), [] as string[]];
    const config = {
      get capacity() {
        return capacity;
      },
      onDrop: (value: string, reason: string) => lost.push(`${value} ${reason}`),
    };
    source.pipe(concatMapBounded(() => NEVER, config)).subscribe();
    for (const value of 'abc') source.next(value);
    expect(lost).toEqual(['b capacity']);
    capacity = 2;
    for (const value of 'de') source.next(value);
    expect(lost).toEqual(['b capacity', 'c capacity']);
  });

  it('stops a work that is still inside its subscribe call when the consumer has enough', () => {
    let produced = 0;
    const seen: number[] = [];
    const counting = (): Iterable<number> => ({
      *[Symbol.iterator]() {
        for (; produced < 100; produced += 1) yield produced;
      },
    });
    of('a', 'b')
      .pipe(concatMapBounded(counting, { capacity: 2 }), take(2))
      .subscribe((value) => seen.push(value));
    expect([seen, produced]).toEqual([[0, 1], 1]);
  });

  itRejectsArguments([
    ['concatMapBounded.project', 'work', () => concatMapBounded('work' as never, { capacity: 1 })],
    ['concatMapBounded.capacity', -1, () => concatMapBounded(() => NEVER, { capacity: -1 })],
    [
      'concatMapBounded.overflow',
      'latest',
      () => concatMapBounded(() => NEVER, { capacity: 1, overflow: 'latest' as never }),
    ],
    ['concatMapBounded.key', undefined, () => concatMapBounded(() => NEVER, { capacity: 1, overflow: 'conflate' })],
    ['concatMapBounded.size', 1, () => concatMapBounded(() => NEVER, { capacity: 1, size: 1 } as never)],
  ]);
});

describeBoundedLaws('concatMapBounded', queueBench, {
  leastCapacity: 0,
  ready: { first: 1, most: 1 },
  drainsBefore: { overflow: false, key: false },
});

describeOperatorLaws('concatMapBounded', () => concatMapBounded((value: string) => of(value), { capacity: 3 }), {
  values: ['a', 'b', 'c'],
  throwing: {
    project: (boom) => concatMapBounded<string, Observable<never>>(boom, { capacity: 3 }),
    'the work': (boom) =>
      concatMapBounded<string, Observable<never>>(
        () =>
          throwError(() => {
            try {
              return boom();
            } catch (error) {
              return error;
            }
          }),
        { capacity: 3 },
      ),
  },
});
