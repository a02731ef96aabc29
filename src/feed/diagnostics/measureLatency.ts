import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { QuoteTags } from '../../model/quote.js';
import type { Histogram } from './histogram.js';

/** Measures the time from the reading of each new image to this operator. An image that is emitted again is not measured. */
export function measureLatency<T extends QuoteTags>(clock: Clock, time: Histogram): MonoTypeOperatorFunction<T> {
  return tap(({ change, monotonicAt }) => {
    if (change === 'image') time.observe(clock.monotonic() - monotonicAt);
  });
}
