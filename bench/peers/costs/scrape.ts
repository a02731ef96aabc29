import { Registry } from 'prom-client';
import type * as metrics from '../../../src/metrics/index.js';
import { builtEntry } from '../builtEntry.js';
import { processorTime } from '../processorTime.js';
import { bookFeed } from './bookFeed.js';
import type { MeasureCost } from './cost.js';

const symbolCount = 800;
const scrapes = 200;
/** Scrapes before the first that counts: code is compiled in them. */
const warmUpScrapes = 100;

/** ms of one scrape: the mean of all, since one collection of garbage belongs to several of them. */
export const measure: MeasureCost = async (build) => {
  const { exposeMetrics } = (await builtEntry(build, 'metrics/index.js')) as typeof metrics;
  const { feed, sendRound } = await bookFeed(build, symbolCount);
  const registry = new Registry();
  exposeMetrics({ registry, feeds: { bench: feed } });
  let micros = 0;
  for (let scrape = -warmUpScrapes; scrape < scrapes; scrape += 1) {
    await sendRound();
    const before = processorTime();
    await registry.metrics();
    if (scrape >= 0) micros += processorTime() - before;
  }
  await feed.close();
  return { 'scrape 800-symbols': micros / 1_000 / scrapes };
};
