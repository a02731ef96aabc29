import fc from 'fast-check';
import { NEVER, type SchedulerAction, type SchedulerLike, Subject, VirtualTimeScheduler, concatWith, of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { staleBy, type Freshness } from '../../operators/index.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { trackingScheduler } from '../support/trackingScheduler.js';

const self = (value: string): string => value;
const fresh = (value: string): Freshness<string, string> => ({ value, key: value, stale: false });
const stale = (value: string): Freshness<string, string> => ({ value, key: value, stale: true });

describe('staleBy', () => {
  it('emits every value as fresh, and once as stale when a key was silent for after ms', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const source = cold('-a-b-a--------b-|');
      const said = { a: fresh('a'), b: fresh('b'), A: stale('a'), B: stale('b') };
      expectObservable(source.pipe(staleBy(self, { after: 4, scheduler }))).toBe('-a-b-a-B-A----b-|', said);
      expectSubscriptions(source.subscriptions).toBe('^---------------!');
    });
  });

  it('emits the last value of the key as stale', () => {
    marbles(({ cold, expectObservable }, scheduler) => {
      const source = cold('xy---|').pipe(staleBy(() => 'k', { after: 3, scheduler }));
      const [x, y] = [
        { value: 'x', key: 'k', stale: false },
        { value: 'y', key: 'k', stale: false },
      ];
      expectObservable(source).toBe('xy--Y|', { x, y, Y: { ...y, stale: true } });
    });
  });

  it('takes after from a function of the key, called for every value, and Infinity for never', () => {
    marbles(({ cold, expectObservable }, scheduler) => {
      let patience = 3;
      const after = (key: string): number => (key === 'b' ? Infinity : patience);
      const source = cold('ab---a---------|');
      scheduler.schedule(() => {
        patience = 6;
      }, 4);
      const said = { a: fresh('a'), b: fresh('b'), A: stale('a') };
      expectObservable(source.pipe(staleBy(self, { after, scheduler }))).toBe('ab-A-a-----A---|', said);
    });
  });

  it('arms its timer earlier for a key with a shorter span, and forgets a key whose span became Infinity', () => {
    marbles(({ cold, expectObservable }, scheduler) => {
      let patience: Record<string, number> = { a: 9, b: 2, c: 5 };
      const source = cold('abc---c------|');
      scheduler.schedule(() => {
        patience = { a: 9, b: 2, c: Infinity };
      }, 5);
      const said = { a: fresh('a'), b: fresh('b'), c: fresh('c'), A: stale('a'), B: stale('b') };
      const result = source.pipe(staleBy(self, { after: (key) => patience[key] ?? NaN, scheduler }));
      expectObservable(result).toBe('abcB--c--A---|', said);
    });
  });

  it('keeps a value fresh at the exact ms of its deadline if it comes before the timer', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const said = { a: fresh('a'), A: stale('a') };
      expectObservable(hot('a--a----|').pipe(staleBy(self, { after: 3, scheduler }))).toBe('a--a--A-|', said);
    });
  });

  it('has one timer for all keys, does not change it while values come, and has none when no key can go stale', () => {
    const virtual = new TestScheduler(() => undefined);
    const scheduler = trackingScheduler(virtual);
    const source = new Subject<string>();
    const patience: Record<string, number> = { never: Infinity, soon: 5 };
    source.pipe(staleBy(self, { after: (key) => patience[key] ?? 10, scheduler })).subscribe();
    source.next('never');
    expect(scheduler.pending()).toBe(0);
    for (let i = 0; i < 100; i += 1) source.next(`key ${String(i % 10)}`);
    expect([scheduler.pending(), scheduler.scheduled()]).toEqual([1, 1]);
    source.next('soon');
    expect([scheduler.pending(), scheduler.scheduled()]).toEqual([1, 2]);
    virtual.flush();
    expect([scheduler.pending(), scheduler.scheduled()]).toEqual([0, 3]);
  });

  it('cancels its timer when the span of the last key that could go stale becomes Infinity, also inside a firing', () => {
    const virtual = new TestScheduler(() => undefined);
    virtual.maxFrames = 1000;
    const scheduler = trackingScheduler(virtual);
    const [source, said] = [new Subject<string>(), [] as string[]];
    let patience = 5;
    source.pipe(staleBy(self, { after: () => patience, scheduler })).subscribe(({ key, stale: isStale }) => {
      if (!isStale || said.push(key) > 1) return;
      patience = Infinity;
      source.next('b');
      patience = 7;
      source.next('a');
      patience = Infinity;
    });
    for (const key of ['a', 'b']) source.next(key);
    patience = Infinity;
    source.next('a');
    expect(scheduler.pending()).toBe(1);
    source.next('b');
    expect(scheduler.pending()).toBe(0);
    patience = 5;
    source.next('c');
    virtual.flush();
    expect(said).toEqual(['c', 'a']);
    expect(scheduler.pending()).toBe(0);
  });

  it('marks a key as fresh by a value that is sent when the key goes stale', () => {
    const virtual = new TestScheduler(() => undefined);
    virtual.maxFrames = Infinity;
    const source = new Subject<string>();
    const received: string[] = [];
    source.pipe(staleBy(self, { after: 10, scheduler: virtual })).subscribe(({ value, stale: isStale }) => {
      received.push(`${value} ${isStale ? 'stale' : 'fresh'} ${String(virtual.now())}`);
      if (isStale && received.length < 4) source.next(value);
    });
    source.next('a');
    virtual.flush();
    expect(received).toEqual(['a fresh 0', 'a stale 10', 'a fresh 10', 'a stale 20']);
  });

  it('errors when after returns anything but a number of ms above 0', () => {
    for (const bad of [0, -1, NaN, 'soon']) {
      const source = new Subject<string>();
      let error: unknown;
      source.pipe(staleBy(self, { after: () => bad as number })).subscribe({ error: (e: unknown) => (error = e) });
      source.next('a');
      expect(error).toMatchObject({ code: 'RXQ_ARGUMENT', option: 'staleBy.after()' });
      expect(source.observed).toBe(false);
    }
  });

  it('agrees with a timer for each key', () => {
    const step = fc.record({ key: fc.nat(5), wait: fc.nat(8) });
    const spans = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Infinity)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), spans, (script, afters) => {
        const virtual = new TestScheduler(() => undefined);
        virtual.maxFrames = Infinity;
        const source = new Subject<number>();
        const after = (key: number): number => afters[key % afters.length] ?? 1;
        const received: string[] = [];
        source.pipe(staleBy((key) => key, { after, scheduler: virtual })).subscribe(({ key, stale: isStale }) => {
          if (isStale) received.push(`${String(key)} at ${String(virtual.now())}`);
        });
        const last = new Map<number, number>();
        const expected: string[] = [];
        let now = 0;
        const naive = (until: number): void => {
          const due = [...last].map(([key, at]) => [key, at + after(key)] as const).filter(([, at]) => at < until);
          for (const [key, at] of due) {
            expected.push(`${String(key)} at ${String(at)}`);
            last.delete(key);
          }
        };
        for (const { key, wait } of script) {
          now += wait;
          virtual.maxFrames = now - 1;
          virtual.flush();
          naive(now);
          virtual.frame = now;
          source.next(key);
          last.set(key, now);
        }
        virtual.maxFrames = 1e9;
        virtual.flush();
        naive(1e9);
        expect(received.toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  it('marks hundreds of keys with different spans as stale in order of deadlines, and equal deadlines in order of values', () => {
    // Mostly few of the keys have a value since the last one went stale, in some stretches nearly all of them.
    const few = fc.array(fc.record({ key: fc.nat(299), wait: fc.nat(3) }), { maxLength: 60, size: 'max' });
    const all = fc
      .nat(299)
      .map((from) => Array.from({ length: 280 }, (_, i) => ({ key: (from + i) % 300, wait: i % 2 })));
    const stretches = fc.array(fc.oneof(few, all), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(stretches, fc.integer({ min: 1, max: 97 }), (scripts, factor) => {
        const virtual = new TestScheduler(() => undefined);
        virtual.maxFrames = Infinity;
        const source = new Subject<number>();
        const received: string[] = [];
        let values = 0;
        // A key is sometimes less patient than before, so that its deadline comes nearer, or patient for ever.
        const after = (key: number): number => {
          if (values % 11 === 0) return Infinity;
          return values % 7 === 0 ? 1 + (key % 5) : 5 + ((key * factor) % 200);
        };
        source.pipe(staleBy((key) => key, { after, scheduler: virtual })).subscribe(({ key, stale: isStale }) => {
          if (isStale) received.push(`${String(key)} at ${String(virtual.now())}`);
        });
        const naive = new Map<number, { readonly key: number; readonly at: number; readonly order: number }>();
        const expected: string[] = [];
        const pass = (until: number): void => {
          virtual.maxFrames = until - 1;
          virtual.flush();
          virtual.frame = until;
          const due = [...naive.values()].filter(({ at }) => at < until);
          for (const { key, at } of due.sort((a, b) => a.at - b.at || a.order - b.order)) {
            expected.push(`${String(key)} at ${String(at)}`);
            naive.delete(key);
          }
        };
        let now = 0;
        for (const { key, wait } of scripts.flat()) {
          now += wait;
          if (wait > 0) pass(now);
          values += 1;
          naive.set(key, { key, at: now + after(key), order: values });
          source.next(key);
        }
        pass(1e6);
        expect(received).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('never uses a timer of more than 31 bits, and is right about a silence of months', () => {
    const delays: number[] = [];
    const virtual = new VirtualTimeScheduler();
    const scheduler: SchedulerLike = {
      now: () => virtual.now(),
      schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T) {
        delays.push(delay);
        return virtual.schedule(work, delay, state);
      },
    };
    const months = 5_000_000_000;
    const received: unknown[] = [];
    of('a')
      .pipe(concatWith(NEVER), staleBy(self, { after: months, scheduler }))
      .subscribe(({ stale: isStale }) => received.push([isStale, virtual.now()]));
    virtual.flush();
    expect(received).toEqual([
      [false, 0],
      [true, months],
    ]);
    expect(delays).toEqual([2 ** 31 - 1, 2 ** 31 - 1, months - 2 * (2 ** 31 - 1)]);
  });

  itRejectsArguments([
    ['staleBy.key', 'symbol', () => staleBy('symbol' as never, { after: 1 })],
    ['staleBy', undefined, () => staleBy(self, undefined as never)],
    ['staleBy.after', 0, () => staleBy(self, { after: 0 })],
    ['staleBy.after', NaN, () => staleBy(self, { after: NaN })],
    ['staleBy.after', '5 s', () => staleBy(self, { after: '5 s' as never })],
    ['staleBy.after', undefined, () => staleBy(self, {} as never)],
    ['staleBy.scheduler', 1, () => staleBy(self, { after: 1, scheduler: 1 as never })],
    ['staleBy.timeout', 1, () => staleBy(self, { after: 1, timeout: 1 } as never)],
  ]);
});

describeOperatorLaws('staleBy', (scheduler) => staleBy(self, { after: 2, scheduler }), {
  values: ['a', 'b', 'c'],
  throwing: {
    key: (boom) => staleBy<string, string>(boom, { after: 1 }),
    after: (after) => staleBy(self, { after }),
  },
});
