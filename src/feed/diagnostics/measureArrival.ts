import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { QuoteTags } from '../../model/quote.js';
import type { Histogram } from './histogram.js';

/** Notes how long after its reading each new image comes by. What is emitted again says nothing of delay. */
export function measureArrival<T extends QuoteTags>(clock: Clock, time: Histogram): MonoTypeOperatorFunction<T> {
  return tap(({ change, monotonicAt }) => {
    if (change === 'image') time.observe(clock.monotonic() - monotonicAt);
  });
}
