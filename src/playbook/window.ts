import type { DelayHistogram } from '../feed/diagnostics/histogram.js';
import type { FeedDelays } from '../feed/diagnostics/delayMeter.js';
import type { FeedJournal } from '../feed/diagnostics/journal.js';
import type { FeedStats } from '../feed/diagnostics/stats.js';
import type { ProcessUse } from './processUse.js';
import type { Sample, Snapshot } from './snapshot.js';

/** A distribution of the times of a span. */
export interface Times {
  readonly count: number;
  /** In ms. */
  readonly sum: number;
  /** At least 99 % of the times were no longer than this, in ms: the upper bound of a bucket. */
  readonly p99: number;
  /** How many were longer than a bound of a bucket, in ms. */
  readonly above: (bound: number) => number;
}

/** A feed at one moment, and what changed before it. The input of every cause, as data. */
export class Window {
  readonly now: Snapshot;
  private readonly samples: readonly Sample[];
  private readonly from: Sample | undefined;

  /**
   * @param now - the present
   * @param samples - samples of the past, oldest first
   * @param from - the sample at which every span begins, instead of the one of its age
   */
  constructor(now: Snapshot, samples: readonly Sample[] = [], from?: Sample) {
    this.now = now;
    this.samples = samples;
    this.from = from;
  }

  /** The same, with spans that begin at the newest sample; `undefined` without a sample. */
  get sinceLast(): Window | undefined {
    const last = this.samples.at(-1);
    return last === undefined ? undefined : new Window(this.now, this.samples, last);
  }

  /**
   * The change in about the last `span` ms: since the newest sample that is at least so old. Without one it is the change since the
   * feed was made, or since the oldest sample if the feed is older than the span.
   */
  over(span: number): Change {
    const { now, samples } = this;
    if (this.from !== undefined) return new Change(now, this.from, now.at - this.from.at, this.from.process);
    const { entries, lost } = now.journal;
    const begin = now.at - span;
    // The journal begins when the feed first connects: nothing is counted before.
    // A feed that was made later than now was made before a step of the wall clock back.
    const isOlder = lost > 0 || entries.some(({ at }) => at > now.at);
    const madeAt = isOlder ? -Infinity : (entries[0]?.at ?? now.at);
    const from = samples.findLast(({ at }) => at <= begin) ?? (madeAt >= begin ? undefined : samples[0]);
    const since = from?.at ?? (madeAt === -Infinity ? (entries[0]?.at ?? now.at) : madeAt);
    return new Change(now, from, Math.max(0, now.at - since), (from ?? samples[0])?.process);
  }

  /** The samples of the last `span` ms, oldest first, with the present one. */
  series(span: number): readonly Sample[] {
    return [...this.samples.filter(({ at }) => at > this.now.at - span), this.now];
  }

  /** Whether something held at each sample of at least the last `span` ms; `false` without a sample so old. */
  held(span: number, holds: (stats: FeedStats) => boolean): boolean {
    const from = this.samples.findLast(({ at }) => at <= this.now.at - span);
    return from !== undefined && [from, ...this.series(span)].every(({ stats }) => holds(stats));
  }

  /** The entries of the feed's journal in the last `span` ms. */
  entries(span: number): FeedJournal['entries'] {
    return this.now.journal.entries.filter((entry) => ('until' in entry ? entry.until : entry.at) > this.now.at - span);
  }

  /** Wall time in ms at which a market that had been closed was last open or of unknown state again; 0 if none was. */
  get openSince(): number {
    let since = 0;
    // The journal has changes alone, so the state before the first one is not known.
    let wasClosed = true;
    for (const entry of this.now.journal.entries) {
      if (entry.type !== 'markets' || entry.market === 'halted') continue;
      if (wasClosed && entry.market !== 'closed') since = entry.until;
      wasClosed = entry.market === 'closed';
    }
    return since;
  }

  /** Whether a market of the feed's symbols is open or of unknown state. */
  get mayBeOpen(): boolean {
    const { symbols } = this.now;
    return symbols.length === 0 || symbols.some(({ market }) => market !== 'closed' && market !== 'halted');
  }
}

/** The changes between two samples. */
export class Change {
  /** The span in ms. */
  readonly ms: number;
  private readonly to: Sample;
  private readonly from: Sample | undefined;
  private readonly used: ProcessUse | undefined;

  /** @param used - what the process had used at the first sample of the span */
  constructor(to: Sample, from: Sample | undefined, ms: number, used: ProcessUse | undefined) {
    this.to = to;
    this.from = from;
    this.ms = ms;
    this.used = used;
  }

  /** By how much a counter rose. */
  count(read: (stats: FeedStats) => number): number {
    return read(this.to.stats) - (this.from === undefined ? 0 : read(this.from.stats));
  }

  /** By how much each counter of a group rose, without those that did not. */
  counts(read: (stats: FeedStats) => Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const before = this.from === undefined ? {} : read(this.from.stats);
    return Object.fromEntries(
      Object.entries(read(this.to.stats)).flatMap(([name, count]) => {
        const rise = count - (before[name] ?? 0);
        return rise > 0 ? [[name, rise]] : [];
      }),
    );
  }

  /** The times of a histogram that were measured in the span. */
  times(read: (delays: FeedDelays) => DelayHistogram | undefined): Times {
    const after = read(this.to.delays);
    const before = this.from === undefined ? undefined : read(this.from.delays);
    if (after === undefined) return { count: 0, sum: 0, p99: 0, above: () => 0 };
    const count = after.count - (before?.count ?? 0);
    const buckets = after.buckets.map((bucket, index) => ({
      le: bucket.le,
      count: bucket.count - (before?.buckets[index]?.count ?? 0),
    }));
    const within = buckets.find((bucket) => bucket.count >= 0.99 * count);
    return {
      count,
      sum: after.sum - (before?.sum ?? 0),
      p99: count === 0 ? 0 : Math.min(after.max, within?.le ?? after.max),
      above: (bound) => count - (buckets.find(({ le }) => le >= bound)?.count ?? count),
    };
  }

  /** The use by the process in the span; `undefined` where it is not measured, or without an earlier sample. */
  process<T>(read: (before: ProcessUse, after: ProcessUse) => T): T | undefined {
    const [before, after] = [this.used, this.to.process];
    return before === undefined || after === undefined ? undefined : read(before, after);
  }

  /** The span in words, e.g. `in the last 60 s`. */
  get words(): string {
    return this.from === undefined ? 'since the feed was made' : `in the last ${spanText(this.ms)}`;
  }
}

/** A span in ms in words. */
export function spanText(ms: number): string {
  if (ms < 10_000) return `${String(Math.round(ms / 100) / 10)} s`;
  if (ms < 600_000) return `${String(Math.round(ms / 1000))} s`;
  if (ms < 7_200_000) return `${String(Math.round(ms / 60_000))} min`;
  return `${String(Math.round(ms / 3_600_000))} h`;
}
