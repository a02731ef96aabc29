import { wrongType } from '../../operators/support/argument.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import { feedMetrics } from './catalogue.js';
import { readingsOf } from './readings.js';

/**
 * Reads every metric of the catalogue from a feed's `stats()`.
 *
 * @example
 * ```ts
 * for (const { name, labels, value } of samples(feed.stats())) console.log(name, labels, value);
 * ```
 *
 * @throws TypeError with code `RXQ_ARGUMENT` for any other value than that of `stats()`, e.g. the feed itself
 * @since 0.1.0
 */
export function samples(stats: FeedStats): {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}[] {
  if (typeof (stats as Partial<FeedStats> | undefined)?.received !== 'number') {
    throw wrongType('samples.stats', stats, 'pass what feed.stats() returns');
  }
  return feedMetrics.flatMap((metric) =>
    readingsOf(metric, stats).map((reading) => ({ name: metric.name, ...reading })),
  );
}
