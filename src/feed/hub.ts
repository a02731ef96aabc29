import type { Gap, GapCause, QuoteTags, SymbolStatus, Tagged } from '../events.js';
import type { Clock } from '../clock.js';
import type { Venue } from '../venue.js';
import type { MarketBook } from './marketBook.js';
import type { Delivered, Received } from './received.js';
import { topOfBook } from './topOfBook.js';
import type { Consumer, TopicBook, TopicEntry } from './topicBook.js';
import { type Evidence, nextState } from './transitions.js';

/** What a hub works with. */
export interface HubConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly clock: Clock;
  readonly book: TopicBook<E>;
  readonly markets: MarketBook;
  /** A topic's silence is counted anew from now. */
  onAlive(topic: string): void;
}

/** Counters of a hub; they never go down. */
export interface HubStats {
  /** Events handed to the multicast point. */
  emitted: number;
  /** Events of an epoch older than the one in force. */
  superseded: number;
  /** Events whose topic nobody wants any more. */
  unclaimed: number;
  /** Times a last image was emitted again because its state or market changed. */
  restated: number;
  gaps: number;
}

/**
 * The multicast point: takes elements one at a time, keeps every topic's state, and hands updates to its consumers.
 *
 * Never called while it is handing out: what comes in meanwhile waits in the queue before it, so that no consumer sees
 * an older truth after a newer.
 */
export class Hub<E extends { readonly symbol: string }> {
  readonly stats: HubStats = { emitted: 0, superseded: 0, unclaimed: 0, restated: 0, gaps: 0 };
  private readonly config: HubConfig<E>;
  private readonly consumers = new Set<Consumer<E>>();
  private epoch: number | undefined;
  private connected = false;
  private gap: Gap | undefined;

  constructor(config: HubConfig<E>) {
    this.config = config;
  }

  get size(): number {
    return this.consumers.size;
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
        this.lost(element.epoch);
        return;
      case 'missed':
        this.missed(element.cause, element.entries);
        return;
      case 'granted':
      case 'refused':
        for (const topic of element.topics) this.learn(this.config.book.get(topic), element.type);
    }
  }

  /** A topic has been silent for longer than normal. */
  silent(topic: string): void {
    const entry = this.config.book.get(topic);
    if (entry?.symbol === undefined) return;
    const market = this.config.markets.of(entry.symbol);
    // A quiet lunch is no fault. Where the market is not known, silence is doubted.
    if (market === 'open' || market === 'unknown') this.learn(entry, 'silent');
  }

  /** Tells a market's new state to who listens to its symbols. */
  restate(entries: Iterable<TopicEntry<E>>): void {
    for (const entry of [...entries]) {
      if (entry.symbol === undefined) continue;
      const market = this.config.markets.of(entry.symbol);
      if (market === entry.market) continue;
      entry.market = market;
      // Silence before the open is no silence of the market.
      if (market === 'open' && entry.image !== undefined) this.config.onAlive(entry.topic);
      this.tell(entry);
    }
  }

  /** Adds a consumer and gives it what is known: the open gap, then each symbol's last image or state. */
  welcome(consumer: Consumer<E>, entries: readonly TopicEntry<E>[], replay: boolean): void {
    this.consumers.add(consumer);
    if (this.gap !== undefined) consumer.subscriber.next(this.gap);
    for (const entry of entries) {
      if (entry.symbol === undefined || entry.decoder.kind !== 'quote') continue;
      const image = entry.image;
      if (image === undefined) consumer.subscriber.next(this.status(entry, entry.symbol));
      else if (replay) this.hand(consumer, this.tag(entry, image, { change: 'state', replayed: 'cache' }));
    }
  }

  dismiss(consumer: Consumer<E>): void {
    this.consumers.delete(consumer);
  }

  /** Nobody wants anything: an open gap concerns no one any more. */
  rest(): void {
    this.connected = false;
    this.gap = undefined;
  }

  close(): void {
    for (const { subscriber } of [...this.consumers]) subscriber.complete();
    this.consumers.clear();
  }

  private deliver(epoch: number, data: Received<E>): void {
    // Should a marker ever be lost under overload, the data itself tells of the new epoch.
    if (epoch > (this.epoch ?? -1)) this.promoted(epoch);
    const entry = this.config.book.get(data.topic);
    if (epoch < (this.epoch ?? 0)) {
      this.stats.superseded += 1;
      return;
    }
    if (entry === undefined) {
      this.stats.unclaimed += 1;
      return;
    }
    this.stats.emitted += 1;
    this.observeMarket(data.event);
    if (entry.decoder.kind !== 'quote') return;
    const { event, aged, receivedAt, monotonicAt } = data;
    if (entry.symbol === undefined) this.config.book.name(entry, event.symbol);
    this.config.book.touch(entry);
    const image = { event, receivedAt, monotonicAt, aged };
    entry.image = image;
    entry.state = nextState(entry.state, aged ? 'aged' : 'image', true);
    entry.market = this.config.markets.of(event.symbol);
    this.config.onAlive(data.topic);
    this.multicast(entry, this.tag(entry, image, aged ? { change: 'image', replayed: 'retained' } : { change: 'image' }));
  }

  private observeMarket(event: E): void {
    const change = this.config.venue.market?.(event);
    if (change === undefined) return;
    this.config.markets.change(change);
    this.restate(change.symbol === undefined ? this.config.book.all() : this.config.book.of(change.symbol));
  }

  private promoted(epoch: number): void {
    if (this.connected && this.epoch !== undefined) this.lost(this.epoch);
    this.epoch = epoch;
    this.connected = true;
    const gap = this.gap;
    this.gap = undefined;
    if (gap === undefined) return;
    this.broadcast({ ...gap, phase: 'closed', toEpoch: epoch, recoveredAt: this.config.clock.now() });
  }

  private lost(epoch: number): void {
    const entries = [...this.config.book.all()];
    this.connected = false;
    this.gap = this.openGap('link', epoch, entries);
    this.broadcast(this.gap);
    for (const entry of entries) this.learn(entry, 'missed');
  }

  private missed(cause: GapCause, entries: readonly TopicEntry<E>[]): void {
    if (this.epoch === undefined) return;
    const gap = this.openGap(cause, this.epoch, entries);
    this.broadcast(gap);
    for (const entry of entries) this.learn(entry, 'missed');
    this.broadcast({ ...gap, phase: 'closed', toEpoch: this.epoch, recoveredAt: this.config.clock.now() });
  }

  private openGap(cause: GapCause, fromEpoch: number, entries: readonly TopicEntry<E>[]): Gap {
    this.stats.gaps += 1;
    const topics = entries.map(({ topic }) => topic);
    return { kind: 'gap', phase: 'open', cause, fromEpoch, lostAt: this.config.clock.now(), topics };
  }

  private learn(entry: TopicEntry<E> | undefined, evidence: Evidence): void {
    if (entry?.decoder.kind !== 'quote') return;
    const state = nextState(entry.state, evidence, entry.image !== undefined);
    if (state === entry.state) return;
    entry.state = state;
    this.tell(entry);
  }

  /** Says a topic's state: with its last image, or without if it has none. */
  private tell(entry: TopicEntry<E>): void {
    if (entry.symbol === undefined) return;
    if (entry.image === undefined) {
      const status = this.status(entry, entry.symbol);
      for (const { subscriber } of entry.consumers) subscriber.next(status);
      return;
    }
    this.stats.restated += 1;
    this.multicast(entry, this.tag(entry, entry.image, { change: 'state' }));
  }

  private broadcast(gap: Gap): void {
    for (const { subscriber } of [...this.consumers]) subscriber.next(gap);
  }

  private multicast(entry: TopicEntry<E>, quote: Tagged<E>): void {
    for (const consumer of entry.consumers) this.hand(consumer, quote);
  }

  private hand({ subscriber, depth }: Consumer<E>, quote: Tagged<E>): void {
    subscriber.next(depth === 10 ? quote : topOfBook(quote));
  }

  private tag(
    { state, market }: TopicEntry<E>,
    { event, receivedAt, monotonicAt }: { readonly event: E; readonly receivedAt: number; readonly monotonicAt: number },
    how: Pick<QuoteTags, 'change' | 'replayed'>,
  ): Tagged<E> {
    return { ...event, kind: 'quote', epoch: this.epoch ?? 0, state, market, receivedAt, monotonicAt, ...how };
  }

  private status({ state, market }: TopicEntry<E>, symbol: string): SymbolStatus {
    const epoch = this.epoch === undefined ? {} : { epoch: this.epoch };
    return { kind: 'status', symbol, state, market, at: this.config.clock.now(), ...epoch };
  }
}
