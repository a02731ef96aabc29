import fc from 'fast-check';
import { concat, from, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  asyncIterableFrom,
  type BoundedAsyncIterator,
  type BoundedConfig,
  type QueueSnapshot,
  QueueStats,
} from '../../operators/index.js';
import { describeBoundedLaws, type QueueBench } from '../support/boundedLaws.js';
import { collected } from '../support/collected.js';
import { expectConserved } from '../support/conserved.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';

/** Lets the reactions of every settled promise run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Frames of a source and of who asks, as marbles; what the asked-for values come to. */
async function pulled(source: string, asks: string, capacity: number): Promise<string> {
  const subject = new Subject<string>();
  const iterator = asyncIterableFrom(subject, { capacity })[Symbol.asyncIterator]();
  const result = Array.from(source, () => '-');
  let frame = 0;
  const show = (mark: string): void => {
    result[frame] = mark;
  };
  for (; frame < source.length; frame += 1) {
    const mark = source[frame] ?? '-';
    if (asks[frame] === 'x') void iterator.next().then(({ done, value }) => show(done === true ? '|' : value));
    await settled();
    if (mark === '|') subject.complete();
    else if (mark !== '-') subject.next(mark);
    await settled();
  }
  return result.join('');
}

interface Pulled<T> {
  readonly source: Subject<T>;
  readonly iterator: BoundedAsyncIterator<T>;
  readonly lost: string[];
  readonly stats: () => QueueSnapshot;
  /** The next values, or the error or end that came instead; waits for them all. */
  readonly next: (count: number) => Promise<unknown[]>;
}

/** A subject that is pulled from, subscribed to by a first `next()` that has got `first`. */
async function bench<T>(first: T, config: BoundedConfig<T>): Promise<Pulled<T>> {
  const [source, lost] = [new Subject<T>(), [] as string[]];
  const stats = new QueueStats();
  const iterable = asyncIterableFrom(source, {
    stats,
    onDrop: (value, reason) => {
      expectConserved(stats.snapshot());
      lost.push(`${String(value)} ${reason}`);
    },
    ...config,
  });
  const iterator = iterable[Symbol.asyncIterator]();
  const asked = iterator.next();
  source.next(first);
  expect(await asked).toEqual({ done: false, value: first });
  const next = async (count: number): Promise<unknown[]> => {
    const answers = Array.from({ length: count }, () => iterator.next());
    const settled = await Promise.allSettled(answers);
    return settled.map((one) => {
      if (one.status === 'rejected') return String((one.reason as { code?: string }).code ?? one.reason);
      return one.value.done === true ? '|' : one.value.value;
    });
  };
  return { source, iterator, lost, stats: () => stats.snapshot(), next };
}

/** Asked once already, which is what subscribes. */
function queueBench<T>(config: BoundedConfig<T>): QueueBench<T> {
  const source = new Subject<T>();
  const [handed, ends] = [[] as T[], [] as unknown[]];
  const stats = new QueueStats();
  const iterable = asyncIterableFrom(source, Object.assign(config, { stats }));
  const iterator = iterable[Symbol.asyncIterator]();
  const turn = (): void => {
    iterator.next().then(
      (result) => (result.done === true ? ends.push('|') : handed.push(result.value)),
      (error: unknown) => ends.push(error),
    );
  };
  turn();
  return {
    ...{ handed, ends, turn },
    stats: () => stats.snapshot(),
    send: (value) => {
      source.next(value);
    },
    leave: () => {
      void iterator.return();
    },
    observed: () => source.observed,
  };
}

describe('asyncIterableFrom', () => {
  it('resolves next() with the value that waited longest, or with the next one, and keeps the last values', async () => {
    const source = '-a-bcd----|';
    const asks = '  x-----x-x-x';
    expect(await pulled(source, asks.trim(), 2)).toBe('-a----c-d-|');
  });

  it('ends a loop after its source has ended and no value waits', async () => {
    const seen: number[] = [];
    for await (const value of asyncIterableFrom(of(1, 2, 3), { capacity: 3 })) seen.push(value);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('gives a slow loop the newest value of each key', async () => {
    const source = new Subject<string>();
    const stats = new QueueStats();
    const iterable = asyncIterableFrom(source, { capacity: 2, key: (value) => value[0], stats });
    const seen: string[] = [];
    const loop = (async () => {
      for await (const value of iterable) {
        seen.push(value);
        if (value === 'a1') for (const next of ['a2', 'b1', 'a3']) source.next(next);
        if (seen.length === 3) source.complete();
      }
    })();
    source.next('a1');
    await loop;
    expect(seen).toEqual(['a1', 'a3', 'b1']);
    expect(stats.snapshot()).toMatchObject({ received: 4, emitted: 3, conflated: 1, inFlight: 0 });
  });

  it('throws the source’s error in the loop, after the waiting values', async () => {
    const source = concat(
      of(1, 2),
      throwError(() => new Error('boom')),
    );
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const value of asyncIterableFrom(source, { capacity: 5 })) seen.push(value);
      })(),
    ).rejects.toThrow('boom');
    expect(seen).toEqual([1, 2]);
  });

  it('resolves several pending next() in their order', async () => {
    const { source, iterator, stats } = await bench('first', { capacity: 1 });
    const asked = Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    for (const value of ['a', 'b']) source.next(value);
    source.complete();
    expect(await asked).toEqual([
      { done: false, value: 'a' },
      { done: false, value: 'b' },
      { done: true, value: undefined },
    ]);
    expect(stats()).toMatchObject({ received: 3, emitted: 3, inFlight: 0 });
  });

  it.each([
    ['drop-oldest', ['b', 'c', '|', '|'], ['a capacity']],
    ['drop-incoming', ['a', 'b', '|', '|'], ['c capacity']],
    ['error', ['a', 'b', 'RXQ_OVERFLOW', 'RXQ_OVERFLOW'], ['c capacity']],
  ] as const)(
    'with %s keeps two of three values that come without a pending next()',
    async (overflow, expected, losses) => {
      const { source, lost, next, stats } = await bench('first', { capacity: 2, overflow });
      for (const value of 'abc') source.next(value);
      source.complete();
      expect([await next(4), lost]).toEqual([expected, losses]);
      expectConserved(stats());
      expect(stats().inFlight).toBe(0);
    },
  );

  it('rejects every later call with the error, so that no worker mistakes a failure for the end', async () => {
    const { source, next } = await bench('first', { capacity: 2 });
    const pending = next(2);
    source.error('boom');
    expect(await pending).toEqual(['boom', 'boom']);
    expect(await next(2)).toEqual(['boom', 'boom']);
  });

  it.each(['return', 'throw', 'dispose', 'break'] as const)(
    'unsubscribes from the source at once on %s, and drops waiting values',
    async (how) => {
      const [source, lost] = [new Subject<string>(), [] as string[]];
      const stats = new QueueStats();
      const iterable = asyncIterableFrom(source, {
        capacity: 2,
        onDrop: (...drop) => lost.push(drop.join(' ')),
        stats,
      });
      if (how === 'break') {
        setTimeout(() => {
          for (const value of 'abc') source.next(value);
        });
        for await (const value of iterable) if (value === 'a') break;
      } else {
        const iterator = iterable[Symbol.asyncIterator]();
        const first = iterator.next();
        for (const value of 'abc') source.next(value);
        await first;
        const left =
          how === 'throw'
            ? iterator.throw('enough')
            : how === 'return'
              ? iterator.return()
              : iterator[Symbol.asyncDispose]();
        expect(source.observed).toBe(false);
        if (how === 'throw') await expect(left).rejects.toBe('enough');
        else await left;
        const after = iterator.next();
        if (how === 'throw') await expect(after).rejects.toBe('enough');
        else expect(await after).toEqual({ done: true, value: undefined });
      }
      expect(source.observed).toBe(false);
      expect(lost).toEqual(['b unsubscribed', 'c unsubscribed']);
      expectConserved(stats.snapshot());
      expect(stats.snapshot().inFlight).toBe(0);
    },
  );

  it('rejects with the error of a finalizer of the source, and drops waiting values nevertheless', async () => {
    const boom = new Error('boom');
    const [values, lost] = [new Subject<string>(), [] as string[]];
    const source = new Observable<string>((subscriber) => {
      values.subscribe(subscriber);
      return () => {
        throw boom;
      };
    });
    const onDrop = (...drop: readonly string[]): void => {
      lost.push(drop.join(' '));
    };
    const stats = new QueueStats();
    const iterable = asyncIterableFrom(source, { capacity: 2, onDrop, stats });
    const iterator = iterable[Symbol.asyncIterator]();
    const [first, second] = [iterator.next(), iterator.next()];
    for (const value of 'abc') values.next(value);
    await expect(iterator.return()).rejects.toMatchObject({ errors: [boom] });
    expect([(await first).value, (await second).value, lost]).toEqual(['a', 'b', ['c unsubscribed']]);
    expect(stats.snapshot()).toMatchObject({ received: 3, emitted: 2, inFlight: 0 });
    expect((await iterator.next()).done).toBe(true);
  });

  it('resolves all pending next() as done when another call returns', async () => {
    const { source, iterator } = await bench('first', { capacity: 1 });
    const pending = iterator.next();
    await iterator.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(source.observed).toBe(false);
  });

  it('subscribes with the first next, not before, and separately for each loop', async () => {
    let subscriptions = 0;
    const source = new Observable<number>((subscriber) => {
      subscriptions += 1;
      subscriber.next(subscriptions);
    });
    const stats = new QueueStats();
    const iterable = asyncIterableFrom(source, { capacity: 1, stats });
    const [one, other] = [iterable[Symbol.asyncIterator](), iterable[Symbol.asyncIterator]()];
    expect(subscriptions).toBe(0);
    expect([(await one.next()).value, (await other.next()).value]).toEqual([1, 2]);
    await one.return();
    expect(stats.snapshot()).toMatchObject({ received: 2, emitted: 2 });
    await other.return();
  });

  it('can be returned before it starts, without a subscription', async () => {
    const source = new Subject<number>();
    const iterator = asyncIterableFrom(source, { capacity: 1 })[Symbol.asyncIterator]();
    await iterator.return();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(source.observed).toBe(false);
  });

  it('stops a synchronous source that has ended the iterator from within', async () => {
    let produced = 0;
    const iterators: BoundedAsyncIterator<number>[] = [];
    const source = new Observable<number>((subscriber) => {
      while (!subscriber.closed && produced < 100) {
        produced += 1;
        subscriber.next(produced);
        if (produced === 3) void iterators[0]?.return();
      }
    });
    iterators.push(asyncIterableFrom(source, { capacity: 9 })[Symbol.asyncIterator]());
    expect(await iterators[0]?.next()).toEqual({ done: false, value: 1 });
    expect(produced).toBe(3);
  });

  it('fails with the error of key, and unsubscribes from the source', async () => {
    const source = new Subject<string>();
    const boom = new Error('boom');
    const key = (): never => {
      throw boom;
    };
    const stats = new QueueStats();
    const iterable = asyncIterableFrom(source, { capacity: 1, key, stats });
    const iterator = iterable[Symbol.asyncIterator]();
    const first = iterator.next();
    source.next('a');
    source.next('b');
    expect(await first).toEqual({ done: false, value: 'a' });
    await expect(iterator.next()).rejects.toBe(boom);
    expect(source.observed).toBe(false);
    expectConserved(stats.snapshot());
  });

  it.each(failingCallbacks)('counts an onDrop that %s, and goes on', async (_how, onDrop) => {
    const { source, next, stats } = await bench('first', { capacity: 1, onDrop });
    const { errors } = await escapedErrors(async () => {
      for (const value of 'ab') source.next(value);
      expect(await next(1)).toEqual(['b']);
    });
    expect([stats().callbackErrors, errors]).toEqual([1, []]);
  });

  it('has no unhandled rejection for an error without a loop', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => {
      rejections.push(reason);
    };
    process.on('unhandledRejection', note);
    try {
      const { source } = await bench('first', { capacity: 1 });
      source.error('boom');
      await settled();
      await settled();
      expect(rejections).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it('keeps no value alive that was taken, dropped, or waiting when the loop ended', async () => {
    const source = new Subject<object>();
    const iterator = asyncIterableFrom(source, { capacity: 1 })[Symbol.asyncIterator]();
    const references = await (async () => {
      const first = iterator.next();
      const made = [{}, {}, {}].map((value) => {
        source.next(value);
        return new WeakRef(value);
      });
      await first;
      return made;
    })();
    await iterator.return();
    expect(await Promise.all(references.map(collected))).toEqual([true, true, true]);
  });

  it('loses and keeps the same values as a naive queue, for any order of values and calls', async () => {
    const step = fc.constantFrom('value', 'value', 'ask', 'both');
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40, size: 'max' }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('drop-oldest', 'drop-incoming'),
        async (steps, capacity, overflow) => {
          const { source, iterator, stats } = await bench(-1, { capacity, overflow });
          const [answers, waiting, expected] = [[] as Promise<unknown>[], [] as number[], [] as number[]];
          let hungry = 0;
          steps.forEach((what, i) => {
            if (what === 'ask' || what === 'both') {
              answers.push(iterator.next());
              const first = waiting.shift();
              if (first === undefined) hungry += 1;
              else expected.push(first);
            }
            if (what === 'value' || what === 'both') {
              source.next(i);
              if (hungry > 0) {
                hungry -= 1;
                expected.push(i);
              } else if (waiting.length < capacity) waiting.push(i);
              else if (overflow === 'drop-oldest') {
                waiting.shift();
                waiting.push(i);
              }
            }
            expectConserved(stats());
            expect(stats().inFlight).toBe(waiting.length);
          });
          await iterator.return();
          const got = (await Promise.all(answers)) as IteratorResult<number, undefined>[];
          expect(got.flatMap(({ done, value }) => (done === true ? [] : [value]))).toEqual(expected);
          expectConserved(stats());
        },
      ),
    );
  });

  it('accepts any input that RxJS accepts', async () => {
    const seen: number[] = [];
    for await (const value of asyncIterableFrom([1, 2], { capacity: 2 })) seen.push(value);
    for await (const value of asyncIterableFrom(Promise.resolve(3), { capacity: 1 })) seen.push(value);
    expect(seen).toEqual([1, 2, 3]);
  });

  itRejectsArguments([
    ['asyncIterableFrom.source', 7, () => asyncIterableFrom(7 as never, { capacity: 1 })],
    ['asyncIterableFrom.capacity', 0, () => asyncIterableFrom(NEVER, { capacity: 0 })],
    ['asyncIterableFrom.key', 'symbol', () => asyncIterableFrom(from(['a']), { capacity: 1, key: 'symbol' as never })],
    ['asyncIterableFrom.signal', 1, () => asyncIterableFrom(NEVER, { capacity: 1, signal: 1 } as never)],
  ]);
});

describeBoundedLaws('asyncIterableFrom', queueBench, {
  leastCapacity: 1,
  ready: { first: 1, most: Infinity },
  drainsBefore: { overflow: true, key: true },
});
