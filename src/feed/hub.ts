import type { Clock } from '../clock.js';
import type { ConnectionFailure } from '../errors.js';
import type { DataState } from '../events.js';
import type { Venue } from '../venue.js';
import type { DelayMeter } from './delayMeter.js';
import { Gaps } from './gaps.js';
import type { MarketBook } from './marketBook.js';
import { MarketNews } from './marketNews.js';
import { Outlet } from './outlet.js';
import type { Delivered, Missed, Received } from './received.js';
import type { Consumer, TopicBook, TopicEntry } from './topicBook.js';
import { type Evidence, nextState } from './transitions.js';

/** What a hub works with. */
export interface HubConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly clock: Clock;
  readonly book: TopicBook<E>;
  readonly markets: MarketBook;
  readonly meter: DelayMeter;
  /** A topic's silence is counted anew from now. */
  onAlive(entry: TopicEntry<E>): void;
}

const whyMissed: Readonly<Record<'overflow' | 'unreadable', string>> = {
  overflow: 'more waited than there is room for (capacity)',
  unreadable: 'a message could not be read',
};

/** Counters of a hub; they never go down. */
export interface HubStats {
  /** Events handed to the multicast point. */
  readonly emitted: number;
  /** Events of an epoch older than the one in force. */
  readonly superseded: number;
  /** Retained copies for a topic that is being followed already. */
  readonly overlap: number;
  /** Events whose topic nobody wants any more. */
  readonly unclaimed: number;
  /** Times a last image was emitted again because its state or market changed. */
  readonly restated: number;
  readonly gaps: number;
}

/**
 * The multicast point: takes elements one at a time, keeps every topic's state, and hands updates to its consumers.
 *
 * Never called while it is handing out: what comes in meanwhile waits in the queue before it, so that no consumer sees
 * an older truth after a newer.
 */
export class Hub<E extends { readonly symbol: string }> {
  private readonly counts = { emitted: 0, superseded: 0, overlap: 0, unclaimed: 0 };
  private readonly config: HubConfig<E>;
  private readonly outlet: Outlet<E>;
  private readonly gaps: Gaps<E>;
  private readonly news: MarketNews<E>;
  private connected = false;

  constructor(config: HubConfig<E>) {
    this.config = config;
    this.outlet = new Outlet(config.clock, config.meter);
    this.gaps = new Gaps(config.clock, this.outlet);
    this.news = new MarketNews({
      ...config,
      outlet: this.outlet,
      read: config.venue.market?.bind(config.venue),
      onOpen: (entry) => {
        config.onAlive(entry);
      },
    });
  }

  stats(): HubStats {
    return { ...this.counts, restated: this.outlet.restated, gaps: this.gaps.opened };
  }

  get size(): number {
    return this.outlet.size;
  }

  /** The next element in order. */
  take(element: Delivered<E>): void {
    switch (element.type) {
      case 'data':
        this.deliver(element.epoch, element.data);
        return;
      case 'promoted':
        this.promoted(element.epoch);
        return;
      case 'lost':
        this.lost(element.epoch, element.failure);
        return;
      case 'missed':
        this.missed(element);
        return;
      case 'silent':
        this.silent(element.topic);
        return;
      case 'calendar':
        this.news.restate();
        return;
      case 'granted':
      case 'refused':
        for (const topic of element.topics) this.learn(this.config.book.get(topic), element.type);
    }
  }

  private silent(topic: string): void {
    const entry = this.config.book.get(topic);
    if (entry === undefined) return;
    const market = this.config.markets.at(entry);
    // A quiet lunch is no fault. Where the market is not known, silence is doubted.
    if (market === 'open' || market === 'unknown') this.learn(entry, 'silent');
  }

  /** Adds a consumer and gives it what is known: the open gap, then each topic's last image or state. */
  welcome(consumer: Consumer<E>, entries: readonly TopicEntry<E>[], replay: boolean): void {
    this.outlet.add(consumer);
    this.gaps.tell(consumer);
    for (const entry of entries) if (replay || entry.image === undefined) this.outlet.replay(consumer, entry);
  }

  dismiss(consumer: Consumer<E>): void {
    this.outlet.delete(consumer);
  }

  /** Nobody wants anything: an open gap concerns no one any more, but for who was told of it and is just coming. */
  rest(): void {
    this.connected = false;
    this.config.markets.reset();
    if (this.outlet.size === 0) this.gaps.forget();
  }

  close(): void {
    this.outlet.close();
  }

  private deliver(epoch: number, data: Received<E>): void {
    const { book } = this.config;
    const { entry, event, aged, retain, order, receivedAt, monotonicAt } = data;
    if (epoch < (this.outlet.epoch ?? -1)) {
      this.counts.superseded += 1;
      entry.history.note(receivedAt, 'superseded', epoch);
      return;
    }
    // Wanted again meanwhile is not wanted still: what came in between was missed.
    if (book.get(entry.topic) !== entry) {
      this.counts.unclaimed += 1;
      entry.history.note(receivedAt, 'unclaimed', epoch);
      return;
    }
    // A further subscription that matches a topic brings an old copy of what was emitted, or of what came before it.
    if (retain && entry.image?.aged === false && ['live', 'quiet', 'stale'].includes(entry.state)) {
      this.counts.overlap += 1;
      entry.history.note(receivedAt, 'overlap', epoch);
      return;
    }
    this.counts.emitted += 1;
    // Before anyone is told anything: who is told may let go of the topic.
    book.touch(entry);
    if (entry.symbol === undefined && entry.decoder.kind !== 'market') book.name(entry, event.symbol);
    this.news.hear(entry, event);
    const image = { event, receivedAt, monotonicAt, aged };
    entry.image = image;
    // Markers overtake images: one that still waited when the link was lost, or when a later one could not be read,
    // tells what was, not what is.
    const current = this.connected && order > entry.unreadable;
    const evidence = aged || !current ? 'aged' : 'image';
    entry.history.note(receivedAt, evidence === 'image' ? 'live image' : 'image of unknown age', epoch);
    this.turn(entry, nextState(entry.state, evidence, true), evidence);
    entry.market = this.config.markets.at(entry);
    this.config.onAlive(entry);
    this.outlet.image(entry, image);
  }

  private promoted(epoch: number): void {
    if (this.connected && this.outlet.epoch !== undefined) this.lost(this.outlet.epoch);
    this.outlet.epoch = epoch;
    this.connected = true;
    this.gaps.close(epoch);
  }

  private lost(epoch: number, failure?: ConnectionFailure): void {
    if (!this.connected) return;
    const entries = [...this.config.book.all()];
    this.connected = false;
    // The market may turn while nobody hears it: an old "open" must not make the first new image tradable.
    this.config.markets.reset();
    const why = failure === undefined ? 'another connection took its place' : `${failure.message} (${failure.code})`;
    this.doubt(entries, `link lost, ${why}`, () => {
      this.gaps.open('link', epoch, entries);
    });
  }

  private missed({ cause, entries: missed }: Missed<E>): void {
    const { epoch } = this.outlet;
    if (epoch === undefined) return;
    // A topic that was forgotten and is followed anew has nothing to do with what was missed before.
    const entries = [...missed].filter((entry) => [undefined, entry].includes(this.config.book.get(entry.topic)));
    if (entries.length === 0) return;
    // Within a gap of the link everything is in doubt already, and a frame that can't be read leaves no gap in time.
    const gap = this.connected && cause === 'overflow' ? cause : undefined;
    const untold = entries.some(({ decoder }) => decoder.delivery === 'event');
    if (untold) this.config.markets.reset();
    this.doubt(entries, whyMissed[cause], () => {
      if (gap !== undefined) this.gaps.open(gap, epoch, entries);
    });
    if (untold) this.news.restate();
    if (gap !== undefined) this.gaps.close(epoch);
  }

  /** Doubts topics, all before anyone is told: who subscribes on being told must not be handed what is past as live. */
  private doubt(entries: readonly TopicEntry<E>[], why: string, tell: () => void): void {
    const changed = entries.filter((entry) => this.changes(entry, 'missed', why));
    tell();
    for (const entry of changed) this.outlet.tell(entry);
  }

  private learn(entry: TopicEntry<E> | undefined, evidence: Evidence): void {
    if (entry !== undefined && this.changes(entry, evidence)) this.outlet.tell(entry);
  }

  private changes(entry: TopicEntry<E>, evidence: Evidence, why?: string): boolean {
    const state = nextState(entry.state, evidence, entry.image !== undefined);
    const market = this.config.markets.at(entry);
    if (state === entry.state && market === entry.market) return false;
    this.turn(entry, state, evidence, why);
    entry.market = market;
    return true;
  }

  /** Puts a topic in a state, and notes why if it is another. */
  private turn(entry: TopicEntry<E>, state: DataState, evidence: Evidence, detail?: string): void {
    if (state === entry.state) return;
    entry.state = state;
    const { epoch } = this.outlet;
    entry.history.reason = {
      evidence,
      at: this.config.clock.now(),
      ...(epoch === undefined ? {} : { epoch }),
      ...(detail === undefined ? {} : { detail }),
    };
  }
}
