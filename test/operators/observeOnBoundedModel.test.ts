import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observeOnBounded } from '../../operators/index.js';
import type { Overflow } from '../../operators/support/overflow.js';
import { expectConserved } from '../support/conserved.js';
import { manualScheduler } from '../support/manualScheduler.js';
import { metered } from '../support/metered.js';

interface Item {
  readonly key: number;
  readonly id: number;
  readonly control: boolean;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), key: fc.nat(5), control: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'task' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spend' as const), ms: fc.nat(30) }) },
);
const scripts = fc.record({
  script: fc.array(step, { maxLength: 200, size: 'max' }),
  capacity: fc.integer({ min: 1, max: 8 }),
  controlCapacity: fc.integer({ min: 1, max: 4 }),
  maxBatch: fc.integer({ min: 1, max: 6 }),
  /** The time that the consumer spends on a value, in ms; it feeds the source from inside when the id divides by `feedsBack`. */
  cost: fc.nat(6),
  feedsBack: fc.integer({ min: 2, max: 9 }),
});
type Script = typeof scripts extends fc.Arbitrary<infer S> ? S : never;

function play(overflow: Overflow, { script, capacity, controlCapacity, maxBatch, cost, feedsBack }: Script) {
  const scheduler = manualScheduler();
  const source = new Subject<Item>();
  const [sent, seen, lost] = [[] as Item[], [] as Item[], [] as { item: Item; reason: string }[]];
  let nested = 0;
  let ended: string | undefined;
  const operator = metered((stats) =>
    observeOnBounded<Item>(scheduler, {
      stats,
      ...{ capacity, controlCapacity, maxBatch, overflow, maxSlice: 10, control: (item) => item.control },
      ...(overflow === 'conflate' ? { key: (item: Item) => item.key } : {}),
      onDrop: (item, reason) => {
        expectConserved(operator.stats());
        lost.push({ item, reason });
      },
    }),
  );
  const send = (key: number, control: boolean): void => {
    if (ended !== undefined || !source.observed) return;
    const item = { key, control, id: sent.length };
    sent.push(item);
    source.next(item);
  };
  source.pipe(operator).subscribe({
    next: (item) => {
      nested += 1;
      if (nested !== 1) throw new Error('nested');
      expectConserved(operator.stats());
      seen.push(item);
      scheduler.spend(cost);
      if (item.id % feedsBack === 1) send(item.key, false);
      expectConserved(operator.stats());
      nested -= 1;
    },
    error: () => (ended = 'error'),
    complete: () => (ended = 'complete'),
  });
  for (const what of script) {
    if (what.do === 'push') send(what.key, what.control === 0);
    if (what.do === 'task') scheduler.step();
    if (what.do === 'spend') scheduler.spend(what.ms);
    expectConserved(operator.stats());
    if (scheduler.pending() > 1) throw new Error('two tasks');
  }
  source.complete();
  for (let i = 0; scheduler.pending() > 0; i += 1) {
    if (i > 10_000) throw new Error('endless');
    scheduler.step();
  }
  return { sent, seen, lost, stats: operator.stats(), ended };
}

const ids = (items: readonly Item[]): readonly number[] => items.map(({ id }) => id);
const ascending = (items: readonly Item[]): void => {
  expect(ids(items)).toEqual(ids(items).toSorted((x, y) => x - y));
};

describe.each<Overflow>(['drop-oldest', 'drop-incoming', 'conflate', 'error'])(
  'observeOnBounded under load (%s)',
  (overflow) => {
    it('keeps order per key and among control values, never nests, and accounts for every value', () => {
      fc.assert(
        fc.property(scripts, (script) => {
          const { sent, seen, lost, stats, ended } = play(overflow, script);
          for (let key = 0; key <= 5; key += 1) ascending(seen.filter((item) => item.key === key && !item.control));
          ascending(seen.filter(({ control }) => control));
          if (overflow !== 'conflate') ascending(seen.filter(({ control }) => !control));
          const accounted = [...ids(seen), ...lost.map(({ item }) => item.id)];
          expect(new Set(accounted).size).toBe(accounted.length);
          expect(accounted.length + stats.conflated).toBe(sent.length);
          expect(stats).toMatchObject({ received: sent.length, emitted: seen.length, inFlight: 0 });
          for (const { item, reason } of lost) {
            const expected = { true: 'control-capacity', false: overflow === 'conflate' ? 'key-evicted' : 'capacity' };
            expect(reason).toBe(expected[String(item.control) as 'true' | 'false']);
          }
          expect(ended).toBe(overflow === 'error' && stats.dropped['capacity'] !== undefined ? 'error' : 'complete');
        }),
      );
    });
  },
);

describe('observeOnBounded with conflation', () => {
  it('delivers the newest value of every key that fits, under any load', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { sent, seen, stats } = play('conflate', { ...script, capacity: 6 });
        const newest = new Map(sent.filter(({ control }) => !control).map((item) => [item.key, item.id]));
        const last = new Map(seen.filter(({ control }) => !control).map((item) => [item.key, item.id]));
        expect(last).toEqual(newest);
        expect(stats.dropped['key-evicted']).toBeUndefined();
      }),
    );
  });
});
