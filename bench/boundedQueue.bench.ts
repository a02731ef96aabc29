/*
 * One push and one poll with 100,000 values waiting, against an array and a Map used as queues. Compare the rows of one
 * run; rates of two runs, or of two machines, say nothing. Run by hand:
 *
 *   npm run bench boundedQueue
 */
import { bench, boxplot, run, summary } from 'mitata';
import { BoundedQueue } from '../operators/support/boundedQueue.js';
import type { Overflow } from '../operators/support/overflow.js';

interface Item {
  readonly key: number;
}
const waiting = 100_000;
const items: readonly Item[] = Array.from({ length: 2 * waiting }, (_, key) => ({ key }));

function queueOf(overflow: Overflow): BoundedQueue<Item> {
  const queue = new BoundedQueue<Item>({ capacity: 2 * waiting, overflow, key: ({ key }) => key });
  for (let i = 0; i < waiting; i += 1) queue.push(items[i] as Item);
  return queue;
}

/** The next item in a circle, so that a key is never waiting twice. */
function circle(): () => Item {
  let at = waiting;
  return () => {
    at = (at + 1) % items.length;
    return items[at] as Item;
  };
}

boxplot(() => {
  summary(() => {
    bench('array, push and shift', function* () {
      const next = circle();
      const queue = items.slice(0, waiting);
      yield () => {
        queue.push(next());
        return queue.shift();
      };
    }).baseline();
    bench('Map, set and first key', function* () {
      const next = circle();
      const queue = new Map(items.slice(0, waiting).map((item) => [item.key, item]));
      yield () => {
        const item = next();
        queue.set(item.key, item);
        for (const [key, first] of queue) {
          queue.delete(key);
          return first;
        }
        return undefined;
      };
    });
    for (const overflow of ['drop-oldest', 'conflate'] as const) {
      bench(`BoundedQueue, ${overflow}`, function* () {
        const next = circle();
        const queue = queueOf(overflow);
        yield () => {
          queue.push(next());
          return queue.poll();
        };
      });
    }
    bench('BoundedQueue, conflate, a key that waits', function* () {
      const queue = queueOf('conflate');
      let at = 0;
      yield () => {
        at = (at + 7919) % waiting;
        return queue.push(items[at] as Item);
      };
    });
    bench('BoundedQueue, conflate, full: every push evicts', function* () {
      const next = circle();
      const queue = new BoundedQueue<Item>({ capacity: waiting, overflow: 'conflate', key: ({ key }) => key });
      for (let i = 0; i < waiting; i += 1) queue.push(items[i] as Item);
      yield () => queue.push(next());
    });
  });
});

await run();
