import fc from 'fast-check';
import { buffer, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type BoundedConfig, bufferBounded } from '../../operators/index.js';
import { describeBoundedLaws, type QueueBench } from '../support/boundedLaws.js';
import { collected } from '../support/collected.js';
import { expectConserved } from '../support/conserved.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { operatorBench } from '../support/operatorBench.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { expectSameAsTwin } from '../support/sameAsTwin.js';
import { metered } from '../support/metered.js';

/** A subject through the operator, emitted on request; what came out and what was lost. */
function bench(config: BoundedConfig<string>, onNext: (values: readonly string[]) => void = () => undefined) {
  const [source, turns, seen, lost] = [new Subject<string>(), new Subject<void>(), [] as string[], [] as string[]];
  const operator = metered((stats) =>
    bufferBounded<string>(turns, {
      stats,
      onDrop: (value, reason) => {
        expectConserved(operator.stats());
        lost.push(`${value} ${reason}`);
      },
      ...config,
    }),
  );
  const subscription = source.pipe(operator).subscribe({
    next: (values) => {
      expectConserved(operator.stats());
      seen.push(values.join(' '));
      onNext(values);
    },
    error: (error: unknown) => seen.push(String((error as { code?: string }).code ?? error)),
    complete: () => seen.push('|'),
  });
  return { source, turns, seen, lost, operator, subscription };
}

function queueBench<T>(config: BoundedConfig<T>): QueueBench<T> {
  const turns = new Subject<void>();
  return operatorBench({
    operator: metered((stats) => bufferBounded<T>(turns, Object.assign(config, { stats }))),
    valuesOf: (values) => values,
    turn: () => {
      turns.next();
    },
    holds: () => turns.observed,
  });
}

describe('bufferBounded', () => {
  it('emits the waiting values at every turn and at the end, and keeps the last ones', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-----d|');
      const notifier = hot(' -------x-x---');
      const values = { x: ['b', 'c'], y: [], z: ['d'] };
      expectObservable(source.pipe(bufferBounded(notifier, { capacity: 2 }))).toBe('-------x-y--(z|)', values);
      expectSubscriptions(source.subscriptions).toBe('^-----------!');
      expectSubscriptions(notifier.subscriptions).toBe('^-----------!');
    });
  });

  it('errors with the notifier, but ignores its completion', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-');
      expectObservable(source.pipe(bufferBounded(cold('--x-#'), { capacity: 1 }))).toBe('--x-#', { x: ['a'] });
      expectSubscriptions(source.subscriptions).toBe('^---!');
      const refused = throwError(() => 'error');
      expectObservable(hot('-a').pipe(bufferBounded(refused, { capacity: 1 }))).toBe('#');
      expectObservable(hot('-a---|').pipe(bufferBounded(cold('--|'), { capacity: 1 }))).toBe('-----(x|)', { x: ['a'] });
    });
  });

  it.each([
    ['drop-oldest', ['c d', '', '|'], ['a capacity', 'b capacity']],
    ['drop-incoming', ['a b', '', '|'], ['c capacity', 'd capacity']],
    ['error', ['RXQ_OVERFLOW'], ['c capacity', 'a errored', 'b errored']],
  ] as const)('with %s keeps two of four', (overflow, expected, losses) => {
    const { source, turns, seen, lost, operator } = bench({ capacity: 2, overflow });
    for (const value of 'abcd') source.next(value);
    turns.next();
    source.complete();
    expect([seen, lost]).toEqual([expected, losses]);
    expectConserved(operator.stats());
    expect(operator.stats().inFlight).toBe(0);
  });

  it('with a key emits each key’s newest, in order of first arrival, and loses the key updated longest ago', () => {
    const { source, turns, seen, lost, operator } = bench({ capacity: 2, key: (value) => value[0] });
    for (const value of ['a1', 'b1', 'a2', 'c1']) source.next(value);
    turns.next();
    expect([seen, lost]).toEqual([['a2 c1'], ['b1 key-evicted']]);
    expect(operator.stats()).toMatchObject({ received: 4, emitted: 2, conflated: 1, dropped: { 'key-evicted': 1 } });
  });

  it('is exactly buffer while the capacity is not reached', () => {
    const event = fc.constantFrom('value', 'turn', 'both', 'nothing');
    const ends = fc.constantFrom('source completes', 'source errors', 'turns complete', 'turns error', 'nothing');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40, size: 'max' }), ends, fc.boolean(), (events, end, feedsBack) => {
        type Make = (source: Observable<number>, turns: Observable<void>) => Observable<readonly number[]>;
        const record = (make: Make): unknown[] => {
          const [source, turns, log] = [new Subject<number>(), new Subject<void>(), [] as unknown[]];
          make(source, turns).subscribe({
            next: (values) => {
              log.push(values);
              if (feedsBack && values.length > 0 && log.length < 100) source.next(log.length + 1000);
            },
            error: (error: unknown) => log.push(`# ${String(error)}`),
            complete: () => log.push('|'),
          });
          events.forEach((what, i) => {
            if (what === 'value' || what === 'both') source.next(i);
            if (what === 'turn' || what === 'both') turns.next();
          });
          if (end === 'source completes') source.complete();
          if (end === 'source errors') source.error('source');
          if (end === 'turns complete') turns.complete();
          if (end === 'turns error') turns.error('turns');
          turns.next();
          log.push(source.observed, turns.observed);
          return log;
        };
        expect(record((source, turns) => source.pipe(bufferBounded(turns, { capacity: 1000 })))).toEqual(
          record((source, turns) => source.pipe(buffer(turns))),
        );
      }),
    );
  });

  it('is buffer also in virtual time: the same emissions, subscriptions and unsubscriptions at the same times', () => {
    expectSameAsTwin(
      ({ source, other }) => source.pipe(bufferBounded(other, { capacity: 1000 })),
      ({ source, other }) => source.pipe(buffer(other)),
    );
  });

  it('does not subscribe to its notifier if its source has ended synchronously', () => {
    let subscriptions = 0;
    const turns = new Observable<void>(() => {
      subscriptions += 1;
    });
    const seen: unknown[] = [];
    of('a')
      .pipe(bufferBounded(turns, { capacity: 1 }))
      .subscribe((values) => seen.push(values));
    expect([seen, subscriptions]).toEqual([[['a']], 0]);
  });

  it('keeps a value that comes during an emission for the next one, also if that one comes within it', () => {
    const { source, turns, seen, operator } = bench({ capacity: 4 }, ([first]) => {
      if (first === 'a') {
        source.next('b');
        turns.next();
      }
    });
    source.next('a');
    turns.next();
    turns.next();
    expect(seen).toEqual(['a', 'b', '']);
    expectConserved(operator.stats());
  });

  it('drops waiting values under the reason of the end, and unsubscribes from both', () => {
    const after = (act: (it: ReturnType<typeof bench>) => void): unknown => {
      const it = bench({ capacity: 3 });
      for (const value of 'ab') it.source.next(value);
      act(it);
      expectConserved(it.operator.stats());
      expect([it.source.observed, it.turns.observed]).toEqual([false, false]);
      return [...it.lost, ...it.seen];
    };
    expect(after(({ subscription }) => subscription.unsubscribe())).toEqual(['a unsubscribed', 'b unsubscribed']);
    expect(after(({ source }) => source.error('source'))).toEqual(['a errored', 'b errored', 'source']);
    expect(after(({ turns }) => turns.error('turns'))).toEqual(['a errored', 'b errored', 'turns']);
    expect(after(({ source }) => source.complete())).toEqual(['a b', '|']);
  });

  it('counts no value as emitted that a consumer who left did not get', () => {
    const { source, turns, seen, lost, operator, subscription } = bench({ capacity: 2 }, () => {
      source.next('c');
      subscription.unsubscribe();
    });
    for (const value of 'ab') source.next(value);
    turns.next();
    expect([seen, lost]).toEqual([['a b'], ['c unsubscribed']]);
    expect(operator.stats()).toMatchObject({ received: 3, emitted: 2, inFlight: 0 });
  });

  it('clears pressure after the emission that made room', () => {
    const reported: string[] = [];
    const { source, turns } = bench({ capacity: 4, onPressure: (raised) => reported.push(String(raised)) }, (values) =>
      reported.push(values.join('')),
    );
    for (const value of 'abcd') source.next(value);
    turns.next();
    expect(reported).toEqual(['true', 'abcd', 'false']);
  });

  it('reads its capacity for each value', () => {
    let capacity = 1;
    const [source, turns, seen] = [new Subject<string>(), new Subject<void>(), [] as string[]];
    const config = {
      get capacity() {
        return capacity;
      },
    };
    source.pipe(bufferBounded(turns, config)).subscribe((values) => seen.push(values.join('')));
    for (const value of 'ab') source.next(value);
    capacity = 3;
    for (const value of 'cd') source.next(value);
    turns.next();
    expect(seen).toEqual(['bcd']);
  });

  it('keeps no value alive that it has emitted or dropped', async () => {
    const [source, turns] = [new Subject<object>(), new Subject<void>()];
    source.pipe(bufferBounded(turns, { capacity: 1 })).subscribe();
    const references = [{}, {}].map((value) => {
      source.next(value);
      return new WeakRef(value);
    });
    turns.next();
    expect(await Promise.all(references.map(collected))).toEqual([true, true]);
    expect(source.observed).toBe(true);
  });

  it('accepts any notifier that RxJS accepts', async () => {
    const [source, seen] = [new Subject<string>(), [] as string[][]];
    source.pipe(bufferBounded(Promise.resolve(), { capacity: 1 })).subscribe((values) => seen.push(values));
    source.next('a');
    await Promise.resolve();
    await Promise.resolve();
    expect(seen).toEqual([['a']]);
  });

  itRejectsArguments([
    ['bufferBounded.notifier', 100, () => bufferBounded(100 as never, { capacity: 1 })],
    ['bufferBounded.capacity', 0, () => bufferBounded(NEVER, { capacity: 0 })],
    ['bufferBounded.overflow', 'newest', () => bufferBounded(NEVER, { capacity: 1, overflow: 'newest' as never })],
    ['bufferBounded.onPressure', 1, () => bufferBounded(NEVER, { capacity: 1, onPressure: 1 as never })],
    ['bufferBounded.interval', 5, () => bufferBounded(NEVER, { capacity: 1, interval: 5 } as never)],
  ]);
});

describeBoundedLaws('bufferBounded', queueBench, {
  leastCapacity: 1,
  ready: { first: 0, most: 0 },
  takesAll: true,
  drainsBefore: { overflow: false, key: false },
});

describeOperatorLaws('bufferBounded', () => bufferBounded<string>(NEVER, { capacity: 3 }), {
  values: ['a', 'b', 'c'],
  inline: false,
  ofNothing: [],
  throwing: { key: (boom) => bufferBounded<string>(NEVER, { capacity: 3, key: boom }) },
});
