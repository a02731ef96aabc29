import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../../operators/internal/boundedQueue.js';
import type { Overflow } from '../../../operators/index.js';
import { expectConserved } from '../../support/conserved.js';
import { NaiveQueue, type NaiveItem } from '../../support/naiveQueue.js';

/** An assertion that costs nothing while it holds. */
function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) expect(actual).toBe(expected);
}

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), key: fc.nat(30) }) },
    { weight: 3, arbitrary: fc.constant({ do: 'poll' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('resize' as const), capacity: fc.integer({ min: 1, max: 40 }) }),
    },
  ),
  { maxLength: 200, size: 'max' },
);

describe('BoundedQueue against a naive one', () => {
  it.each<Overflow>(['drop-oldest', 'drop-incoming', 'conflate', 'error'])(
    'is the same at every step (%s)',
    (overflow) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 40 }), steps, (initial, script) => {
          let capacity = initial;
          const lost: string[] = [];
          const naive = new NaiveQueue(overflow);
          const queue = new BoundedQueue<NaiveItem>({
            get capacity() {
              return capacity;
            },
            overflow,
            key: ({ key }) => key,
            onDrop: ({ id }, reason) => {
              expectConserved(queue.stats());
              lost.push(`${String(id)} ${reason}`);
            },
          });
          script.forEach((step, id) => {
            // A queue whose capacity fell refuses or trims at the next push; so does the model, one value at a time.
            if (step.do === 'resize')
              capacity = overflow === 'drop-oldest' || overflow === 'conflate' ? step.capacity : capacity;
            if (step.do === 'push') {
              const item = { key: step.key, id };
              same(queue.push(item), naive.push(item, capacity));
            }
            if (step.do === 'poll' && queue.size > 0) same(queue.poll().id, naive.poll()?.id);
            same(queue.size, naive.line.length);
            same(lost.length, naive.lost.length);
            same(lost.at(-1), naive.lost.at(-1));
            same(queue.stats().conflated, naive.conflated);
            expectConserved(queue.stats());
          });
        }),
      );
    },
  );
});
