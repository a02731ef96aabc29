import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import type { CounterHandle, HistogramHandle, MetricsSink } from '../../../operators/tapMetrics.js';
import type { Clock } from '../../model/clock.js';
import { type DelayHistogram, Histogram } from './histogram.js';

/** Where the time goes between the reading of a message and the end of its handling. All times in ms. */
export interface FeedDelays {
  /**
   * From reading a message to handing it out: its wait for promotion and behind other messages. About one message in 16 is
   * measured, and a larger part when messages are rare. The longest wait of all is in `stats().stages.queue.longestWait`.
   */
  readonly queue: DelayHistogram;
  /**
   * The time that the feed and all consumers together spent on a message, from its turn until the last `next` returned.
   * The messages of `queue` are measured one by one, the others in blocks of up to 16. If a block took over 1 ms, each
   * of its messages counts with the mean of the block. Other code that runs between the last message of a chunk and the
   * feed's next task may be included.
   */
  readonly consumers: DelayHistogram;
  /** The time that each subscription spent in `next`, by its `name`, for the same messages as in `queue`. */
  readonly byConsumer: Readonly<Record<string, DelayHistogram>>;
  /** From reading a message to the operator `measureLatency(name)`, e.g. after a queue of the consumer. */
  readonly latencies: Readonly<Record<string, DelayHistogram>>;
  /**
   * How late a timer fired, without the time that consumers spent in `next`: other work blocked the thread, e.g.
   * garbage collection or promises. Measured 4 times a second while messages come.
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
 * About one message in `sampled` is measured, and half of the messages that come `sampledAfter` ms or more after the
 * last measured one. Both are chosen at random: with a fixed step, topics that always come in the same order would
 * never all be measured.
 */
const sampled = 16;
const sampledAfter = 10;

/** Messages that are not sampled are measured together when they took longer than this, in ms. */
const longBlock = 1;

/** The most names. Users choose them, so a meter must not grow without end. */
const maxNames = 64;

/** A counter that does nothing: `stats()` of the feed counts messages already. */
const uncounted: CounterHandle = { add: () => undefined };
const unmeasured: HistogramHandle = { observe: () => undefined };

/**
 * Measures where the time goes: in the queue, in consumers, or in whatever else keeps the thread busy. It is the sink of the
 * `tapMetrics` in a feed's pipe.
 */
export class DelayMeter implements MetricsSink {
  /** Whether the message that is being handed out is measured, also for each consumer alone. */
  sampling = false;
  /**
   * `clock.io`, for the pipe. After one of its tasks has begun, no message counts as fresh, since the messages that the
   * task hands out have waited. The meter times messages that are not sampled by the readings of this scheduler's
   * clock.
   */
  readonly io: SchedulerLike;
  /** The monotonic clock, for the pipe's `tapMetrics`. */
  readonly timed: SchedulerLike;
  private readonly clock: Clock;
  private readonly queue = new Histogram();
  private readonly consuming = new Histogram();
  private readonly loop = new Histogram();
  private readonly consumers = new Map<string, Histogram>();
  private readonly latencies = new Map<string, Histogram>();
  private lagTimer: Subscription | undefined;
  private due = Infinity;
  /** Time in ms that consumers spent since the lag timer was due. */
  private spentLate = 0;
  private freshAt = NaN;
  /**
   * Whether a message was handed out since the clock was read for its chunk, and whether the slice has read the clock
   * since.
   */
  private hasHandedOut = false;
  private isLookedAt = false;
  private readAt = -Infinity;
  private sampledAt = -Infinity;
  private sampleIn = 1;
  /** The last reading of the clock, at or since the reading of the present chunk. */
  private lookedAt = NaN;
  /** Messages that were handed out since that reading, and are not sampled. */
  private unsampled = 0;
  private reads = 0;
  private peakRate = 0;
  private armedAt = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    const { passed, look } = this;
    this.timed = { now: look, schedule: clock.io.schedule.bind(clock.io) };
    this.io = {
      now: () => {
        look();
        this.isLookedAt = this.hasHandedOut;
        return clock.io.now();
      },
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

  /** The histogram of the delays at a `measureLatency` of this name. */
  latency(name: string): Histogram {
    return named(this.latencies, name);
  }

  counter(): CounterHandle {
    return uncounted;
  }

  histogram(name: string): HistogramHandle {
    if (name.endsWith('.age')) return this.queue;
    if (!name.endsWith('.handling')) return unmeasured;
    return {
      observe: (ms) => {
        this.sampling = false;
        this.consuming.observe(ms);
        this.spent(this.lookedAt, ms);
      },
    };
  }

  /**
   * A message was read just now; until the next task of `io` it may be handed out in the same call. A process that was
   * stopped and continues may read its sockets before its timers fire. So an overdue lag timer is noticed here, before
   * the buffered messages are handed out.
   */
  read(readAt: number): void {
    this.reads += 1;
    if (readAt === this.freshAt) return;
    this.endBlock(readAt);
    if (readAt - this.due > lagInterval) this.onLagTimer(readAt);
    this.freshAt = readAt;
    this.lookedAt = readAt;
    this.hasHandedOut = this.isLookedAt = false;
  }

  /**
   * Whether the message that was read at `readAt` is handed out in the same call. Called once for each message. The
   * first message after the slice has read the clock is never fresh, so that a sleep in the middle of a call is noticed
   * after at most 16 messages.
   */
  isFresh(readAt: number): boolean {
    const { isLookedAt } = this;
    this.isLookedAt = false;
    this.hasHandedOut = true;
    return readAt === this.freshAt && !isLookedAt;
  }

  /** A message that was read at `readAt` is handed out now. Returns whether it is measured. */
  sample(readAt: number): boolean {
    this.readAt = readAt;
    if (this.lagTimer === undefined) this.arm(this.clock.monotonic(), 1);
    this.sampleIn -= 1;
    const latest = Math.max(readAt, this.lookedAt || 0);
    const isDue = latest - this.sampledAt >= sampledAfter;
    this.sampling = this.sampleIn <= 0 || (isDue && this.clock.random() <= 0.5);
    if (this.sampling) {
      this.sampledAt = latest;
      this.sampleIn = Math.max(1, Math.round(2 * sampled * this.clock.random()));
    } else this.unsampled += 1;
    return this.sampling;
  }

  /** Stops the lag timer, because messages have stopped. */
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
      latencies: snapshots(this.latencies),
      loop: this.loop.snapshot(),
      peakRate: this.peakRate,
    };
  }

  /** Other code may have run since the last message. The slice reads the clock next, which ends the block. */
  private readonly passed = (): void => {
    this.freshAt = NaN;
  };

  private readonly look = (): number => {
    const now = this.clock.monotonic();
    this.endBlock(now);
    this.lookedAt = now;
    return now;
  };

  /** Ends a block: the unsampled messages since the last reading of the clock took until `now`. */
  private endBlock(now: number): void {
    const { unsampled } = this;
    if (unsampled === 0) return;
    this.unsampled = 0;
    const took = now - this.lookedAt;
    if (took > longBlock)
      for (let counted = 0; counted < unsampled; counted += 1) this.consuming.observe(took / unsampled);
    this.spent(now, took);
  }

  /** Notes that consumers took `ms`, until `endedAt`. */
  private spent(endedAt: number, ms: number): void {
    if (endedAt > this.due) this.spentLate += endedAt - Math.max(endedAt - ms, this.due);
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
