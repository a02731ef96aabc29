import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { FeedMetric, MetricValue } from './catalogue.js';

/** One number of a metric with its labels. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Every number of a metric in a feed's `stats()`. */
export function readingsOf({ label = [], read }: FeedMetric, stats: FeedStats): readonly Reading[] {
  return labelled(read(stats), typeof label === 'string' ? [label] : label);
}

/** Readings with those added that have the same labels; labels that only one of them has stay. */
export function added(readings: readonly Reading[], more: readonly Reading[] | undefined): readonly Reading[] {
  if (more === undefined) return readings;
  const sums = new Map(more.map((reading) => [keyOf(reading), reading]));
  for (const reading of readings) {
    const { labels, value } = reading;
    const key = keyOf(reading);
    sums.set(key, { labels, value: value + (sums.get(key)?.value ?? 0) });
  }
  return [...sums.values()];
}

function keyOf({ labels }: Reading): string {
  return JSON.stringify(labels);
}

function labelled(value: MetricValue, [name = 'key', ...others]: readonly string[]): readonly Reading[] {
  if (typeof value === 'number') return [{ labels: {}, value }];
  return Object.entries(value).flatMap(([key, part]) =>
    labelled(part, others).map((reading) => ({ labels: { [name]: key, ...reading.labels }, value: reading.value })),
  );
}
