import { Subject, defer, of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { retryBackoff, staleBy } from '../../../operators/index.js';
import type { Overflow } from '../../../operators/support/overflow.js';
import { BoundedIterator } from '../../../operators/internal/boundedIterator.js';
import { BoundedQueue } from '../../../operators/support/boundedQueue.js';
import { Ledger, type Gauge } from '../../../operators/support/ledger.js';
import { collected } from '../../support/collected.js';

interface Item {
  readonly key: number;
}

describe('memory', () => {
  it.each<Overflow>(['drop-oldest', 'conflate'])(
    'a queue keeps no value alive that was polled, dropped or conflated (%s)',
    async (overflow) => {
      const queue = new BoundedQueue<Item>({ capacity: 2, overflow, key: ({ key }) => key });
      const put = (key: number): WeakRef<Item> => {
        const item = { key };
        queue.push(item);
        return new WeakRef(item);
      };
      const references = [put(1), put(2), put(2), put(3)];
      while (queue.size > 0) queue.poll();
      expect(await Promise.all(references.map(collected))).toEqual([true, true, true, true]);
      expect(queue.size).toBe(0);
    },
  );

  it('a ledger keeps no queue alive that was disposed of', async () => {
    const ledger = new Ledger();
    const used = (): WeakRef<object> => {
      const queue = new BoundedQueue<number>({ capacity: 2, overflow: 'drop-oldest' }, ledger);
      queue.push(1);
      queue.dispose('unsubscribed');
      return new WeakRef(queue);
    };
    expect(await collected(used())).toBe(true);
    expect(ledger.stats()).toMatchObject({ received: 1, dropped: { unsubscribed: 1 }, inFlight: 0 });
  });

  it('a ledger keeps no queue of an iterator alive after the last value of an ended source was taken', async () => {
    const held = new Set<Gauge>();
    class Watched extends Ledger {
      override hold(gauge: Gauge): void {
        held.add(gauge);
      }
      override release(gauge: Gauge): void {
        held.delete(gauge);
      }
    }
    const iterator = new BoundedIterator(of(1, 2), { capacity: 2, overflow: 'drop-oldest' }, new Watched());
    await iterator.next();
    expect(held.size).toBe(1);
    await iterator.next();
    expect(held.size).toBe(0);
  });

  it('staleBy forgets a key that has gone stale', async () => {
    const virtual = new TestScheduler(() => undefined);
    const source = new Subject<Item>();
    const subscription = source.pipe(staleBy((item) => item, { after: 1, scheduler: virtual })).subscribe();
    const put = (): WeakRef<Item> => {
      const item = { key: 1 };
      source.next(item);
      return new WeakRef(item);
    };
    const reference = put();
    virtual.flush();
    expect(await collected(reference)).toBe(true);
    subscription.unsubscribe();
  });

  it('retryBackoff keeps no previous attempt alive', async () => {
    const virtual = new TestScheduler(() => undefined);
    virtual.maxFrames = Infinity;
    const tries: WeakRef<object>[] = [];
    let source = new Subject<never>();
    const deferred = defer(() => {
      source = new Subject();
      tries.push(new WeakRef(source));
      return source;
    });
    const subscription = deferred.pipe(retryBackoff({ scheduler: virtual })).subscribe();
    for (let i = 0; i < 3; i += 1) {
      source.error('down');
      virtual.flush();
    }
    expect(tries).toHaveLength(4);
    expect(await collected(tries[0] as WeakRef<object>)).toBe(true);
    subscription.unsubscribe();
  });
});
