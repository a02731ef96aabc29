import { Subscription } from 'rxjs';
import { Deadlines } from '../../operators/support/deadlines.js';
import type { Clock } from '../model/clock.js';
import type { SymbolStatus } from '../model/quote.js';
import type { DataState, MarketState } from '../model/state.js';
import type { QuoteHead } from './wire/messages.js';

/** An image of a feed, as far as pacing looks at it. */
export interface RelayedImage {
  readonly kind: 'quote';
  readonly symbol: string;
  readonly epoch: number;
  readonly state: DataState;
  readonly market: MarketState;
  readonly change: 'image' | 'state';
  readonly receivedAt: number;
  readonly monotonicAt: number;
}

/** An update of one symbol. */
export type SymbolUpdate = RelayedImage | SymbolStatus;

/** The parts that pacing works with. */
export interface PacingConfig {
  readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  /** The least time in ms between two images of a symbol. */
  readonly interval: number;
  /** A symbol is published again when nothing was for this long, in ms. */
  readonly refresh: number;
  /** Whether the broker's link is `down`, has too much `unsent`, or is `open` for images. */
  readonly link: () => 'down' | 'unsent' | 'open';
  /** Publishes the newest update of a symbol. */
  readonly publish: (update: SymbolUpdate, change: QuoteHead['change'], counter: number) => void;
}

/** All that is known of one symbol. */
interface SymbolRecord {
  latest: SymbolUpdate;
  /** Whether `latest` was not published yet. */
  isWaiting: boolean;
  /** Whether `latest` has an image, or a state, that was not published yet. */
  hasNewImage: boolean;
  hasNewState: boolean;
  /** Whether the symbol is no longer relayed. */
  hasLeft: boolean;
  /** The attempts to publish. */
  counter: number;
  /** Monotonic time of the last image that counted against the rate, and of the last publish of any kind. */
  imageAt: number;
  publishedAt: number;
  /** The update that was published last. */
  published: SymbolUpdate | undefined;
}

/** How long images wait, in ms, before the unsent bytes are looked at again. */
const LOOK_AGAIN = 50;

/**
 * Decides when the updates of each symbol are published: images at most at a rate, the newest of those that wait; changes of state
 * or market at once; the same again when nothing was for a while.
 */
export class Pacing {
  /** Counters; they never go down. received = published + conflated + waiting. */
  received = 0;
  published = 0;
  conflated = 0;
  /** Publishes without a new update: refreshes, and images that a new link gets again. */
  refreshed = 0;
  /** Symbols whose newest update waits. */
  waiting = 0;
  private readonly config: PacingConfig;
  private readonly symbols = new Map<string, SymbolRecord>();
  private readonly deadlines = new Deadlines<string, SymbolRecord>();
  private timer = Subscription.EMPTY;
  private armedFor = Infinity;

  constructor(config: PacingConfig) {
    this.config = config;
  }

  /** Takes an update of a symbol. */
  take(update: SymbolUpdate): void {
    this.received += 1;
    const record = this.recordOf(update);
    if (record.isWaiting) this.conflated += 1;
    else this.waiting += 1;
    record.isWaiting = true;
    record.latest = update;
    const { published } = record;
    const isImage = update.kind === 'quote' && update.change === 'image';
    if (isImage || (update.kind === 'quote' && isOtherImage(update, published))) record.hasNewImage = true;
    if (!isImage || (published !== undefined && isOtherState(update, published))) {
      record.hasNewState = true;
      // The attempt fails: its number is missing in the topic, so that readers see that they missed a change.
      if (this.config.link() === 'down') record.counter += 1;
    }
    record.hasLeft = false;
    this.release(update.symbol, record);
  }

  /** Whether a symbol was published or waits. */
  has(symbol: string): boolean {
    return this.symbols.has(symbol);
  }

  /** The names of all symbols. */
  names(): IterableIterator<string> {
    return this.symbols.keys();
  }

  /** Called when the broker's link is up: publishes each symbol's newest update. */
  linkUp(): void {
    for (const [symbol, record] of this.symbols) {
      record.imageAt = record.publishedAt = -Infinity;
      this.release(symbol, record);
    }
  }

  /**
   * Publishes the last image of a symbol that is no longer relayed as suspect: the broker keeps it, and this run would vouch for it.
   * This message may be lost: one refresh follows it, and each new link gets it. Its counter goes on when the symbol comes back.
   */
  leave(symbol: string): void {
    const record = this.symbols.get(symbol);
    if (record === undefined) return;
    record.latest = { ...record.latest, state: 'suspect' };
    record.hasNewState = record.hasLeft = true;
    this.release(symbol, record);
  }

  stop(): void {
    this.timer.unsubscribe();
  }

  private recordOf(update: SymbolUpdate): SymbolRecord {
    const known = this.symbols.get(update.symbol);
    if (known !== undefined) return known;
    const none = { isWaiting: false, hasNewImage: false, hasNewState: false, hasLeft: false, published: undefined };
    const record = { latest: update, ...none, counter: 0, imageAt: -Infinity, publishedAt: -Infinity };
    this.symbols.set(update.symbol, record);
    return record;
  }

  /** Publishes the newest update of a symbol if it is time, else when it is. */
  private release(symbol: string, record: SymbolRecord): void {
    const { config } = this;
    const link = config.link();
    if (link === 'down') return;
    const now = config.clock.monotonic();
    if (record.hasNewState) {
      this.publish(symbol, record);
      return;
    }
    const due = record.isWaiting ? record.imageAt + config.interval : record.publishedAt + config.refresh;
    if (due > now) this.touch(symbol, record, now, due - now);
    else if (link === 'unsent') this.touch(symbol, record, now, LOOK_AGAIN);
    else {
      if (record.isWaiting) record.imageAt = now;
      this.publish(symbol, record);
    }
  }

  private publish(symbol: string, record: SymbolRecord): void {
    const { config } = this;
    const change = record.hasNewImage ? 'image' : record.hasNewState ? 'state' : 'refresh';
    record.counter += 1;
    if (record.isWaiting) {
      this.waiting -= 1;
      this.published += 1;
    } else this.refreshed += 1;
    record.isWaiting = record.hasNewImage = record.hasNewState = false;
    record.published = record.latest;
    record.publishedAt = config.clock.monotonic();
    const isOver = record.hasLeft && change === 'refresh';
    this.touch(symbol, record, record.publishedAt, isOver ? Infinity : config.refresh);
    config.publish(record.latest, change, record.counter);
  }

  private touch(symbol: string, record: SymbolRecord, now: number, span: number): void {
    const deadline = this.deadlines.touch(symbol, record, now, span);
    if (deadline < this.armedFor) this.arm(now);
  }

  /** One timer, for the nearest deadline. */
  private arm(now: number): void {
    this.timer.unsubscribe();
    this.armedFor = this.deadlines.nearest();
    if (this.armedFor === Infinity) return;
    this.timer = this.config.clock.background.schedule(
      () => {
        this.expire();
      },
      Math.max(0, this.armedFor - now),
    );
  }

  private expire(): void {
    this.armedFor = Infinity;
    const { monotonic } = this.config.clock;
    const now = monotonic();
    for (let due = this.deadlines.expire(now); due !== undefined; due = this.deadlines.expire(now))
      this.release(due.key, due.value);
    this.arm(now);
  }
}

function isOtherImage(image: RelayedImage, published: SymbolUpdate | undefined): boolean {
  return published?.kind !== 'quote' || published.monotonicAt !== image.monotonicAt;
}

function isOtherState(update: SymbolUpdate, published: SymbolUpdate): boolean {
  return update.state !== published.state || update.market !== published.market;
}
