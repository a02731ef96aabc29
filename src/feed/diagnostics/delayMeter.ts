import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { type DelayHistogram, Histogram } from './histogram.js';

/** Where the time goes between the reading of a message and the end of its handling. All times in ms. */
export interface FeedDelays {
  /**
   * From reading a message to handing it out: its wait for promotion and behind other messages. Every message is measured. A
   * wait behind messages of the same socket chunk that were handed out at once, at most `maxSlice`, is not included.
   */
  readonly queue: DelayHistogram;
  /** The time that all consumers together spent on a message in their `next`. Every message is measured. */
  readonly consumers: DelayHistogram;
  /** The same for each subscription by its `name`, for about one message in 16, and for at least some ten a second. */
  readonly byConsumer: Readonly<Record<string, DelayHistogram>>;
  /** From reading a message to wherever `measureArrival(name)` stands, e.g. behind a queue of the consumer's. */
  readonly arrivals: Readonly<Record<string, DelayHistogram>>;
  /**
   * How late the thread was for a timer, without the time that consumers spent in `next`: something else blocked it, e.g.
   * garbage collection or work in promises. Measured 4 times a second while messages come.
   */
  readonly loop: DelayHistogram;
  /** The most messages a second that were read and decoded, over a quarter of a second or a stall. */
  readonly peakRate: number;
}

/** Span of the lag timer, in ms. */
const lagInterval = 250;

/** How long the lag timer goes on after the last message, in ms: a quiet feed has no timer. */
const lagTimerAfter = 1_000;

/**
 * Consumers are measured one by one for one message in `sampled`, and for every other message that comes `sampledAfter` ms or
 * more after the last measured one. Both are random: else topics in lock-step would hide each other's consumers.
 */
const sampled = 16;
const sampledAfter = 100;

/** The most names. Users choose them, so a meter must not grow without end. */
const maxNames = 64;

/** Measures where the time goes: in the queue, in consumers, or in whatever else keeps the thread busy. */
export class DelayMeter {
  /** Whether the message that is being handed out is measured for each consumer alone. */
  sampling = false;
  /** `clock.io`, but its tasks end the freshness of the last message: messages that they hand out have waited. */
  readonly io: SchedulerLike;
  private readonly clock: Clock;
  private readonly queue = new Histogram();
  private readonly consuming = new Histogram();
  private readonly loop = new Histogram();
  private readonly consumers = new Map<string, Histogram>();
  private readonly arrivals = new Map<string, Histogram>();
  private lagTimer: Subscription | undefined;
  private due = Infinity;
  /** Time that consumers spent since the lag timer was due, in ms. */
  private spentLate = 0;
  private startedAt = 0;
  private freshAt = NaN;
  private readAt = -Infinity;
  private sampledAt = -Infinity;
  private unsampled = 0;
  private sampleAt = sampled;
  private reads = 0;
  private peakRate = 0;
  private armedAt = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    const { passed } = this;
    this.io = {
      now: () => clock.io.now(),
      schedule: <T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription =>
        clock.io.schedule<T>(
          function (given) {
            passed();
            work.call(this, given);
          },
          delay,
          state,
        ),
    };
  }

  /** The histogram of the time that a subscription of this name spends. */
  consumer(name: string): Histogram {
    return named(this.consumers, name);
  }

  /** The histogram of the delays at a `measureArrival` of this name. */
  arrival(name: string): Histogram {
    return named(this.arrivals, name);
  }

  /**
   * A message was read just now; until the next task of `io` it may be handed out in the same call. After a process was stopped,
   * its sockets are read before its timers fire. So a lag timer that is long overdue is noticed here, before the messages that
   * piled up are handed out.
   */
  read(readAt: number): void {
    if (readAt - this.due > lagInterval) this.onLagTimer(readAt);
    this.freshAt = readAt;
    this.reads += 1;
  }

  /** Whether the message that was read at `readAt` is handed out in the same call. */
  isFresh(readAt: number): boolean {
    return readAt === this.freshAt;
  }

  private readonly passed = (): void => {
    this.freshAt = NaN;
  };

  /** A message that was read at `readAt` is handed out now. */
  begin(readAt: number): void {
    this.startedAt = this.isFresh(readAt) ? readAt : this.clock.monotonic();
    this.queue.observe(this.startedAt - readAt);
    this.unsampled += 1;
    const isDue = this.startedAt - this.sampledAt >= sampledAfter;
    this.sampling = this.unsampled >= this.sampleAt || (isDue && this.clock.random() <= 0.5);
    if (this.sampling) {
      this.unsampled = 0;
      this.sampledAt = this.startedAt;
      this.sampleAt = Math.max(1, Math.round(2 * sampled * this.clock.random()));
    }
    this.readAt = readAt;
    if (this.lagTimer === undefined) this.arm(this.startedAt, 1);
  }

  /** All consumers are done with the message. */
  end(): void {
    const { startedAt, due } = this;
    const endedAt = this.clock.monotonic();
    this.sampling = false;
    this.consuming.observe(endedAt - startedAt);
    if (endedAt > due) this.spentLate += endedAt - Math.max(startedAt, due);
  }

  /** Stops the lag timer, because no message comes any more. */
  rest(): void {
    this.lagTimer?.unsubscribe();
    this.lagTimer = undefined;
    this.due = Infinity;
  }

  delays(): FeedDelays {
    return {
      queue: this.queue.snapshot(),
      consumers: this.consuming.snapshot(),
      byConsumer: snapshots(this.consumers),
      arrivals: snapshots(this.arrivals),
      loop: this.loop.snapshot(),
      peakRate: this.peakRate,
    };
  }

  private arm(now: number, reads: number): void {
    this.due = now + lagInterval;
    this.armedAt = now;
    this.reads = reads;
    this.spentLate = 0;
    this.lagTimer = this.clock.background.schedule(() => {
      this.onLagTimer(this.clock.monotonic());
    }, lagInterval);
  }

  private onLagTimer(firedAt: number): void {
    this.loop.observe(Math.max(0, firedAt - this.due - this.spentLate));
    this.peakRate = Math.max(this.peakRate, (1000 * this.reads) / (firedAt - this.armedAt));
    this.rest();
    if (firedAt - this.readAt < lagTimerAfter) this.arm(firedAt, 0);
  }
}

function named(histograms: Map<string, Histogram>, name: string): Histogram {
  const key = histograms.has(name) || histograms.size < maxNames ? name : 'other';
  const known = histograms.get(key);
  if (known !== undefined) return known;
  const histogram = new Histogram();
  histograms.set(key, histogram);
  return histogram;
}

function snapshots(histograms: ReadonlyMap<string, Histogram>): Readonly<Record<string, DelayHistogram>> {
  return Object.fromEntries([...histograms].map(([name, histogram]) => [name, histogram.snapshot()]));
}
