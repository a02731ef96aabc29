import type { FeedStats } from '../../src/index.js';
import { checkConservation } from '../../src/testing/index.js';

const counters = ['received', 'emitted', 'conflated', 'unclaimed', 'reemitted', 'gaps', 'attempts'] as const;

/** Sums over feeds. */
export type Totals = Record<(typeof counters)[number] | 'dropped' | 'rejected' | 'feeds', number>;

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, one) => all + one, 0);

/** Sums of nothing. */
export function noTotals(): Totals {
  const counted = { received: 0, emitted: 0, conflated: 0, unclaimed: 0, reemitted: 0, gaps: 0, attempts: 0 };
  return { ...counted, dropped: 0, rejected: 0, feeds: 0 };
}

/** Watches the counts of one feed: always balanced, never going back. */
export class FeedCounts {
  private readonly broken: (promise: string) => void;
  private last: FeedStats | undefined;

  constructor(broken: (promise: string) => void) {
    this.broken = broken;
  }

  /** All messages that were lost or unclaimed at the last check. */
  get losses(): number {
    return this.last === undefined ? 0 : sum(this.last.dropped) + this.last.unclaimed;
  }

  get inFlight(): number {
    return this.last?.inFlight ?? 0;
  }

  /** Whether nothing waits to be delivered, neither messages nor the feed's own markers. */
  get isDrained(): boolean {
    return this.inFlight === 0 && this.last?.stages.queue.inFlight === 0;
  }

  take(stats: FeedStats): void {
    try {
      checkConservation(stats);
    } catch (error) {
      this.broken(String(error));
    }
    const before = this.last;
    this.last = stats;
    if (before === undefined) return;
    for (const name of counters) if (stats[name] < before[name]) this.broken(`counters never go down: ${name}`);
    for (const kind of ['dropped', 'rejected'] as const) {
      for (const reason in before[kind]) {
        const fell = (stats[kind][reason] ?? 0) < (before[kind][reason] ?? 0);
        if (fell) this.broken(`counters never go down: ${kind} ${reason}`);
      }
    }
  }

  addTo(totals: Totals): void {
    totals.feeds += 1;
    if (this.last === undefined) return;
    for (const name of counters) totals[name] += this.last[name];
    totals.dropped += sum(this.last.dropped);
    totals.rejected += sum(this.last.rejected);
  }
}
