/** What a slice may cost; read anew, so that it can change while running. */
export interface SliceLimits {
  /** In ms. */
  readonly maxSlice?: number;
  readonly maxBatch?: number;
}

export const defaultMaxSlice = 20;
export const defaultMaxBatch = 16_384;

/** Values between two readings of the clock, at most: a reading costs about 40 ns, a value downstream more. */
const maxStride = 16;

/** How many promises in a row a consumer's hidden work is followed through. */
const maxHops = 64;

/**
 * One turn of deliveries: from its first value until the task that ends it runs.
 *
 * Consumers can hide work in microtasks, which run after the turn and before the event loop reads its sockets. So a
 * turn is charged with the time until they are over, and the next turn gets as many values as would have fitted; while
 * turns fit, that number doubles again. Other tasks of the thread come after them: what they take is not charged, or a
 * consumer with a queue of its own would slow down everyone it has let go of.
 */
export class Slice {
  open = false;
  /** Nothing more is to be delivered in this slice. */
  spent = false;
  readonly #now: () => number;
  readonly #limits: SliceLimits;
  #start = 0;
  #delivered = 0;
  #checkAt = 1;
  #allowance = Infinity;
  /** The most values of the present slice. */
  #most = Infinity;
  #charged: number | undefined;
  #chargeOnArrival = false;
  #turn = 0;

  constructor(now: () => number, limits: SliceLimits) {
    this.#now = now;
    this.#limits = limits;
  }

  begin(): void {
    this.open = true;
    this.spent = false;
    this.#turn += 1;
    this.#start = this.#now();
    this.#delivered = 0;
    this.#most = Math.min(this.#allowance, this.#limits.maxBatch ?? defaultMaxBatch);
    this.#checkAt = 1;
    this.#charged = undefined;
    this.#chargeOnArrival = false;
  }

  /** One value was delivered. */
  count(): void {
    this.#delivered += 1;
    this.#charged = undefined;
    this.#chargeOnArrival = false;
    if (this.#delivered < this.#most) {
      if (this.#delivered < this.#checkAt) return;
      // 1, 2, 4, 8, 16, 32, 48 …: a slow consumer is noticed at its first value, a fast one is not billed for clocks.
      this.#checkAt += Math.min(this.#delivered, maxStride);
      if (this.#now() - this.#start < (this.#limits.maxSlice ?? defaultMaxSlice)) return;
    }
    this.spent = true;
  }

  /** The task that delivered is done: from here on run microtasks, then I/O. */
  taskDone(): void {
    this.#chargeOnArrival = true;
    this.#follow(this.#turn, maxHops);
  }

  /** A value arrived: the microtasks of the task before are over, and reading sockets is not the consumer's debt. */
  arrival(): void {
    if (!this.#chargeOnArrival) return;
    this.#chargeOnArrival = false;
    this.#charged = this.#now() - this.#start;
  }

  end(): void {
    this.open = false;
    if (this.#delivered === 0) return;
    const charged = this.#charged ?? this.#now() - this.#start;
    const maxSlice = this.#limits.maxSlice ?? defaultMaxSlice;
    this.#allowance =
      charged > maxSlice ? Math.max(1, Math.floor((this.#delivered * maxSlice) / charged)) : this.#allowance * 2;
  }

  /** Waits behind the consumers' microtasks, and behind those that these start in turn. */
  #follow(turn: number, hops: number): void {
    void Promise.resolve().then(() => {
      if (turn !== this.#turn || !this.open) return;
      if (hops > 1) {
        this.#follow(turn, hops - 1);
        return;
      }
      this.#chargeOnArrival = false;
      this.#charged = this.#now() - this.#start;
    });
  }
}
