import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { observeOnBounded, type ObserveOnBoundedConfig, QueueStats } from '../../../operators/index.js';
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

/** The values of 350 bytes in 64 KiB, which Node reads at once. */
const chunk = 187;

/**
 * An event loop with a clock of its own: in each turn it reads `values` in chunks, runs microtasks after each chunk, and then runs the
 * operator's task.
 */
interface LoopConfig extends Partial<ObserveOnBoundedConfig<number>> {
  readonly values: number;
  readonly turns: number;
  /** The time in ms that it takes to read a value, and the time that the consumer takes for it. */
  readonly reading?: (value: number) => number;
  readonly consumer: (value: number) => number;
}

/** Plays the turns of an event loop, and those that its last values still need. Values are numbered from 0; 500 keys take turns. */
async function playLoop({ values, turns, reading = () => 0, consumer, ...config }: LoopConfig) {
  const scheduler = manualScheduler();
  const source = new Subject<number>();
  const stats = new QueueStats();
  const observed: number[] = [];
  const inline: number[] = [];
  source
    .pipe(observeOnBounded(scheduler, { capacity: 16_384, key: (value) => value % 500, stats, ...config }))
    .subscribe((value) => {
      observed.push(value);
      scheduler.spend(consumer(value));
    });
  let next = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const before = observed.length;
    for (let read = 0; read < values; read += 1) {
      scheduler.spend(reading(next));
      source.next(next++);
      if (read % chunk === chunk - 1) await microtasks();
    }
    inline.push(observed.length - before);
    await microtasks();
    scheduler.step();
    await microtasks();
  }
  while (scheduler.pending() > 0) {
    scheduler.step();
    await microtasks();
  }
  return { inline, seen: observed, conflated: stats.snapshot().conflated };
}

/** The values that libuv reads in one turn from a socket that is never empty: 2 MB. */
const fullTurn = 5_800;

describe('the slices of observeOnBounded', () => {
  it('lets values that do not fit into the slice wait for later tasks, in order', () => {
    const { source, seen: observed, run, operator, scheduler } = boundedBench();
    for (const value of ['a', 'b', 'c']) source.next(value);
    expect(observed).toEqual(['a']);
    expect(operator.stats()).toMatchObject({ received: 3, emitted: 1, inFlight: 2 });
    run();
    expect(observed).toEqual(['a', 'b', 'c']);
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

  it('ends a slice after maxSlice ms, and detects a slow consumer at its first value', () => {
    const b = boundedBench({ maxBatch: 100, maxSlice: 10, capacity: 100 }, () => {
      b.scheduler.spend(25);
    });
    for (let i = 0; i < 8; i += 1) b.source.next(String(i));
    expect(b.seen).toEqual(['0']);
    b.run();
    expect(b.seen).toHaveLength(8);
    expect(b.scheduler.scheduled()).toBe(8);
  });

  it('ends a slice of a slow consumer also when the clock is set back meanwhile', () => {
    const scheduler = manualScheduler();
    const observed: number[] = [];
    const source = new Subject<number>();
    source.pipe(observeOnBounded(scheduler, { capacity: 1_000, maxSlice: 20 })).subscribe((value) => {
      observed.push(value);
      scheduler.spend(value === 2 ? -3_600_000 : 10);
    });
    for (let value = 1; value <= 100; value += 1) source.next(value);
    expect(observed.length).toBeLessThan(8);
  });

  it('counts microtasks in the next slice: it delivers the number that would have fitted, and more again after that', () => {
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

  it('does not count other tasks on the thread as time of a consumer', async () => {
    expect(await slicesOnABusyThread(29, 8, () => undefined)).toEqual([8, 8, 8, 5]);
  });

  it('counts microtasks several promises deep, also on a busy thread', async () => {
    const deep = (spend: () => void): void => {
      void Promise.resolve()
        .then(() => undefined)
        .then(() => undefined)
        .then(spend);
    };
    expect(await slicesOnABusyThread(124, 64, deep)).toEqual([64, 10, 20, 10, 20]);
  });
});

describe('observeOnBounded in the turns of an event loop', () => {
  it('delivers inline all values that a busy socket brings in one turn, if a value takes 2 µs', async () => {
    const { inline, conflated } = await playLoop({ values: fullTurn, turns: 3, consumer: () => 0.002 });
    expect([inline, conflated]).toEqual([[fullTurn, fullTurn, fullTurn], 0]);
  });

  it('delivers inline for 20 ms if a value takes 10 µs, and later the newest value of each key', async () => {
    const { inline, seen: observed, conflated } = await playLoop({ values: fullTurn, turns: 1, consumer: () => 0.01 });
    expect(inline[0]).toBeGreaterThanOrEqual(2_000);
    expect(inline[0]).toBeLessThan(2_020);
    expect(observed.slice(inline[0]).sort((one, other) => one - other)).toEqual(
      Array.from({ length: 500 }, (_, index) => fullTurn - 500 + index),
    );
    expect(conflated).toBe(fullTurn - observed.length);
  });

  it('ends a slice after 16,384 values by default, for any time they take', async () => {
    const { inline } = await playLoop({ values: 40_000, turns: 1, consumer: () => 0.001 });
    expect(inline).toEqual([16_384]);
  });

  it.each([5, 100, 3_000, 5_000])(
    'conflates nothing because of one pause of 30 ms, at value %i of a turn',
    async (at) => {
      const consumer = (value: number): number => (value === fullTurn + at ? 30 : 0.001);
      const { conflated, seen: observed } = await playLoop({ values: fullTurn, turns: 3, consumer });
      expect([conflated, observed.length]).toEqual([0, 3 * fullTurn]);
    },
  );

  it('ends a slice at its second pause, and at the first one if the slice before was too long', async () => {
    const pauses = new Set([1_000, 2_000, 6_000]);
    const consumer = (value: number): number => (pauses.has(value) ? 30 : 0.001);
    const { inline } = await playLoop({ values: fullTurn, turns: 2, consumer });
    expect(inline[0]).toBeGreaterThan(2_000);
    expect(inline[0]).toBeLessThan(2_020);
    // Value 6,000 is the 201st of this turn.
    expect(inline[1]).toBeGreaterThan(200);
    expect(inline[1]).toBeLessThan(220);
  });

  it('lets slices grow eightfold after one that was too long, until all values come inline again', async () => {
    const consumer = (value: number): number => (value === 0 ? 30 : 0.001);
    const { inline } = await playLoop({ values: 500, turns: 6, consumer });
    // The slices that follow deliver 1, 8, 64 and 512 values, those that wait first, and then all that come.
    expect(inline).toEqual([1, 0, 0, 0, 12, 500]);
  });

  it('does not count the reading of waiting values as time of a slice', async () => {
    const consumer = (value: number): number => (value === 0 ? 30 : 0.001);
    const reading = (value: number): number => (value < 2_000 && value % 500 === 450 ? 30 : 0);
    const { inline } = await playLoop({ values: 500, turns: 6, reading, consumer });
    expect(inline).toEqual([1, 0, 0, 0, 12, 500]);
  });

  it('delivers one value a slice while maxSlice is 0, and all at once soon after it is raised', () => {
    const [scheduler, source] = [manualScheduler(), new Subject<number>()];
    let [maxSlice, observed] = [0, 0];
    const limits = {
      capacity: 10,
      get maxSlice() {
        return maxSlice;
      },
    };
    source.pipe(observeOnBounded(scheduler, limits)).subscribe(() => (observed += 1));
    const perSlice = [0, 0, 20, 20, 20].map((limit) => {
      maxSlice = limit;
      const before = observed;
      for (let value = 0; value < 10; value += 1) source.next(value);
      const inline = observed - before;
      while (scheduler.pending() > 0) scheduler.step();
      return inline;
    });
    expect(perSlice).toEqual([1, 1, 10, 10, 10]);
  });
});
