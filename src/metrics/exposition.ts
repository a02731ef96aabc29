import type { QuoteFeed } from '../feed/feedTypes.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { FeedMetric } from './catalogue.js';
import { type FeedHistogram, histogramValues } from './histograms.js';
import { NamedSymbols, type SymbolMetric } from './symbolMetrics.js';
import { ExposedMetric, type ExposedValue } from './exposedMetric.js';
import { added, type Reading, readingsOf } from './readings.js';

/** The parts of a feed that metrics read: its counts, its delays, its symbols, and whether it is closed. */
export type MeasuredFeed = Pick<QuoteFeed, 'stats' | 'delays' | 'symbols' | 'state$'>;

interface Exposed {
  readonly feed: MeasuredFeed;
  closed: boolean;
  readonly symbols: NamedSymbols;
  /** The counts of the closed feeds of this name, by metric and label. */
  readonly carried: ReadonlyMap<string, readonly Reading[]>;
}

/** The feeds of one registry by name, and their stats at a scrape. */
export class Exposition {
  private readonly metrics: FeedMetric[] = [];
  private readonly exposed = new Map<string, Exposed>();
  /** The number of symbols of a feed that have metrics of their own. */
  symbolLimit = 0;
  private stats: ReadonlyMap<string, FeedStats> | undefined;

  /** Whether another feed has this name, and is not closed. */
  isTaken(name: string, feed: MeasuredFeed): boolean {
    const present = this.exposed.get(name);
    return present !== undefined && present.feed !== feed && !present.closed;
  }

  add(name: string, feed: MeasuredFeed): void {
    const former = this.exposed.get(name);
    if (former?.feed === feed) return;
    const exposed = { feed, closed: false, symbols: new NamedSymbols(), carried: this.countedBy(former) };
    this.exposed.set(name, exposed);
    this.stats = undefined;
    feed.state$.subscribe({
      complete: () => {
        exposed.closed = true;
      },
    });
  }

  /** A metric for the registry: its values are those of every feed. */
  metric(metric: FeedMetric): ExposedMetric {
    this.metrics.push(metric);
    return new ExposedMetric(metric, this, () => this.valuesOf(metric));
  }

  /** The same for a histogram. Its times are read separately, and start from zero when a feed replaces another. */
  histogram(histogram: FeedHistogram): ExposedMetric {
    return new ExposedMetric({ ...histogram, type: 'histogram' }, this, () =>
      [...this.exposed].flatMap(([feed, exposed]) => histogramValues(histogram, feed, exposed.feed.delays())),
    );
  }

  /** The same for a metric with a label per symbol, for `symbolLimit` symbols of each feed. */
  symbolMetric(metric: SymbolMetric): ExposedMetric {
    return new ExposedMetric(metric, this, () =>
      [...this.exposed].flatMap(([name, { feed, symbols }]) =>
        symbols.values(metric, this.symbolLimit, name, feed.symbols()),
      ),
    );
  }

  private valuesOf(metric: FeedMetric): readonly ExposedValue[] {
    const values: ExposedValue[] = [];
    for (const [feed, stats] of this.read()) {
      const counts = this.exposed.get(feed)?.carried.get(metric.name);
      for (const { labels, value } of added(readingsOf(metric, stats), counts)) {
        values.push({ labels: { feed, ...labels }, value });
      }
    }
    return values;
  }

  /** All metrics of a scrape are read in one turn, by one call of `stats()`, so that they add up. */
  private read(): ReadonlyMap<string, FeedStats> {
    if (this.stats === undefined) {
      this.stats = new Map([...this.exposed].map(([name, { feed }]) => [name, feed.stats()]));
      void Promise.resolve().then(() => {
        this.stats = undefined;
      });
    }
    return this.stats;
  }

  private countedBy(former: Exposed | undefined): Exposed['carried'] {
    if (former === undefined) return new Map();
    const stats = former.feed.stats();
    const counters = this.metrics.filter(({ type }) => type === 'counter');
    return new Map(
      counters.map((metric) => [metric.name, added(readingsOf(metric, stats), former.carried.get(metric.name))]),
    );
  }
}

/** The feeds of the registry with this metric; `undefined` for a foreign metric. */
export function expositionOf(metric: unknown): Exposition | undefined {
  return (metric as { readonly rxQuotesExposition?: Exposition } | undefined)?.rxQuotesExposition;
}
