/** Limits of a slice. They are read for each slice, so that they can change while the stream runs. */
export interface SliceLimits {
  /** In ms. */
  readonly maxSlice?: number;
  readonly maxBatch?: number;
}

export const defaultMaxSlice = 20;
export const defaultMaxBatch = 16_384;

/** The most values between two readings of the clock: a reading costs about 40 ns, a value downstream more. */
const maxStride = 16;

/** How many chained promises of a consumer's work are followed. */
const maxHops = 64;

/** A pause takes this many times as long as all values before it together. */
const pauseFactor = 2;

/**
 * The factors by which the allowance grows with a slice that fits. The second factor applies when the measured cost
 * allows it. Values may differ, so the second factor also bounds how many times `maxSlice` the next slice may take.
 */
const [leastGrowth, mostGrowth] = [2, 8];

/**
 * One slice of deliveries: from its first value until the task that ends it runs.
 *
 * Consumers can put work into microtasks, which run after the deliveries and before the event loop reads its sockets.
 * So the cost of a slice includes them. After a slice that took too long, the next one delivers only as many values as
 * would have fitted. This allowance grows again with every slice that fits. The cost ends with the microtasks after the
 * last delivery: it includes neither the reading of sockets nor other tasks of the thread.
 */
export class Slice {
  open = false;
  /** Whether this slice may deliver no more values. */
  spent = false;
  readonly #now: () => number;
  readonly #limits: SliceLimits;
  #start = 0;
  #delivered = 0;
  #checkedAt = 0;
  #paused = false;
  /** The number of values after which the limits are checked. */
  #checkAt = 1;
  #allowance = Infinity;
  /** The most values that this slice may deliver. */
  #most = Infinity;
  /** The time in ms that the first `#costOf` values of this slice and their microtasks took. */
  #cost = 0;
  #costOf = 0;
  #turn = 0;

  constructor(now: () => number, limits: SliceLimits) {
    this.#now = now;
    this.#limits = limits;
  }

  begin(): void {
    this.open = true;
    this.#turn += 1;
    this.#start = this.#now();
    this.#delivered = 0;
    this.#checkedAt = this.#start;
    this.#paused = false;
    this.#checkAt = 1;
    this.#costOf = 0;
    this.#most = Math.min(this.#allowance, this.#limits.maxBatch ?? defaultMaxBatch);
  }

  /** One value was delivered. */
  count(): void {
    this.#delivered += 1;
    if (this.#delivered >= this.#checkAt) this.#check();
  }

  /** The task that delivered values is done. Microtasks run next, then I/O. */
  taskDone(): void {
    if (!this.spent) this.#followMicrotasks(this.#turn, maxHops);
  }

  end(): void {
    this.open = false;
    this.spent = false;
    if (this.#delivered === 0) return;
    const cost = this.#costOf === this.#delivered ? this.#cost : this.#now() - this.#start;
    const fitting = cost > 0 ? (this.#delivered * this.#maxSlice) / cost : Infinity;
    this.#allowance =
      cost > this.#maxSlice
        ? Math.max(1, Math.floor(fitting))
        : Math.max(this.#allowance * leastGrowth, Math.min(this.#allowance * mostGrowth, fitting));
  }

  get #maxSlice(): number {
    return this.#limits.maxSlice ?? defaultMaxSlice;
  }

  #check(): void {
    const now = this.#now();
    const stride = now - this.#checkedAt;
    this.#checkedAt = now;
    // A clock that is set back adds no time to the slice.
    if (stride < 0) this.#start += stride;
    if (now - this.#start >= this.#maxSlice && this.#isPause(stride)) {
      this.#paused = true;
      this.#start += stride;
    }
    if (this.#delivered < this.#most && now - this.#start < this.#maxSlice) {
      // Checks after 1, 2, 4, 8, 16, 32, 48 … values notice a slow consumer at its first value and cost a fast one
      // little.
      this.#checkAt = Math.min(this.#most, this.#delivered + Math.min(this.#delivered, maxStride));
      return;
    }
    this.spent = true;
    this.#followMicrotasks(this.#turn, maxHops);
  }

  /**
   * Whether something other than consumers took the thread, e.g. garbage collection or another process: the last values
   * took much longer than all values before them. A slice may have one such pause, since its next values show whether
   * that was right. It may have none after a slice that was too long.
   */
  #isPause(stride: number): boolean {
    const before = this.#checkedAt - this.#start - stride;
    return !this.#paused && this.#delivered > 1 && this.#allowance > this.#most && stride > pauseFactor * before;
  }

  /** Measures the cost after the consumers' microtasks, and after the microtasks that these start. */
  #followMicrotasks(turn: number, hops: number): void {
    void Promise.resolve().then(() => {
      if (turn !== this.#turn || !this.open) return;
      if (hops > 1) {
        this.#followMicrotasks(turn, hops - 1);
        return;
      }
      this.#cost = this.#now() - this.#start;
      this.#costOf = this.#delivered;
    });
  }
}
