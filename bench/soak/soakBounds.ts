import type { Book, FeedStats, Quote } from '../../src/index.js';
import type { VenueReading } from './venueProcess.js';

/** Memory after a garbage collection, in bytes. */
export interface MemorySample {
  readonly heap: number;
  readonly rss: number;
}

/** The measurements of a run. */
export interface SoakRun {
  /** Messages a second: the requested rate, and the rate that must be reached. */
  readonly asked: number;
  readonly least: number;
  /** Real time of the measured part, in ms. */
  readonly took: number;
  /** Messages received in the measured part. */
  readonly received: number;
  /** States other than live since the first live one. */
  readonly interruptions: number;
  /** Checks in which the counts did not add up. */
  readonly unbalanced: number;
  readonly memory: readonly MemorySample[];
  readonly stats: FeedStats;
  readonly venue: VenueReading;
  readonly last: ReadonlyMap<string, Quote<10>>;
}

/** One promise of the run: what was found, and whether it holds. */
export interface Bound {
  readonly name: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Memory that grows by more than this from the first third of a run to its last is not flat. */
const mostGrowth = 1.25;

/**
 * A process takes memory from the system in steps, so fewer samples, one a second, are too few to judge resident
 * memory.
 */
const settled = 20;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** The last third of the samples against the first, each by its median. */
export function growth(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  return median(samples.slice(-third)) / median(samples.slice(0, third));
}

const shown = ({ bidPrices, askPrices, bidVolumes, askVolumes, bidFlag, askFlag }: Omit<Book, 'depth'>): string =>
  JSON.stringify([bidPrices, askPrices, bidVolumes, askVolumes, bidFlag, askFlag]);

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** Judges a run. */
export function soakBounds(run: SoakRun): readonly Bound[] {
  const { asked, least, took, received, interruptions, unbalanced, memory, stats, venue, last } = run;
  const reached = (received * 1000) / took;
  const equal = venue.images.filter((image) => {
    const quote = last.get(image.symbol);
    return quote !== undefined && shown(quote) === shown(image);
  }).length;
  const bound = (name: string, holds: boolean, found: string): Bound => ({ name, found, holds });
  const [heap, rss] = [growth(memory.map((sample) => sample.heap)), growth(memory.map((sample) => sample.rss))];
  const unread = sum(stats.rejected) + stats.unclaimed + sum(stats.dropped);
  return [
    bound('rate', reached >= least, `${whole(reached)} messages a second of ${whole(asked)} asked for`),
    bound(
      'link up',
      stats.attempts === 1 && stats.gaps === 0 && interruptions === 0,
      `${String(stats.attempts - 1)} reconnects, ${String(stats.gaps)} gaps`,
    ),
    bound('nothing dropped by the venue', venue.counts.dropped === 0, `${whole(venue.counts.dropped)} dropped`),
    bound(
      'nothing lost on the way',
      stats.received === venue.counts.delivered,
      `${whole(stats.received)} received of ${whole(venue.counts.delivered)} sent`,
    ),
    bound('nothing lost here', unread === 0, `${whole(unread)} dropped, unreadable or unclaimed`),
    bound(
      'conserved',
      unbalanced === 0 && stats.received === stats.emitted + stats.conflated,
      `${whole(stats.received)} = ${whole(stats.emitted)} emitted + ${whole(stats.conflated)} conflated`,
    ),
    bound(
      'final images',
      equal === venue.images.length && equal > 0,
      `${String(equal)} of ${String(venue.images.length)} symbols equal the venue's last`,
    ),
    bound(
      'memory flat',
      heap <= mostGrowth && (rss <= mostGrowth || memory.length < settled),
      `heap × ${heap.toFixed(2)}, resident × ${rss.toFixed(2)}, last third against first`,
    ),
  ];
}
