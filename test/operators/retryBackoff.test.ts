import fc from 'fast-check';
import { Observable, Subject, asapScheduler, defer, of, queueScheduler, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { retryBackoff, type RetryBackoffConfig } from '../../operators/index.js';
import type { Jitter } from '../../operators/internal/backoff.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { trackingScheduler } from '../support/trackingScheduler.js';
import { metered } from '../support/metered.js';

const plain = { minBackoff: 2, jitter: 'none' } as const;

describe('retryBackoff', () => {
  it('waits longer with every failure in a row, and gives up after maxRetries', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const source = cold('a-#');
      const result = source.pipe(retryBackoff({ ...plain, maxRetries: 3, scheduler }));
      expectObservable(result).toBe('a---a-----a---------a-#');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '----^-!', '----------^-!', '--------------------^-!']);
    });
  });

  it('never waits longer than maxBackoff', () => {
    marbles(({ cold, expectSubscriptions, expectObservable }, scheduler) => {
      const source = cold('#');
      const config: RetryBackoffConfig<string> = { ...plain, maxBackoff: 5, multiplier: 10, maxRetries: 3, scheduler };
      expectObservable(source.pipe(retryBackoff(config))).toBe('------------#');
      expectSubscriptions(source.subscriptions).toBe(['(^!)', '--(^!)', '-------(^!)', '------------(^!)']);
    });
  });

  it('starts again only if a good value came and the source lasted for resetAfter after it', () => {
    const resets = (source: string, config: RetryBackoffConfig<string> = {}): boolean => {
      let delays: readonly number[] = [];
      marbles(({ cold }, scheduler) => {
        const seen: number[] = [];
        const onRetry = ({ delay }: Parameters<NonNullable<RetryBackoffConfig<unknown>['onRetry']>>[0]): void => {
          seen.push(delay);
          if (seen.length === 3) subscription.unsubscribe();
        };
        const subscription = cold(source)
          .pipe(retryBackoff({ ...plain, ...config, onRetry, scheduler }))
          .subscribe();
        delays = seen;
      });
      return delays.every((delay) => delay === 2);
    };
    expect(resets('a----#', { resetAfter: 5 })).toBe(true);
    expect(resets('a---#', { resetAfter: 5 })).toBe(false);
    expect(resets('-----#', { resetAfter: 5 })).toBe(false);
    expect(resets('a---a#', { resetAfter: 5 })).toBe(true);
    const resetOn = (value: string): boolean => value === 'v';
    expect(resets('a----#', { resetAfter: 5, resetOn })).toBe(false);
    expect(resets('a-v----#', { resetAfter: 6, resetOn })).toBe(false);
    expect(resets('a-v-----#', { resetAfter: 6, resetOn })).toBe(true);
    expect(resets('a 29999ms #')).toBe(true);
    expect(resets('a 29998ms #')).toBe(false);
  });

  it('passes on at once an error that is not retryable', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const source = cold('a-#', undefined, 'fatal');
      const retryable = (error: unknown): boolean => error !== 'fatal';
      expectObservable(source.pipe(retryBackoff({ retryable, scheduler }))).toBe('a-#', undefined, 'fatal');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('uses the wait that adjust returns from the back-off, the error and the attempt', () => {
    marbles(({ cold, expectObservable }, scheduler) => {
      const told: unknown[] = [];
      const adjust = (...args: readonly unknown[]): number => {
        told.push(args);
        return args[2] === 1 ? 0 : 7;
      };
      const result = cold('a#').pipe(retryBackoff({ ...plain, adjust, maxRetries: 2, scheduler }));
      expectObservable(result).toBe('aa-------a#');
      scheduler.flush();
      expect(told).toEqual([
        [2, 'error', 1],
        [4, 'error', 2],
      ]);
    });
  });

  it.each([NaN, -1, Infinity, 'soon'])(
    'errors when adjust returns %s, instead of retrying at once or never',
    (wait) => {
      let error: unknown;
      throwError(() => 'down')
        .pipe(retryBackoff({ adjust: () => wait as number }))
        .subscribe({ error: (e: unknown) => (error = e) });
      expect(error).toMatchObject({ code: 'RXQ_ARGUMENT', option: 'retryBackoff.adjust()' });
    },
  );

  it('leaves no timer when the consumer leaves during a wait', () => {
    const virtual = new TestScheduler(() => undefined);
    const scheduler = trackingScheduler(virtual);
    const subscription = throwError(() => 'down')
      .pipe(retryBackoff({ scheduler }))
      .subscribe();
    expect(scheduler.pending()).toBe(1);
    subscription.unsubscribe();
    expect(scheduler.pending()).toBe(0);
  });

  it('leaves no timer when the consumer leaves inside onRetry', () => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const source = new Subject();
    const onRetry = (): void => {
      subscription.unsubscribe();
    };
    const subscription = source.pipe(retryBackoff({ scheduler, onRetry })).subscribe();
    source.error('down');
    expect(scheduler.scheduled()).toBe(0);
  });

  it.each([queueScheduler, asapScheduler])(
    'does not overflow the stack with a source that fails at once and no wait',
    async (scheduler) => {
      let tries = 0;
      const source = defer(() => {
        tries += 1;
        return tries <= 20_000 ? throwError(() => 'down') : of('up');
      });
      await new Promise<void>((resolve, reject) => {
        source.pipe(retryBackoff({ minBackoff: 0, scheduler })).subscribe({ complete: resolve, error: reject });
      });
      expect(tries).toBe(20_001);
    },
  );

  it('holds one subscription to its source at a time', () => {
    let open = 0;
    let most = 0;
    const source = new Observable<never>((subscriber) => {
      open += 1;
      most = Math.max(most, open);
      subscriber.add(() => {
        open -= 1;
      });
      subscriber.error('down');
    });
    source
      .pipe(retryBackoff({ minBackoff: 0, maxRetries: 5, scheduler: queueScheduler }))
      .subscribe({ error: () => undefined });
    expect([open, most]).toEqual([0, 1]);
  });

  it('keeps every wait within the bounds of its jitter, for any numbers', () => {
    const config = fc.record({
      minBackoff: fc.integer({ min: 0, max: 5_000 }),
      extra: fc.integer({ min: 0, max: 60_000 }),
      multiplier: fc.double({ min: 1, max: 1e9, noNaN: true }),
      jitter: fc.constantFrom<Jitter>('equal', 'full', 'none'),
      chances: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 5 }),
      tries: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(config, ({ minBackoff, extra, multiplier, jitter, chances, tries }) => {
        const maxBackoff = minBackoff + extra;
        const delays: number[] = [];
        let asked = 0;
        const random = (): number => chances[asked++ % chances.length] ?? 0;
        const onRetry = ({
          delay,
          attempt,
        }: Parameters<NonNullable<RetryBackoffConfig<unknown>['onRetry']>>[0]): void => {
          delays.push(delay);
          expect(attempt).toBe(delays.length);
        };
        const virtual = new TestScheduler(() => undefined);
        virtual.maxFrames = Infinity;
        throwError(() => 'down')
          .pipe(
            retryBackoff({
              minBackoff,
              maxBackoff,
              multiplier,
              jitter,
              random,
              maxRetries: tries,
              onRetry,
              scheduler: virtual,
            }),
          )
          .subscribe({ error: () => undefined });
        virtual.flush();
        expect(delays).toHaveLength(tries);
        delays.forEach((delay, i) => {
          const whole = minBackoff === 0 ? 0 : Math.min(maxBackoff, minBackoff * multiplier ** i);
          const least = { none: whole, equal: whole / 2, full: 0 }[jitter];
          expect(delay).toBeGreaterThanOrEqual(least);
          expect(delay).toBeLessThanOrEqual(whole);
        });
      }),
    );
  });

  it.each(failingCallbacks)('counts an onRetry that %s, and still waits', async (_how, onRetry) => {
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const operator = metered((stats) => retryBackoff<never>({ stats, scheduler, onRetry }));
    const { errors } = await escapedErrors(() => {
      const subscription = throwError(() => 'down')
        .pipe(operator)
        .subscribe();
      expect(scheduler.pending()).toBe(1);
      subscription.unsubscribe();
    });
    expect([operator.stats().callbackErrors, errors]).toEqual([1, []]);
  });

  const bad = (config: object) => () => retryBackoff(config);
  itRejectsArguments([
    ['retryBackoff.minBackoff', -1, bad({ minBackoff: -1 })],
    ['retryBackoff.minBackoff', NaN, bad({ minBackoff: NaN })],
    ['retryBackoff.maxBackoff', Infinity, bad({ maxBackoff: Infinity })],
    // A timer of more than 31 bits fires at once: a wait of months would be none.
    ['retryBackoff.maxBackoff', 2 ** 31, bad({ maxBackoff: 2 ** 31 })],
    ['retryBackoff.maxBackoff', 999, bad({ maxBackoff: 999 })],
    ['retryBackoff.multiplier', 0.5, bad({ multiplier: 0.5 })],
    ['retryBackoff.multiplier', '2', bad({ multiplier: '2' })],
    ['retryBackoff.jitter', 'half', bad({ jitter: 'half' })],
    ['retryBackoff.maxRetries', 1.5, bad({ maxRetries: 1.5 })],
    ['retryBackoff.maxRetries', -1, bad({ maxRetries: -1 })],
    ['retryBackoff.resetAfter', -1, bad({ resetAfter: -1 })],
    ['retryBackoff.resetOn', 1, bad({ resetOn: 1 })],
    ['retryBackoff.retryable', true, bad({ retryable: true })],
    ['retryBackoff.adjust', 5, bad({ adjust: 5 })],
    ['retryBackoff.onRetry', 1, bad({ onRetry: 1 })],
    ['retryBackoff.random', 0.5, bad({ random: 0.5 })],
    ['retryBackoff.scheduler', 1, bad({ scheduler: 1 })],
    ['retryBackoff.count', 3, bad({ count: 3 })],
  ]);
});

describeOperatorLaws('retryBackoff', (scheduler) => retryBackoff<string>({ maxRetries: 0, scheduler }), {
  values: ['a', 'b', 'c'],
  throwing: { resetOn: (resetOn) => retryBackoff<string>({ resetOn }) },
});
