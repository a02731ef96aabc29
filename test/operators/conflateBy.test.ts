import fc from 'fast-check';
import { NEVER, type Observable, Subject, of, sample, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { conflateBy } from '../../operators/index.js';
import { expectConserved } from '../support/conserved.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { expectSameAsTwin } from '../support/sameAsTwin.js';
import { metered } from '../support/metered.js';

const letter = (value: string): string => value.toLowerCase();

describe('conflateBy', () => {
  it('emits the newest value of each key since the last time, in order of last update', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-A---c----|');
      const notifier = hot(' -------x---x---');
      expectObservable(source.pipe(conflateBy(letter, notifier))).toBe('-------(bA)c--|');
      expectSubscriptions(source.subscriptions).toBe('^-------------!');
      expectSubscriptions(notifier.subscriptions).toBe('^-------------!');
    });
  });

  it('is exactly sample for one key', () => {
    const event = fc.constantFrom('value', 'tick', 'both', 'nothing');
    const ends = fc.constantFrom('source completes', 'source errors', 'ticks complete', 'ticks error', 'nothing');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30, size: 'max' }), ends, fc.boolean(), (events, end, feedsBack) => {
        const record = (
          operator: (source: Observable<number>, ticks: Observable<void>) => Observable<number>,
        ): unknown[] => {
          const [source, ticks, log] = [new Subject<number>(), new Subject<void>(), [] as unknown[]];
          operator(source, ticks).subscribe({
            next: (value) => {
              log.push(value);
              if (feedsBack && value < 1000) source.next(value + 1000);
            },
            error: (error: unknown) => log.push(`# ${String(error)}`),
            complete: () => log.push('|'),
          });
          events.forEach((what, i) => {
            if (what === 'value' || what === 'both') source.next(i);
            if (what === 'tick' || what === 'both') ticks.next();
          });
          if (end === 'source completes') source.complete();
          if (end === 'source errors') source.error('source');
          if (end === 'ticks complete') ticks.complete();
          if (end === 'ticks error') ticks.error('ticks');
          ticks.next();
          log.push(source.observed, ticks.observed);
          return log;
        };
        const one = (): string => 'the one';
        expect(record((source, ticks) => source.pipe(conflateBy(one, ticks)))).toEqual(
          record((source, ticks) => source.pipe(sample(ticks))),
        );
      }),
    );
  });

  it('agrees with a naive Map for any number of keys, and counts every loss', () => {
    const event = fc.oneof(fc.nat(6), fc.constant('tick' as const));
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 100, size: 'max' }),
        fc.integer({ min: 1, max: 8 }),
        (events, capacity) => {
          const [source, ticks, seen, lost] = [
            new Subject<[number, number]>(),
            new Subject<void>(),
            [] as unknown[],
            [] as unknown[],
          ];
          const operator = metered((stats) =>
            conflateBy<[number, number]>(([key]) => key, ticks, {
              stats,
              capacity,
              onDrop: (value, reason) => {
                expectConserved(operator.stats());
                expect(reason).toBe('key-evicted');
                lost.push(value);
              },
            }),
          );
          source.pipe(operator).subscribe((value) => {
            expectConserved(operator.stats());
            seen.push(value);
          });
          const [naive, naiveReceived, naiveLost] = [
            new Map<number, [number, number]>(),
            [] as unknown[],
            [] as unknown[],
          ];
          events.forEach((key, i) => {
            if (key === 'tick') {
              naiveReceived.push(...naive.values());
              naive.clear();
              ticks.next();
              return;
            }
            naive.delete(key);
            naive.set(key, [key, i]);
            for (const [oldest, value] of naive) {
              if (naive.size <= capacity) break;
              naive.delete(oldest);
              naiveLost.push(value);
            }
            source.next([key, i]);
          });
          expect(seen).toEqual(naiveReceived);
          expect(lost).toEqual(naiveLost);
          expectConserved(operator.stats());
        },
      ),
    );
  });

  it('keeps values that come during an emission for the next one', () => {
    const [source, ticks, seen] = [new Subject<string>(), new Subject<void>(), [] as string[]];
    source.pipe(conflateBy((value) => value[0], ticks)).subscribe((value) => {
      seen.push(value);
      if (value === 'a1') source.next('a2');
    });
    for (const value of ['a1', 'b1']) source.next(value);
    ticks.next();
    expect(seen).toEqual(['a1', 'b1']);
    ticks.next();
    expect(seen).toEqual(['a1', 'b1', 'a2']);
  });

  it('emits each value once when the notifier emits during an emission', () => {
    const [source, ticks, seen] = [new Subject<string>(), new Subject<void>(), [] as string[]];
    source.pipe(conflateBy((value) => value[0], ticks)).subscribe((value) => {
      seen.push(value);
      if (value === 'a1') ticks.next();
      if (value === 'b1') source.next('d1');
    });
    for (const value of ['a1', 'b1', 'c1']) source.next(value);
    ticks.next();
    expect(seen).toEqual(['a1', 'b1', 'c1']);
  });

  it('counts waiting values under the reason of the end', () => {
    const reasonsAfter = (end: (source: Subject<string>, ticks: Subject<void>, leave: () => void) => void): unknown => {
      const [source, ticks, lost] = [new Subject<string>(), new Subject<void>(), [] as string[]];
      const operator = metered((stats) =>
        conflateBy<string>(letter, ticks, { stats, onDrop: (value, reason) => lost.push(`${value} ${reason}`) }),
      );
      const subscription = source.pipe(operator).subscribe({ error: () => undefined });
      source.next('a');
      end(source, ticks, () => {
        subscription.unsubscribe();
      });
      expectConserved(operator.stats());
      expect([source.observed, ticks.observed]).toEqual([false, false]);
      return lost;
    };
    expect(
      reasonsAfter((source) => {
        source.complete();
      }),
    ).toEqual(['a completed']);
    expect(
      reasonsAfter((source) => {
        source.error('#');
      }),
    ).toEqual(['a errored']);
    expect(
      reasonsAfter((_, ticks) => {
        ticks.error('#');
      }),
    ).toEqual(['a errored']);
    expect(
      reasonsAfter((_source, _ticks, leave) => {
        leave();
      }),
    ).toEqual(['a unsubscribed']);
  });

  it('counts waiting values as errored when key throws', () => {
    const [source, lost] = [new Subject<string>(), [] as string[]];
    const key = (value: string): string => {
      if (value === 'b') throw new Error('boom');
      return value;
    };
    const operator = metered((stats) =>
      conflateBy<string>(key, NEVER, { stats, onDrop: (...drop) => lost.push(drop.join(' ')) }),
    );
    let error: unknown;
    source.pipe(operator).subscribe({ error: (thrown: unknown) => (error = thrown) });
    for (const value of 'ab') source.next(value);
    expect([String(error), lost]).toEqual(['Error: boom', ['a errored']]);
    expectConserved(operator.stats());
    expect(source.observed).toBe(false);
  });

  it('drops waiting values as errored when key throws, after it has unsubscribed from its source', () => {
    const [source, ticks, lost] = [new Subject<string>(), new Subject<void>(), [] as string[]];
    const key = (value: string): string => {
      if (value === 'c') throw new Error('boom');
      if (value === 'late') throw new Error('another');
      return value;
    };
    const operator = metered((stats) =>
      conflateBy(key, ticks, {
        stats,
        onDrop: (value, reason) => {
          source.next('late');
          expectConserved(operator.stats());
          lost.push(`${value} ${reason}`);
        },
      }),
    );
    let error: unknown;
    source.pipe(operator).subscribe({ error: (e: unknown) => (error = e) });
    for (const value of ['a', 'b', 'c']) source.next(value);
    expect(error).toEqual(new Error('boom'));
    expect(lost).toEqual(['a errored', 'b errored']);
    expect(operator.stats()).toMatchObject({ received: 2, dropped: { errored: 2 }, inFlight: 0 });
    expect([source.observed, ticks.observed]).toEqual([false, false]);
  });

  it('takes no value in when the consumer leaves inside key', () => {
    const [source, ticks] = [new Subject<string>(), new Subject<void>()];
    const key = (value: string): string => {
      subscription.unsubscribe();
      return value;
    };
    const operator = metered((stats) => conflateBy(key, ticks, { stats }));
    const subscription = source.pipe(operator).subscribe();
    source.next('a');
    expect(operator.stats()).toMatchObject({ received: 0, inFlight: 0 });
  });

  it('is sample also in virtual time, for one key', () => {
    expectSameAsTwin(
      ({ source, other }) => source.pipe(conflateBy(() => 'the one', other)),
      ({ source, other }) => source.pipe(sample(other)),
    );
  });

  it('errors with the notifier', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-');
      expectObservable(source.pipe(conflateBy(letter, cold('--x-#')))).toBe('--a-#');
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectObservable(
        hot('-a').pipe(
          conflateBy(
            letter,
            throwError(() => 'error'),
          ),
        ),
      ).toBe('#');
    });
  });

  it('accepts any notifier that RxJS accepts', async () => {
    const source = new Subject<string>();
    const seen: string[] = [];
    source.pipe(conflateBy(letter, Promise.resolve())).subscribe((value) => seen.push(value));
    source.next('a');
    await Promise.resolve();
    await Promise.resolve();
    expect(seen).toEqual(['a']);
  });

  itRejectsArguments([
    ['conflateBy.key', 'symbol', () => conflateBy('symbol' as never, NEVER)],
    ['conflateBy.notifier', 100, () => conflateBy(letter, 100 as never)],
    ['conflateBy.capacity', 0, () => conflateBy(letter, NEVER, { capacity: 0 })],
    ['conflateBy.onDrop', 1, () => conflateBy(letter, NEVER, { onDrop: 1 as never })],
    ['conflateBy.overflow', 'conflate', () => conflateBy(letter, of(1), { overflow: 'conflate' } as never)],
  ]);
});

describeOperatorLaws('conflateBy', () => conflateBy<string>(letter, NEVER), {
  values: ['a', 'b', 'c'],
  inline: false,
  throwing: { key: (boom) => conflateBy<string>(boom, NEVER) },
});
