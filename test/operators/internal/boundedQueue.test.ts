import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../../operators/support/boundedQueue.js';
import type { Overflow } from '../../../operators/support/overflow.js';
import { expectConserved } from '../../support/conserved.js';
import { escapedErrors, failingCallbacks } from '../../support/failingCallbacks.js';

function drain<T>(queue: BoundedQueue<T>): T[] {
  const values: T[] = [];
  while (queue.size > 0) {
    values.push(queue.poll());
    queue.relieve();
  }
  return values;
}

/** A queue of texts whose key is their first letter. */
function queueOf(capacity: number, overflow: Overflow): { queue: BoundedQueue<string>; lost: string[] } {
  const lost: string[] = [];
  const queue = new BoundedQueue<string>({
    capacity,
    overflow,
    key: (value) => value[0],
    onDrop: (value, reason) => {
      expectConserved(queue.stats());
      lost.push(`${value} ${reason}`);
    },
  });
  return { queue, lost };
}

describe('BoundedQueue', () => {
  it('drop-oldest loses the value that waited longest', () => {
    const { queue, lost } = queueOf(2, 'drop-oldest');
    expect(['a1', 'b1', 'a2'].map((value) => queue.push(value))).toEqual([true, true, true]);
    expect(lost).toEqual(['a1 capacity']);
    expect(drain(queue)).toEqual(['b1', 'a2']);
  });

  it('drop-incoming loses the arriving value', () => {
    const { queue, lost } = queueOf(2, 'drop-incoming');
    expect(['a1', 'b1', 'a2'].map((value) => queue.push(value))).toEqual([true, true, true]);
    expect(lost).toEqual(['a2 capacity']);
    expect(drain(queue)).toEqual(['a1', 'b1']);
  });

  it('error loses the arriving value and says that the stream is to end', () => {
    const { queue, lost } = queueOf(2, 'error');
    expect(['a1', 'b1', 'a2'].map((value) => queue.push(value))).toEqual([true, true, false]);
    expect(lost).toEqual(['a2 capacity']);
    expect(drain(queue)).toEqual(['a1', 'b1']);
  });

  it('conflate keeps the newest value of a key in the place of its first: a busy key does not starve', () => {
    const { queue, lost } = queueOf(2, 'conflate');
    for (const value of ['a1', 'b1', 'a2', 'a3']) queue.push(value);
    expect(queue.stats()).toMatchObject({ received: 4, conflated: 2, dropped: {}, inFlight: 2 });
    expect(lost).toEqual([]);
    expect(drain(queue)).toEqual(['a3', 'b1']);
  });

  it('conflate evicts the key updated least recently, not the one first in line', () => {
    const { queue, lost } = queueOf(2, 'conflate');
    for (const value of ['a1', 'b1', 'a2', 'c1']) queue.push(value);
    expect(lost).toEqual(['b1 key-evicted']);
    expect(drain(queue)).toEqual(['a2', 'c1']);
    expect(queue.stats().dropped).toEqual({ 'key-evicted': 1 });
  });

  it('can be polled in order of last update', () => {
    const { queue } = queueOf(3, 'conflate');
    for (const value of ['a1', 'b1', 'a2']) queue.push(value);
    expect([queue.pollLeastRecent(), queue.pollLeastRecent()]).toEqual(['b1', 'a2']);
    expect(queue.stats()).toMatchObject({ emitted: 2, inFlight: 0 });
  });

  it.each<Overflow>(['drop-oldest', 'conflate'])('follows a capacity that changes while it runs (%s)', (overflow) => {
    let capacity = 4;
    const lost: string[] = [];
    const queue = new BoundedQueue<string>({
      get capacity() {
        return capacity;
      },
      overflow,
      key: (value) => value,
      onDrop: (value) => {
        expectConserved(queue.stats());
        lost.push(value);
      },
    });
    for (const value of ['a', 'b', 'c', 'd']) queue.push(value);
    capacity = 2;
    queue.push('e');
    expect(lost).toEqual(['a', 'b', 'c']);
    capacity = 3;
    queue.push('f');
    expect(drain(queue)).toEqual(['d', 'e', 'f']);
  });

  it.each<Overflow>(['drop-oldest', 'drop-incoming', 'conflate', 'error'])(
    'takes nothing in with a capacity of 0, or of no number (%s)',
    (overflow) => {
      for (const capacity of [0, NaN]) {
        const { queue, lost } = queueOf(capacity, overflow);
        queue.push('a1');
        queue.push('b1');
        expect(queue.size).toBe(0);
        const reason = overflow === 'conflate' ? 'key-evicted' : 'capacity';
        expect(lost).toEqual([`a1 ${reason}`, `b1 ${reason}`]);
      }
    },
  );

  it('tells nobody of pressure between a poll and the hand-over of its value', () => {
    const signals: boolean[] = [];
    const onPressure = (raised: boolean): number => signals.push(raised);
    const queue = new BoundedQueue<number>({ capacity: 2, overflow: 'drop-oldest', onPressure });
    for (let i = 0; i < 2; i += 1) queue.push(i);
    expect([queue.poll(), queue.drain(), signals]).toEqual([0, [1], [true]]);
    queue.relieve();
    queue.relieve();
    expect(signals).toEqual([true, false]);
  });

  it('raises pressure at three quarters and clears it at half, once each', () => {
    const signals: string[] = [];
    const queue = new BoundedQueue<number>({
      capacity: 8,
      overflow: 'drop-oldest',
      onPressure: (raised) => {
        expectConserved(queue.stats());
        signals.push(`${String(raised)} at ${String(queue.size)}`);
      },
    });
    for (let i = 0; i < 10; i += 1) queue.push(i);
    drain(queue);
    for (let i = 0; i < 5; i += 1) queue.push(i);
    expect(signals).toEqual(['true at 6', 'false at 4']);
  });

  it('survives an onDrop that pushes and polls', () => {
    const lost: string[] = [];
    const queue = new BoundedQueue<string>({
      capacity: 2,
      overflow: 'drop-oldest',
      onDrop: (value) => {
        lost.push(value);
        expectConserved(queue.stats());
        if (value === 'a') {
          expect(queue.poll()).toBe('b');
          queue.push('again');
        }
        expectConserved(queue.stats());
      },
    });
    for (const value of ['a', 'b', 'c']) queue.push(value);
    expect(lost).toEqual(['a']);
    expect(drain(queue)).toEqual(['c', 'again']);
  });

  it('drops what waits under the reason given, and then holds nothing of the ledger', () => {
    const { queue, lost } = queueOf(4, 'drop-oldest');
    queue.push('a1');
    queue.push('b1');
    queue.dispose('unsubscribed');
    expect(lost).toEqual(['a1 unsubscribed', 'b1 unsubscribed']);
    expect(queue.stats()).toMatchObject({ received: 2, dropped: { unsubscribed: 2 }, inFlight: 0 });
  });

  it.each<Overflow>(['drop-oldest', 'drop-incoming', 'conflate', 'error'])(
    'takes nothing in after its end, not even what its own onDrop pushes, and keeps the first reason (%s)',
    (overflow) => {
      const lost: string[] = [];
      const queue = new BoundedQueue<string>({
        ...{ capacity: 2, overflow, key: (value: string) => value },
        onDrop: (value, reason) => {
          expect(queue.push('late')).toBe(true);
          queue.dispose('again');
          expectConserved(queue.stats());
          lost.push(`${value} ${reason}`);
        },
      });
      for (const value of ['a', 'b']) queue.push(value);
      queue.dispose('completed');
      expect(queue.push('later')).toBe(true);
      expect(lost).toEqual(['a completed', 'b completed']);
      expect([queue.size, queue.stats()]).toMatchObject([0, { received: 2, dropped: { completed: 2 }, inFlight: 0 }]);
    },
  );

  it('counts nothing of a value whose key throws', () => {
    const queue = new BoundedQueue<string>({
      capacity: 2,
      overflow: 'conflate',
      key: () => {
        throw new Error('no key');
      },
    });
    expect(() => queue.push('a')).toThrow('no key');
    expect(queue.stats()).toMatchObject({ received: 0, inFlight: 0 });
  });

  it.each(failingCallbacks)('counts an onDrop and an onPressure that %s, and goes on', async (_how, fail) => {
    const queue = new BoundedQueue<number>({ capacity: 1, overflow: 'drop-oldest', onDrop: fail, onPressure: fail });
    const { errors } = await escapedErrors(() => {
      queue.push(1);
      queue.push(2);
      expect(drain(queue)).toEqual([2]);
    });
    expect([queue.stats().callbackErrors, errors]).toEqual([3, []]);
    expectConserved(queue.stats());
  });
});
