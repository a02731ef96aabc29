import { setImmediate as nextCheck } from 'node:timers/promises';
import { observeOn, of, type SchedulerAction } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ioScheduler } from '../../operators/index.js';
import { macrotaskOf, type MacrotaskHost } from '../../operators/internal/macrotask.js';
import { MacrotaskAction } from '../../operators/internal/macrotaskAction.js';
import { marbles } from '../support/marbles.js';

const hosts: readonly (readonly [string, MacrotaskHost])[] = [
  ['setImmediate', { setImmediate, clearImmediate }],
  ['MessageChannel', { MessageChannel }],
  ['a timer', {}],
];

describe.each(hosts)('a macrotask by %s', (_, host) => {
  const macrotask = macrotaskOf(host);

  it('runs callbacks in order, after the present microtasks', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      macrotask(() => order.push('first'));
      macrotask(() => {
        order.push('second');
        resolve();
      });
      void Promise.resolve().then(() => order.push('microtask'));
      order.push('now');
    });
    expect(order).toEqual(['now', 'microtask', 'first', 'second']);
  });

  it('runs no cancelled callback, but those after it', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      const cancel = macrotask(() => order.push('cancelled'));
      macrotask(resolve);
      cancel();
      cancel();
    });
    expect(order).toEqual([]);
  });

  it('can be used from inside itself', async () => {
    let rounds = 0;
    await new Promise<void>((resolve) => {
      const again = (): void => {
        rounds += 1;
        if (rounds < 50) macrotask(again);
        else resolve();
      };
      macrotask(again);
    });
    expect(rounds).toBe(50);
  });

  it('runs work that schedules itself again until it stops, and is closed then', async () => {
    const states: (number | undefined)[] = [];
    const action = new MacrotaskAction<number>(macrotask, function (state) {
      states.push(state);
      if (state !== undefined && state < 3) this.schedule(state + 1);
    });
    action.schedule(1);
    while (!action.closed) await nextCheck();
    expect(states).toEqual([1, 2, 3]);
  });
});

describe('a MessageChannel of macrotasks', () => {
  it('is opened only at the first use, and keeps the process alive only while a callback waits', () => {
    const calls: string[] = [];
    class FakePort {
      onmessage: ((event: { data: unknown }) => void) | null = null;
      peer: FakePort | undefined;
      postMessage(data: unknown): void {
        calls.push('post');
        this.peer?.onmessage?.({ data });
      }
      ref(): void {
        calls.push('ref');
      }
      unref(): void {
        calls.push('unref');
      }
    }
    class FakeChannel {
      readonly port1 = new FakePort();
      readonly port2 = new FakePort();
      constructor() {
        calls.push('open');
        this.port2.peer = this.port1;
      }
    }
    const macrotask = macrotaskOf({ MessageChannel: FakeChannel });
    expect(calls).toEqual([]);
    macrotask(() => calls.push('run'));
    macrotask(() => calls.push('run'));
    expect(calls).toEqual(['open', 'ref', 'post', 'unref', 'run', 'ref', 'post', 'unref', 'run']);
  });
});

describe('ioScheduler', () => {
  it('runs work after the present microtasks, with its state', async () => {
    const order: unknown[] = [];
    await new Promise<void>((resolve) => {
      ioScheduler.schedule<string>(
        (state) => {
          order.push(state);
          resolve();
        },
        0,
        'work',
      );
      queueMicrotask(() => order.push('microtask'));
    });
    expect(order).toEqual(['microtask', 'work']);
  });

  it('runs nothing that was unsubscribed', async () => {
    const order: string[] = [];
    ioScheduler.schedule(() => order.push('cancelled')).unsubscribe();
    await new Promise<void>((resolve) => {
      ioScheduler.schedule(() => {
        resolve();
      });
    });
    expect(order).toEqual([]);
  });

  it('uses asyncScheduler for positive delays and now(): both are virtual in TestScheduler.run', () => {
    const ran: string[] = [];
    marbles(() => {
      ioScheduler.schedule(() => ran.push(`first at ${String(ioScheduler.now())}`), 5);
      ioScheduler.schedule(() => ran.push('cancelled'), 6).unsubscribe();
      ioScheduler.schedule<number>(
        function (count) {
          ran.push(`round ${String(count)} at ${String(ioScheduler.now())}`);
          if (count < 2) this.schedule(count + 1, 10);
        },
        10,
        0,
      );
    });
    expect(ran).toEqual(['first at 5', 'round 0 at 10', 'round 1 at 20', 'round 2 at 30']);
  });

  it('works under an operator of RxJS', async () => {
    const received: number[] = [];
    await new Promise<void>((resolve) => {
      of(1, 2, 3)
        .pipe(observeOn(ioScheduler))
        .subscribe({ next: (value) => received.push(value), complete: resolve });
      expect(received).toEqual([]);
    });
    expect(received).toEqual([1, 2, 3]);
  });

  it('cancels its macrotask when it is unsubscribed or scheduled again, not only its work', () => {
    let waiting = 0;
    const counted = (): (() => void) => {
      waiting += 1;
      return () => {
        waiting -= 1;
      };
    };
    const action = new MacrotaskAction<number>(counted, () => undefined);
    action.schedule(1);
    action.schedule(2);
    expect(waiting).toBe(1);
    action.unsubscribe();
    expect(waiting).toBe(0);
  });

  it('ends an action whose work throws, and throws the error again', () => {
    let run: () => void = () => undefined;
    const hand = (callback: () => void): (() => void) => {
      run = callback;
      return () => undefined;
    };
    const action: SchedulerAction<number> = new MacrotaskAction<number>(hand, function () {
      this.schedule(2);
      throw new Error('mine');
    });
    action.schedule(1);
    expect(run).toThrow('mine');
    expect(action.closed).toBe(true);
    expect(action.schedule(3)).toBe(action);
  });
});
