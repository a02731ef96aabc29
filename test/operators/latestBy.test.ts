import fc from 'fast-check';
import { defer, NEVER, of, Subject, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { latestBy } from '../../operators/index.js';
import { collected } from '../support/collected.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';

const letter = (value: string): string => value.toLowerCase();
const table = (values: string): ReadonlyMap<string, string> => new Map(Array.from(values, (one) => [letter(one), one]));

describe('latestBy', () => {
  it('emits the newest value of every key so far when the notifier emits and a value came since the last Map', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-A----c-d-|');
      const notifier = hot(' -------x-x-x---');
      const result = '       -------x---y--(z|)';
      expectObservable(source.pipe(latestBy(letter, { notifier }))).toBe(result.trim(), {
        x: table('Ab'),
        y: table('Abc'),
        z: table('Abcd'),
      });
      expectSubscriptions(source.subscriptions).toBe('^-------------!');
      expectSubscriptions(notifier.subscriptions).toBe('^-------------!');
    });
  });

  it('emits nothing at completion if no value came since the last Map, and continues after its notifier completes', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a----|');
      const notifier = cold('--(x|)');
      expectObservable(source.pipe(latestBy(letter, { notifier }))).toBe('--x---|', { x: table('a') });
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      expectSubscriptions(notifier.subscriptions).toBe('^-!');
      expectObservable(hot('-a-b-|').pipe(latestBy(letter, { notifier: of(1) }))).toBe('-----(x|)', { x: table('ab') });
    });
  });

  it('errors at once with the source and with the notifier, without values since the last Map', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const [failing, source] = [hot('-a-b-#'), hot('-a-b-c-')];
      const [notifier, broken] = [hot('--x-----'), cold('--x-#')];
      expectObservable(failing.pipe(latestBy(letter, { notifier }))).toBe('--x--#', { x: table('a') });
      expectSubscriptions(notifier.subscriptions).toBe('^----!');
      expectObservable(source.pipe(latestBy(letter, { notifier: broken }))).toBe('--x-#', { x: table('a') });
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectObservable(NEVER.pipe(latestBy(letter, { notifier: throwError(() => 'error') }))).toBe('#');
    });
  });

  it('subscribes to no notifier when the source has ended', () => {
    const notifier = new Subject<void>();
    let subscriptions = 0;
    const counted = defer(() => {
      subscriptions += 1;
      return notifier;
    });
    const received: unknown[] = [];
    of('a')
      .pipe(latestBy(letter, { notifier: counted }))
      .subscribe((value) => received.push(value));
    expect([received, subscriptions, notifier.observed]).toEqual([[table('a')], 0, false]);
  });

  it('never changes a Map that it has emitted', () => {
    const [source, notifier, received] = [
      new Subject<string>(),
      new Subject<void>(),
      [] as ReadonlyMap<string, string>[],
    ];
    source.pipe(latestBy(letter, { notifier })).subscribe((map) => received.push(map));
    for (const value of 'abA') {
      source.next(value);
      notifier.next();
    }
    expect(received).toEqual([table('a'), table('ab'), table('Ab')]);
    // The consumer's Map is none of the operator's.
    (received[2] as Map<string, string>).clear();
    source.next('c');
    notifier.next();
    expect(received[3]).toEqual(table('Abc'));
  });

  it('keeps a value that comes during an emission for the next Map', () => {
    const [source, notifier, received] = [new Subject<string>(), new Subject<void>(), [] as string[]];
    source.pipe(latestBy(letter, { notifier })).subscribe((map) => {
      received.push([...map.values()].join(''));
      if (received.length === 1) source.next('b');
      if (received.length === 2) notifier.next();
    });
    source.next('a');
    notifier.next();
    notifier.next();
    notifier.next();
    expect(received).toEqual(['a', 'ab']);
  });

  it('unsubscribes from source and notifier when the consumer has enough', () => {
    const [source, notifier] = [new Subject<string>(), new Subject<void>()];
    source.pipe(latestBy(letter, { notifier }), take(1)).subscribe();
    source.next('a');
    notifier.next();
    expect([source.observed, notifier.observed]).toEqual([false, false]);
  });

  it('agrees with a naive Map, which forgets the key updated least recently, as its capacity changes', () => {
    const event = fc.oneof(
      { weight: 6, arbitrary: fc.nat(9) },
      { weight: 2, arbitrary: fc.constant('turn' as const) },
      { weight: 1, arbitrary: fc.record({ capacity: fc.integer({ min: 1, max: 8 }) }) },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 100, size: 'max' }), (events) => {
        const [source, notifier] = [new Subject<readonly [key: number, id: number]>(), new Subject<void>()];
        const [received, expected] = [[] as unknown[], [] as unknown[]];
        let capacity = 4;
        const config = {
          notifier,
          get capacity() {
            return capacity;
          },
        };
        source.pipe(latestBy(([key]) => key, config)).subscribe((map) => received.push([...map]));
        let naive: { key: number; value: readonly [number, number]; at: number }[] = [];
        let changed = false;
        const show = (): void => {
          if (changed) expected.push(naive.map(({ key, value }) => [key, value]));
          changed = false;
        };
        events.forEach((what, id) => {
          if (what === 'turn') {
            notifier.next();
            show();
          } else if (typeof what === 'object') {
            capacity = what.capacity;
          } else {
            const value = [what, id] as const;
            source.next(value);
            changed = true;
            const present = naive.find(({ key }) => key === what);
            if (present) Object.assign(present, { value, at: id });
            else {
              naive.push({ key: what, value, at: id });
              while (naive.length > capacity) {
                const oldest = Math.min(...naive.map(({ at }) => at));
                naive = naive.filter(({ at }) => at !== oldest);
              }
            }
          }
        });
        source.complete();
        show();
        expect(received).toEqual(expected);
      }),
    );
  });

  it('keeps no value alive that was replaced, or whose key was evicted', async () => {
    const source = new Subject<{ readonly key: number }>();
    const subscription = source.pipe(latestBy(({ key }) => key, { notifier: NEVER, capacity: 1 })).subscribe();
    const put = (key: number): WeakRef<object> => {
      const value = { key };
      source.next(value);
      return new WeakRef(value);
    };
    const [replaced, evicted] = [put(1), put(1)];
    put(2);
    expect(await Promise.all([collected(replaced), collected(evicted)])).toEqual([true, true]);
    subscription.unsubscribe();
  });

  itRejectsArguments([
    ['latestBy.key', 1, () => latestBy(1 as never, { notifier: NEVER })],
    ['latestBy', undefined, () => latestBy(letter, undefined as never)],
    ['latestBy.notifier', undefined, () => latestBy(letter, {} as never)],
    ['latestBy.notifier', 1, () => latestBy(letter, { notifier: 1 as never })],
    ['latestBy.capacity', 0, () => latestBy(letter, { notifier: NEVER, capacity: 0 })],
    ['latestBy.capacity', '9', () => latestBy(letter, { notifier: NEVER, capacity: '9' as never })],
    ['latestBy.maxKeys', 1, () => latestBy(letter, { notifier: NEVER, maxKeys: 1 } as never)],
  ]);
});

describeOperatorLaws('latestBy', () => latestBy(letter, { notifier: NEVER }), {
  values: ['a', 'b', 'c'],
  inline: false,
  throwing: { key: (boom) => latestBy(boom, { notifier: NEVER }) },
});
