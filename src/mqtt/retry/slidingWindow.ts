/** Counts events in the last `span` ms, and computes the wait until one more is within `limit`. */
export class SlidingWindow {
  private readonly limit: number;
  private readonly span: number;
  private readonly monotonic: () => number;
  private times: number[] = [];

  constructor(limit: number, span: number, monotonic: () => number) {
    this.limit = limit;
    this.span = span;
    this.monotonic = monotonic;
  }

  /** Records one event now. */
  take(): void {
    this.times.push(this.monotonic());
    if (this.times.length > this.limit) this.times.shift();
  }

  /** Milliseconds until one more event is within the limit; 0 when it is now. */
  wait(): number {
    const oldest = this.times[0];
    if (oldest === undefined || this.times.length < this.limit) return 0;
    return Math.max(0, oldest + this.span - this.monotonic());
  }
}
