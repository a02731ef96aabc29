import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundedConfig, QueueSnapshot } from '../../operators/index.js';
import type { Overflow } from '../../operators/support/overflow.js';
import { collected } from './collected.js';
import { expectConserved } from './conserved.js';
import { NaiveQueue, type NaiveItem } from './naiveQueue.js';
import { escapedErrors, failingCallbacks } from './failingCallbacks.js';

/** A consumer behind a queue that takes values on request. */
export interface QueueBench<T> {
  stats(): QueueSnapshot;
  /** The source emits. */
  send(value: T): void;
  /** The consumer is ready for what waits, or for the next value. */
  turn(): void;
  /** The consumer leaves. */
  leave(): void;
  /** Whether the source is still subscribed to. */
  observed(): boolean;
  /** The values that the consumer got, once promises are settled. */
  readonly handed: T[];
  /** Errors and completions seen, the same. */
  readonly ends: unknown[];
}

/** Makes the operator or the like, over a Subject. */
export type MakeQueueBench = <T>(config: BoundedConfig<T>) => QueueBench<T>;

/** In what things with a queue differ. */
export interface QueueFacts {
  readonly leastCapacity: 0 | 1;
  /** Values the consumer is ready for at first, and at most, without having to wait. */
  readonly ready: { readonly first: number; readonly most: number };
  /** A turn takes all that waits. @defaultValue one value */
  readonly takesAll?: boolean;
  /** Which errors come after what waits instead of dropping it. */
  readonly drainsBefore: { readonly overflow: boolean; readonly key: boolean };
}

const firstLetter = (value: string): string => value.charAt(0);
const boom = (): never => {
  throw new Error('boom');
};
/** Promises of an iterator take some turns of the microtask queue. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

/** The promises of everything with a queue, whatever the queue stands before. */
export function describeBoundedLaws(name: string, make: MakeQueueBench, facts: QueueFacts): void {
  /** A bench whose consumer is not ready: from here on values wait. `lost` has the arguments of `onDrop`. */
  const waitingBench = (config: Partial<BoundedConfig<string>> & { readonly capacity: number }) => {
    const lost: string[] = [];
    const b: QueueBench<string> = make<string>({
      ...config,
      onDrop: (value, reason) => {
        expectConserved(b.stats());
        lost.push(`${value} ${reason}`);
        config.onDrop?.(value, reason);
      },
    });
    for (let i = 0; i < facts.ready.first; i += 1) b.send('-');
    const before = b.stats().received;
    return { ...b, lost, waited: () => b.handed.filter((value) => value !== '-'), before };
  };
  const turns = (b: { turn(): void }, count = 3): void => {
    for (let i = 0; i < count; i += 1) b.turn();
  };
  const checkLeft = (b: ReturnType<typeof waitingBench>, handed: number): void => {
    expect(b.observed()).toBe(false);
    expectConserved(b.stats());
    expect(b.stats()).toMatchObject({ inFlight: 0, emitted: handed });
  };

  describe(`${name}: laws of queues`, () => {
    it('loses values by its rule, and counts and reports them', async () => {
      const play = async (config: Partial<BoundedConfig<string>>): Promise<unknown> => {
        const b = waitingBench({ capacity: 2, ...config });
        for (const value of ['a1', 'b1', 'a2', 'c1']) b.send(value);
        turns(b);
        await settled();
        expectConserved(b.stats());
        expect(b.stats().inFlight).toBe(0);
        return [b.waited(), b.lost];
      };
      expect(await play({})).toEqual([
        ['a2', 'c1'],
        ['a1 capacity', 'b1 capacity'],
      ]);
      expect(await play({ overflow: 'drop-incoming' })).toEqual([
        ['a1', 'b1'],
        ['a2 capacity', 'c1 capacity'],
      ]);
      expect(await play({ key: firstLetter })).toEqual([['a2', 'c1'], ['b1 key-evicted']]);
    });

    it("with overflow 'error' ends with RXQ_OVERFLOW and unsubscribes from the source at once", async () => {
      const b = waitingBench({ capacity: 2, overflow: 'error' });
      for (const value of ['a', 'b', 'c', 'd']) b.send(value);
      expect(b.observed()).toBe(false);
      turns(b, facts.drainsBefore.overflow ? 3 : 1);
      await settled();
      expect(b.ends).toMatchObject([{ code: 'RXQ_OVERFLOW', capacity: 2 }]);
      expect([b.waited(), b.lost]).toEqual(
        facts.drainsBefore.overflow ? [['a', 'b'], ['c capacity']] : [[], ['c capacity', 'a errored', 'b errored']],
      );
      expectConserved(b.stats());
    });

    it('ends with the error of key; waiting values are delivered first, or dropped as errored', async () => {
      const b: ReturnType<typeof waitingBench> = waitingBench({
        capacity: 2,
        key: (value) => {
          if (value === 'late') throw new Error('another');
          return value === 'b' ? boom() : value;
        },
        // The source is let go of by now: no second error can be reported before the first.
        onDrop: () => {
          b.send('late');
        },
      });
      for (const value of ['a', 'b', 'c']) b.send(value);
      expect(b.observed()).toBe(false);
      turns(b, facts.drainsBefore.key ? 2 : 1);
      await settled();
      expect(b.ends).toEqual([new Error('boom')]);
      expect([b.waited(), b.lost]).toEqual(facts.drainsBefore.key ? [['a'], []] : [[], ['a errored']]);
      expectConserved(b.stats());
    });

    it('drops waiting values as unsubscribed when the consumer leaves', () => {
      const b = waitingBench({ capacity: 2 });
      for (const value of ['a', 'b']) b.send(value);
      const { emitted } = b.stats();
      b.leave();
      expect(b.lost).toEqual(['a unsubscribed', 'b unsubscribed']);
      checkLeft(b, emitted);
    });

    it('takes no value in that its source emits while it drops waiting values', async () => {
      const b = waitingBench({
        capacity: 2,
        onDrop: (value) => {
          if (value === 'a') b.send('late');
        },
      });
      for (const value of ['a', 'b']) b.send(value);
      const { received } = b.stats();
      b.leave();
      await settled();
      expect(b.lost).toEqual(['a unsubscribed', 'b unsubscribed']);
      expect(b.handed).not.toContain('late');
      expect(b.stats()).toMatchObject({ received, inFlight: 0 });
    });

    it('raises pressure at three quarters and clears it at half, with a correct ledger in onPressure', async () => {
      const signals: boolean[] = [];
      const b: ReturnType<typeof waitingBench> = waitingBench({
        capacity: 4,
        onPressure: (raised) => {
          expectConserved(b.stats());
          signals.push(raised);
        },
      });
      for (const value of ['a', 'b']) b.send(value);
      expect(signals).toEqual([]);
      b.send('c');
      expect(signals).toEqual([true]);
      turns(b, 1);
      await settled();
      expect(signals).toEqual([true, false]);
      b.leave();
      expect(signals).toEqual([true, false]);
    });

    it('clears pressure when the consumer leaves under it', () => {
      const signals: boolean[] = [];
      const b = waitingBench({ capacity: 1, onPressure: (raised) => signals.push(raised) });
      b.send('a');
      b.leave();
      expect(signals).toEqual([true, false]);
    });

    it('counts no value as emitted that no consumer got, when the consumer leaves inside a callback', async () => {
      const leaving = async (
        config: (leave: () => void) => Partial<BoundedConfig<string>> & { capacity: number },
      ): Promise<void> => {
        let leave = (): void => undefined;
        const b = waitingBench(
          config(() => {
            leave();
          }),
        );
        leave = b.leave;
        for (const value of ['a', 'b', 'c']) b.send(value);
        turns(b);
        await settled();
        checkLeft(b, b.handed.length);
        expect(b.stats().received).toBeGreaterThan(b.before);
      };
      await leaving((leave) => ({ capacity: 2, onDrop: leave }));
      await leaving((leave) => ({ capacity: 2, onPressure: leave }));
      await leaving((leave) => ({
        capacity: 3,
        onPressure: (raised) => {
          if (!raised) leave();
        },
      }));
      await leaving((leave) => ({
        capacity: 3,
        key: (value) => {
          if (value === 'b') leave();
          return value;
        },
      }));
    });

    it.each(failingCallbacks)('counts an onDrop and an onPressure that %s, and goes on', async (_how, fail) => {
      const b = make<string>({ capacity: 1, onDrop: fail, onPressure: fail });
      const { errors } = await escapedErrors(async () => {
        for (const value of ['a', 'b', 'c', 'd']) b.send(value);
        turns(b);
        await settled();
        b.send('e');
        turns(b);
        await settled();
      });
      expect([b.handed.at(-1), errors]).toEqual(['e', []]);
      expect(b.stats().callbackErrors).toBeGreaterThanOrEqual(3);
      expectConserved(b.stats());
    });

    it('follows a capacity that changes at run time', async () => {
      let capacity = 4;
      const lost: string[] = [];
      const b = make<string>({
        get capacity() {
          return capacity;
        },
        onDrop: (value) => lost.push(value),
      });
      for (let i = 0; i < facts.ready.first; i += 1) b.send('-');
      for (const value of ['a', 'b', 'c']) b.send(value);
      capacity = 2;
      b.send('d');
      turns(b);
      await settled();
      expect(lost).toEqual(['a', 'b']);
      expect(b.handed.filter((value) => value !== '-')).toEqual(['c', 'd']);
    });

    it.each<Overflow>(['drop-oldest', 'drop-incoming', 'conflate'])(
      'has no room while its capacity is 0, or no number (%s)',
      async (overflow) => {
        let capacity = 2;
        const lost: string[] = [];
        const b = make<string>({
          ...{ overflow, ...(overflow === 'conflate' ? { key: (value: string) => value } : {}) },
          get capacity() {
            return capacity;
          },
          onDrop: (value, reason) => lost.push(`${value} ${reason}`),
        });
        for (let i = 0; i < facts.ready.first; i += 1) b.send('-');
        for (capacity of [0, NaN]) b.send(`with ${String(capacity)}`);
        expect(b.stats().inFlight).toBe(0);
        turns(b);
        await settled();
        const reason = overflow === 'conflate' ? 'key-evicted' : 'capacity';
        expect(lost).toEqual([`with 0 ${reason}`, `with NaN ${reason}`]);
        expect(b.handed.filter((value) => value !== '-')).toEqual([]);
      },
    );

    it.each<Overflow>(['drop-oldest', 'conflate'])('keeps no value alive after its end (%s)', async (overflow) => {
      interface Item {
        readonly key: number;
      }
      const b = make<Item>({ capacity: 2, ...(overflow === 'conflate' ? { key: ({ key }) => key } : {}) });
      const put = (key: number): WeakRef<Item> => {
        const item = { key };
        b.send(item);
        return new WeakRef(item);
      };
      for (let i = 0; i < facts.ready.first; i += 1) b.send({ key: -1 });
      const references = [put(1), put(2), put(2), put(3)];
      b.leave();
      expect(await Promise.all(references.map(collected))).toEqual([true, true, true, true]);
    });

    it.each<Overflow>(['drop-oldest', 'drop-incoming', 'conflate'])(
      'emits and loses the same values as a naive queue, for any order of events (%s)',
      async (overflow) => {
        const steps = fc.array(
          fc.oneof({ weight: 2, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.constant('turn' as const) }),
          {
            maxLength: 60,
            size: 'max',
          },
        );
        await fc.assert(
          fc.asyncProperty(steps, fc.integer({ min: facts.leastCapacity, max: 6 }), async (script, capacity) => {
            const lost: string[] = [];
            const b: QueueBench<NaiveItem> = make<NaiveItem>({
              ...{ capacity, overflow, ...(overflow === 'conflate' ? { key: ({ key }: NaiveItem) => key } : {}) },
              onDrop: ({ id }, reason) => {
                expectConserved(b.stats());
                lost.push(`${String(id)} ${reason}`);
              },
            });
            const naive = new NaiveQueue(overflow);
            const handed: NaiveItem[] = [];
            let ready = facts.ready.first;
            for (const [id, step] of script.entries()) {
              if (step === 'turn') {
                if (naive.line.length === 0) ready = Math.min(ready + 1, facts.ready.most);
                else
                  do handed.push(naive.poll() as NaiveItem);
                  while (facts.takesAll === true && naive.line.length > 0);
                b.turn();
              } else {
                const item = { key: step, id };
                if (ready === 0) naive.push(item, capacity);
                else {
                  ready -= 1;
                  handed.push(item);
                }
                b.send(item);
              }
              expectConserved(b.stats());
              if (b.stats().inFlight !== naive.line.length) expect(b.stats().inFlight).toBe(naive.line.length);
            }
            await settled();
            expect(b.handed).toEqual(handed);
            expect(lost).toEqual(naive.lost);
            expect(b.stats()).toMatchObject({ emitted: handed.length, conflated: naive.conflated });
          }),
          { numRuns: 50 },
        );
      },
    );
  });
}
