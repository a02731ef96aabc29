import {
  Observable,
  Subject,
  mergeMap,
  of,
  take,
  type OperatorFunction,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectConserved } from './conserved.js';
import { marbles } from './marbles.js';
import type { Metered } from './metered.js';
import { trackingScheduler, type TrackingScheduler } from './trackingScheduler.js';

/** The facts of an operator that the kit needs. */
export interface OperatorFacts<T> {
  /** Three different values which the operator lets through. */
  readonly values: readonly [T, T, T];
  /** `false` when values wait for something other than time. @defaultValue true */
  readonly inline?: boolean;
  /** The value that it emits for an empty source, before it completes. @defaultValue nothing */
  readonly ofNothing?: unknown;
  /** Makes the operator with a callback that throws what `boom` throws; one entry for each deciding callback. */
  readonly throwing?: Readonly<Record<string, (boom: () => never) => OperatorFunction<T, unknown>>>;
}

function statsOf(operator: object): (() => void) | undefined {
  if (!('stats' in operator)) return undefined;
  return () => {
    expectConserved((operator as Metered<unknown, unknown>).stats());
  };
}

/**
 * The laws every operator keeps: it ends as its source does, lets go of it, leaves no timer, stops at once, survives
 * being fed from its own output, and turns a thrown callback into an error.
 */
export function describeOperatorLaws<T>(
  name: string,
  make: (scheduler: SchedulerLike) => OperatorFunction<T, unknown>,
  { values, inline = true, ofNothing, throwing = {} }: OperatorFacts<T>,
): void {
  const [a, b, c] = values;
  const marbleValues = { a, b, c };

  describe(`${name}: laws of operators`, () => {
    let tracking: TrackingScheduler;
    let virtual: TestScheduler;
    beforeEach(() => {
      virtual = new TestScheduler(() => undefined);
      tracking = trackingScheduler(virtual);
    });
    afterEach(() => {
      expect(tracking.pending(), 'a timer was left').toBe(0);
    });

    it('emits nothing for a silent source, and unsubscribes from it', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        tracking = trackingScheduler(scheduler);
        const source = cold<T>('-');
        expectObservable(source.pipe(make(tracking)), '^---!').toBe('-');
        expectSubscriptions(source.subscriptions).toBe('^---!');
      });
    });

    it('completes with an empty source', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        tracking = trackingScheduler(scheduler);
        const source = cold<T>('|');
        expectObservable(source.pipe(make(tracking))).toBe(ofNothing === undefined ? '|' : '(x|)', { x: ofNothing });
        expectSubscriptions(source.subscriptions).toBe('(^!)');
      });
    });

    it('passes the error of a source on', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
        tracking = trackingScheduler(scheduler);
        const source = cold<T>('#');
        expectObservable(source.pipe(make(tracking))).toBe('#');
        expectSubscriptions(source.subscriptions).toBe('(^!)');
      });
    });

    it('unsubscribes from its source when the consumer leaves early, and when the source ends', () => {
      marbles(({ hot, expectSubscriptions }, scheduler) => {
        tracking = trackingScheduler(scheduler);
        const left = hot('-a-b-c-|', marbleValues);
        const ended = hot('-a-b-c-|', marbleValues);
        const subscription = left.pipe(make(tracking)).subscribe();
        scheduler.schedule(() => {
          subscription.unsubscribe();
        }, 4);
        ended.pipe(make(tracking)).subscribe();
        expectSubscriptions(left.subscriptions).toBe('^---!');
        expectSubscriptions(ended.subscriptions).toBe('^------!');
      });
    });

    it('keeps a chain linked: an unsubscription at the end reaches the start', () => {
      marbles(({ hot, expectSubscriptions }, scheduler) => {
        tracking = trackingScheduler(scheduler);
        const source = hot('-a-b-c-|', marbleValues);
        const step = mergeMap((value: unknown) => of(value));
        const chain = source.pipe(
          mergeMap((value) => of(value)),
          make(tracking),
          step,
        );
        const subscription = chain.subscribe();
        scheduler.schedule(() => {
          subscription.unsubscribe();
        }, 4);
        expectSubscriptions(source.subscriptions).toBe('^---!');
      });
    });

    if (inline) {
      it('stops a synchronous source as soon as the consumer has enough', () => {
        let produced = 0;
        const endless = new Observable<T>((subscriber) => {
          while (!subscriber.closed && produced < 100) {
            subscriber.next(values[produced % 3] as T);
            produced += 1;
          }
        });
        const received: unknown[] = [];
        endless.pipe(make(tracking), take(2)).subscribe((value) => received.push(value));
        expect(received).toHaveLength(2);
        expect(produced).toBe(2);
      });

      it('stops at once when the consumer leaves inside next', () => {
        const source = new Subject<T>();
        const received: unknown[] = [];
        const subscription: Subscription = source.pipe(make(tracking)).subscribe((value) => {
          received.push(value);
          subscription.unsubscribe();
        });
        for (const value of values) source.next(value);
        expect(received).toHaveLength(1);
        expect(source.observed).toBe(false);
      });
    }

    it('handles feedback of its own output, with a correct ledger at every observation', () => {
      const source = new Subject<T>();
      const operator = make(tracking);
      const check = statsOf(operator);
      let fed = 0;
      source.pipe(operator).subscribe(() => {
        check?.();
        fed += 1;
        if (fed < 3) source.next(values[fed] as T);
        check?.();
      });
      source.next(a);
      expect(fed).toBe(inline ? 3 : 0);
      check?.();
      source.complete();
      check?.();
    });

    it('keeps subscriptions independent', () => {
      const operator = make(tracking);
      const source = new Subject<T>();
      const counts = [0, 0];
      const first = source.pipe(operator).subscribe(() => (counts[0] = (counts[0] ?? 0) + 1));
      source.pipe(operator).subscribe(() => (counts[1] = (counts[1] ?? 0) + 1));
      source.next(a);
      first.unsubscribe();
      source.next(b);
      expect(counts).toEqual(inline ? [1, 2] : [0, 0]);
      statsOf(operator)?.();
      source.complete();
      expect(source.observed).toBe(false);
    });

    it.each(Object.entries(throwing))(
      'turns an error of %s into an error of the stream and unsubscribes from the source',
      (_, makeThrowing) => {
        const boom = new Error('boom');
        const operator = makeThrowing(() => {
          throw boom;
        });
        const source = new Subject<T>();
        let error: unknown;
        source.pipe(operator).subscribe({
          error: (e: unknown) => {
            error = e;
          },
        });
        source.next(a);
        expect(error).toBe(boom);
        expect(source.observed).toBe(false);
        statsOf(operator)?.();
      },
    );

    it('leaves no timer after a source that ends at once', () => {
      of(a, b, c).pipe(make(tracking)).subscribe();
    });
  });
}
