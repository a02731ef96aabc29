import type { ConnectionFailure } from '../../model/errors.js';
import type { StallEvent } from '../../mqtt/session/stall.js';
import type { Gaps } from './gaps.js';
import type { MarketStates } from './marketStates.js';
import type { MarketStatusReader } from './marketStatusReader.js';
import type { Dispatcher } from '../delivery/dispatcher.js';
import type { Missed } from '../topics/received.js';
import type { SilenceWatch } from '../staleness/silenceWatch.js';
import type { TopicRegistry, Topic } from '../topics/topicRegistry.js';
import type { Turns } from './turns.js';

/** What a feed's trust in what it reads works with. */
export interface TrustConfig<E extends { readonly symbol: string }> {
  readonly book: TopicRegistry<E>;
  readonly markets: MarketStates;
  readonly news: MarketStatusReader<E>;
  readonly outlet: Dispatcher<E>;
  readonly gaps: Gaps<E>;
  readonly turns: Turns<E>;
  readonly silence: Pick<SilenceWatch<E>, 'lost' | 'live'>;
}

type Stalled = Extract<StallEvent, { readonly type: 'stalled' }>;

const whyMissed: Readonly<Record<Missed<never>['cause'], string>> = {
  overflow: 'more waited than there is room for (capacity)',
  unreadable: 'a message could not be read',
};

const whyStalled: Readonly<Record<Stalled['cause'], string>> = {
  stall: 'the thread was blocked for',
  wake: 'the machine slept for',
};

/** What was surely or probably missed, and from when on an image can be trusted again. */
export class Trust<E extends { readonly symbol: string }> {
  /** Counters; they never go down. */
  stalls = 0;
  longestStall = 0;
  private readonly config: TrustConfig<E>;
  private connected = false;
  /** Frames up to this one may be of before what a stall made the broker drop; `Infinity` until that is known. */
  private piledUp = -1;

  constructor(config: TrustConfig<E>) {
    this.config = config;
  }

  /**
   * Whether an image is its topic's newest. Markers overtake images: one that still waited when the link was lost, or when a
   * later one could not be read, tells what was, not what is; so does what piled up while nobody read.
   */
  isCurrent({ unreadable }: Topic<E>, order: number): boolean {
    return order > unreadable && this.isHeard(order);
  }

  /** Whether a frame came over the present link, after all that piled up in a stall. */
  isHeard(order: number): boolean {
    return this.connected && order > this.piledUp;
  }

  /** A connection has its epoch. */
  promoted(epoch: number): void {
    const { outlet, gaps } = this.config;
    if (this.connected && outlet.epoch !== undefined) this.lost(outlet.epoch);
    outlet.epoch = epoch;
    this.connected = true;
    this.piledUp = -1;
    this.config.silence.live();
    gaps.close(epoch);
  }

  lost(epoch: number, failure?: ConnectionFailure): void {
    if (!this.connected) return;
    this.connected = false;
    this.config.silence.lost();
    const why = failure === undefined ? 'another connection took its place' : `${failure.message} (${failure.code})`;
    this.miss('link', epoch, `link lost, ${why}`);
  }

  /** The machine slept. This is called before the next delivery, which must not hand out an old image as live. */
  woke(by: number): void {
    const { epoch } = this.config.outlet;
    if (epoch !== undefined) this.stalled({ type: 'stalled', epoch, cause: 'wake', by });
  }

  /** The thread was blocked: a broker drops what a reader that reads nothing has no room for. */
  stalled({ epoch, cause, by }: Stalled): void {
    // A sleep that the delivery has noticed by itself is also reported by the link.
    if (!this.connected || this.piledUp === Infinity) return;
    this.stalls += 1;
    this.longestStall = Math.max(this.longestStall, by);
    this.piledUp = Infinity;
    this.miss(cause, epoch, `${whyStalled[cause]} ${String(Math.round(by))} ms`);
  }

  /** All that piled up, to the frame numbered `order`, is read. */
  settled(epoch: number, order: number): void {
    if (!this.connected || this.piledUp !== Infinity) return;
    this.piledUp = order;
    this.config.gaps.close(epoch);
  }

  /** Images of some topics were lost on this side of the wire. */
  missed({ cause, entries: missed }: Missed<E>): void {
    const { book, markets, news, outlet, gaps, turns } = this.config;
    const { epoch } = outlet;
    if (epoch === undefined) return;
    // An evicted topic may be followed anew. Until its new entry has an image, its consumers hold the old one's.
    const entries = [...missed].filter((entry) => {
      const present = book.get(entry.topic);
      return present === undefined || present === entry || present.image === undefined;
    });
    if (entries.length === 0) return;
    // Within an open gap everything is in doubt already, and a frame that can't be read leaves no gap in time.
    const gap = this.connected && this.piledUp !== Infinity && cause === 'overflow' ? cause : undefined;
    const untold = entries.some(({ decoder }) => decoder.delivery === 'event');
    if (untold) markets.reset();
    turns.doubt(entries, whyMissed[cause], () => {
      if (gap !== undefined) gaps.open(gap, epoch, entries);
    });
    if (untold) news.restate();
    if (gap !== undefined) gaps.close(epoch);
  }

  /** Nobody wants anything: an open gap concerns no one any more, but for who was told of it and is just coming. */
  rest(): void {
    this.connected = false;
    this.config.silence.lost();
    this.config.markets.reset();
    if (this.config.outlet.size === 0) this.config.gaps.forget();
  }

  /** Images of every topic may be missed from now on. */
  private miss(cause: 'link' | Stalled['cause'], epoch: number, why: string): void {
    const { book, markets, gaps, turns } = this.config;
    const entries = [...book.all()];
    // The market may turn while nobody hears it: an old "open" must not make the first new image tradable.
    markets.reset();
    turns.doubt(entries, why, () => {
      gaps.open(cause, epoch, entries);
    });
  }
}
