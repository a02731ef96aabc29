/** No topic counts for more than this part of a market's time. */
const largestPart = 0.15;

/** From so many topics on, alike in activity, a market's time is told by their messages alone. */
const enoughTopics = 8;

/** So many moments of it are remembered. */
const remembered = 512;

/** Another market's time, and how fast it usually goes. */
export interface Guide {
  readonly time: { readonly now: number };
  readonly speed: number;
}

/** A topic's part in the time. */
export interface Part {
  rate: number;
  weight: number;
  /** How far it goes with the market, 0 to 1: one that goes its own way tells less of the time. */
  readonly follows?: number;
}

/**
 * Time that a market's messages tell: a ms of it is what the market does in a usual ms. Hours of day, openings and lulls that
 * all symbols share are taken out of their gaps by it, without having to be known; and when nothing comes from any, it
 * stands still.
 *
 * Source: time rescaling of point processes (Papangelou 1972; Brown et al., Neural Computation 14, 2002), business time in
 * finance (Clark, Econometrica 41, 1973).
 */
export class MarketTime {
  /** The time, in usual ms. */
  now = 0;
  private readonly parts = new Set<Part>();
  private passedAt = NaN;
  private guide: Guide | undefined;
  private guideAt = NaN;
  /** Messages a usual ms, all that count, and the sum of the squares. */
  private rate = 0;
  private squares = 0;
  private balanced = 0;
  /** How much of the time is told by messages; the rest is told by another market, or the clock. */
  private trust = 0;
  private unit = 0;
  private readonly clocks = new Float64Array(remembered).fill(-Infinity);
  private readonly times = new Float64Array(remembered);
  private moments = 0;

  /** What a message moves it by. */
  get grain(): number {
    return this.unit;
  }

  /** The part of it that passes without any message. */
  get byClock(): number {
    return 1 - this.trust;
  }

  /** What it is now can be asked for later. */
  remember(clock: number): void {
    const place = this.moments % remembered;
    this.clocks[place] = clock;
    this.times[place] = this.now;
    this.moments += 1;
  }

  /** What it was at a time that is remembered; before those, what it was first. */
  at(clock: number): number {
    let [low, high] = [Math.max(0, this.moments - remembered), this.moments];
    while (high - low > 1) {
      const between = (low + high) >> 1;
      if ((this.clocks[between % remembered] ?? 0) <= clock) low = between;
      else high = between;
    }
    const [from, to] = [low % remembered, high % remembered];
    const [before, time] = [this.clocks[from] ?? 0, this.times[from] ?? 0];
    if (high === this.moments || !(clock > before)) return time;
    return time + (((this.times[to] ?? 0) - time) * (clock - before)) / ((this.clocks[to] ?? 0) - before);
  }

  /**
   * Lets the part of the time pass that its messages don't tell: as it does in a market that knows, or by the clock.
   *
   * @param speed - how fast it usually goes, against the clock
   */
  pass(now: number, speed: number, guide?: Guide): void {
    if (this.trust === 1) {
      this.skip(now);
      return;
    }
    const passed =
      guide !== undefined && guide === this.guide ? (guide.time.now - this.guideAt) / guide.speed : now - this.passedAt;
    if (passed > 0) this.now += (1 - this.trust) * speed * passed;
    this.skip(now);
    this.guide = guide;
    this.guideAt = guide?.time.now ?? NaN;
  }

  /**
   * Whether so many topics tell it that it is even for seconds: of more topics, if their messages come in bursts.
   *
   * @param noise - how badly one gap tells a topic's rate: as the variance of its logarithm, 1 for what comes by chance
   */
  isEven(noise: number): boolean {
    return this.alike >= enoughTopics * Math.max(1, noise) ** 0.25;
  }

  /** That part since the last call is left out: nobody could listen. */
  skip(now: number): void {
    this.passedAt = now;
    this.guide = undefined;
  }

  hear(part: Part): void {
    if (part.rate > 0) this.now += part.weight * this.unit;
  }

  /** A topic with `rate` messages a usual ms counts from now on. */
  add(part: Part, rate: number): void {
    this.remove(part);
    part.rate = rate;
    const { follows = 1 } = part;
    part.weight = this.rate === 0 ? 1 : follows * Math.min(1, (largestPart * (this.rate + rate)) / (follows * rate));
    this.parts.add(part);
    this.sum(part, 1);
    // Early weights were made in small company.
    if (this.parts.size >= 2 * this.balanced || this.parts.size === enoughTopics) this.balance();
  }

  remove(part: Part): void {
    if (!this.parts.delete(part)) return;
    this.sum(part, -1);
    part.rate = 0;
    if (this.parts.size === 0) this.rate = this.squares = 0;
    this.settle();
  }

  /** Weighs topics anew: those that go with the market tell its time, and none of them most of it. */
  balance(): void {
    this.balanced = this.parts.size;
    let rate = 0;
    for (const { rate: own, follows = 1 } of this.parts) rate += follows * own;
    // What is left when the largest are cut to size is less: they are cut again.
    for (let round = 0; round < 4; round += 1) {
      let cut = 0;
      for (const part of this.parts) {
        const { follows = 1 } = part;
        part.weight = follows * Math.min(1, (largestPart * rate) / (follows * part.rate));
        cut += part.weight * part.rate;
      }
      rate = cut;
    }
    this.rate = this.squares = 0;
    for (const part of this.parts) this.sum(part, 1);
  }

  private sum({ rate, weight }: Part, sign: 1 | -1): void {
    this.rate += sign * rate * weight;
    this.squares += sign * (rate * weight) ** 2;
    this.settle();
  }

  /** So many topics of one activity would tell it as well. */
  private get alike(): number {
    return this.squares > 0 ? this.rate ** 2 / this.squares : 0;
  }

  private settle(): void {
    this.trust = Math.min(1, this.alike / enoughTopics);
    this.unit = this.rate > 0 ? this.trust / this.rate : 0;
  }
}
