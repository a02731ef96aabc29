import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { observeOnBounded, type ObserveOnBoundedConfig } from '../../operators/index.js';
import { expectConserved } from './conserved.js';
import { trackingScheduler, type TrackingScheduler } from './trackingScheduler.js';
import { type Metered, metered } from './metered.js';

/** A subject through `observeOnBounded`, and what comes out of it. */
export interface BoundedBench {
  readonly source: Subject<string>;
  readonly scheduler: TrackingScheduler;
  readonly seen: string[];
  readonly lost: string[];
  readonly operator: Metered<string, string>;
  /** Values delivered in each slice: every slice schedules one task. */
  slices(): readonly number[];
  /** Runs the tasks that are due now, and those they schedule. */
  run(): void;
}

/** A subject through the operator, one value a slice by default; keys are first letters. */
export function boundedBench(
  config: Partial<ObserveOnBoundedConfig<string>> = {},
  onNext: (value: string) => void = () => undefined,
): BoundedBench {
  const virtual = new TestScheduler(() => undefined);
  const scheduler = trackingScheduler(virtual);
  const source = new Subject<string>();
  const received: string[] = [];
  const lost: string[] = [];
  const perSlice = new Map<number, number>();
  const operator = metered((stats) =>
    observeOnBounded<string>(scheduler, {
      stats,
      capacity: 3,
      maxBatch: 1,
      onDrop: (value, reason) => {
        expectConserved(operator.stats());
        lost.push(`${value} ${reason}`);
      },
      ...config,
    }),
  );
  source.pipe(operator).subscribe({
    next: (value) => {
      expectConserved(operator.stats());
      received.push(value);
      const slice = scheduler.scheduled();
      perSlice.set(slice, (perSlice.get(slice) ?? 0) + 1);
      onNext(value);
    },
    error: (error: unknown) => received.push(String((error as { code?: string }).code ?? error)),
    complete: () => received.push('|'),
  });
  const run = (): void => {
    virtual.flush();
  };
  return { source, scheduler, seen: received, lost, operator, run, slices: () => [...perSlice.values()] };
}
