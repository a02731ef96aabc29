import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observeOnBounded } from '../../../operators/index.js';
import { manualScheduler } from '../../support/manualScheduler.js';
import { boundedBench } from '../../support/boundedBench.js';

async function microtasks(): Promise<void> {
  for (let i = 0; i < 100; i += 1) await Promise.resolve();
}

/** Values delivered in each slice while every turn of the event loop also runs another's task of 1 s. */
async function slicesOnABusyThread(
  values: number,
  maxBatch: number,
  hidden: (spend: () => void) => void,
): Promise<number[]> {
  const scheduler = manualScheduler();
  const source = new Subject<number>();
  const slices: number[] = [0];
  source.pipe(observeOnBounded(scheduler, { capacity: 1000, maxSlice: 10, maxBatch })).subscribe(() => {
    slices.push((slices.pop() ?? 0) + 1);
    hidden(() => {
      scheduler.spend(1);
    });
  });
  for (let i = 0; i < values; i += 1) source.next(i);
  await microtasks();
  while (scheduler.pending() > 0) {
    slices.push(0);
    scheduler.step();
    await microtasks();
    scheduler.spend(1000);
  }
  return slices.filter((count) => count > 0);
}

describe('the slices of observeOnBounded', () => {
  it('lets what does not fit into the slice wait for later tasks, in order', () => {
    const { source, seen, run, operator, scheduler } = boundedBench();
    for (const value of ['a', 'b', 'c']) source.next(value);
    expect(seen).toEqual(['a']);
    expect(operator.stats()).toMatchObject({ received: 3, emitted: 1, inFlight: 2 });
    run();
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(scheduler.pending()).toBe(0);
  });

  it('schedules one task a slice, and none once idle', () => {
    const { source, scheduler, run } = boundedBench({ maxBatch: 10 });
    for (const value of ['a', 'b', 'c']) source.next(value);
    expect(scheduler.scheduled()).toBe(1);
    run();
    expect(scheduler.scheduled()).toBe(1);
    expect(scheduler.pending()).toBe(0);
  });

  it('ends a slice when maxSlice ms are over, noticing a slow consumer at its first value', () => {
    const b = boundedBench({ maxBatch: 100, maxSlice: 10, capacity: 100 }, () => {
      b.scheduler.spend(25);
    });
    for (let i = 0; i < 8; i += 1) b.source.next(String(i));
    expect(b.seen).toEqual(['0']);
    b.run();
    expect(b.seen).toHaveLength(8);
    expect(b.scheduler.scheduled()).toBe(8);
  });

  it('charges microtasks to the next slice: it delivers what would have fitted, and more again once that fits', () => {
    let hidden = 0;
    const { source, scheduler, run, slices } = boundedBench({ maxBatch: 64, maxSlice: 10, capacity: 1000 }, () => {
      hidden += 1;
    });
    scheduler.betweenTasks = () => {
      // The consumer of each value hid 1 ms of work in microtasks.
      scheduler.spend(hidden);
      hidden = 0;
    };
    for (let i = 0; i < 124; i += 1) source.next('v');
    run();
    expect(slices()).toEqual([64, 10, 20, 10, 20]);
  });

  it('does not charge a consumer for the time that reading sockets takes', () => {
    const { source, scheduler, run, slices } = boundedBench({ maxBatch: 8, maxSlice: 10, capacity: 1000 });
    let tasks = 0;
    scheduler.betweenTasks = () => {
      tasks += 1;
      if (tasks === 1 || tasks > 4) return;
      source.next('from the socket');
      scheduler.spend(1000);
    };
    for (let i = 0; i < 29; i += 1) source.next('v');
    run();
    expect(slices()).toEqual([8, 8, 8, 8]);
  });

  it('does not charge a consumer for the tasks of others on the thread', async () => {
    expect(await slicesOnABusyThread(29, 8, () => undefined)).toEqual([8, 8, 8, 5]);
  });

  it('charges microtasks that are several promises deep, on a busy thread too', async () => {
    const deep = (spend: () => void): void => {
      void Promise.resolve()
        .then(() => undefined)
        .then(() => undefined)
        .then(spend);
    };
    expect(await slicesOnABusyThread(124, 64, deep)).toEqual([64, 10, 20, 10, 20]);
  });
});
