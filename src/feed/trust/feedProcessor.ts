import type { Clock } from '../../model/clock.js';
import type { Venue } from '../../model/venue.js';
import type { Callbacks } from '../diagnostics/callbacks.js';
import type { DelayMeter } from '../diagnostics/delayMeter.js';
import { Gaps } from './gaps.js';
import type { MarketStates } from './marketStates.js';
import { MarketStatusReader } from './marketStatusReader.js';
import { marketRules } from './marketTransitions.js';
import { Dispatcher } from '../delivery/dispatcher.js';
import type { Delivered, Received, Silence } from '../topics/received.js';
import type { SilenceWatch } from '../staleness/silenceWatch.js';
import type { Consumer, TopicRegistry, Topic } from '../topics/topicRegistry.js';
import { nextState } from './transitions.js';
import { Trust } from './trust.js';
import { Turns } from './turns.js';

/** What a hub works with. */
export interface FeedProcessorConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly callbacks: Callbacks;
  readonly clock: Clock;
  readonly book: TopicRegistry<E>;
  readonly markets: MarketStates;
  readonly meter: DelayMeter;
  readonly silence: Pick<SilenceWatch<E>, 'heard' | 'follow' | 'lost' | 'live'>;
}

/** Counters of a hub; they never go down. */
export interface FeedProcessorStats {
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
  /** Times the thread was blocked for too long, and the longest of them in ms. */
  readonly stalls: number;
  readonly longestStall: number;
}

/**
 * The multicast point: takes elements one at a time, keeps every topic's state, and hands updates to its consumers.
 *
 * Never called while it is handing out: what comes in meanwhile waits in the queue before it, so that no consumer sees
 * an older truth after a newer.
 */
export class FeedProcessor<E extends { readonly symbol: string }> {
  private readonly counts = { emitted: 0, superseded: 0, overlap: 0, unclaimed: 0 };
  private readonly config: FeedProcessorConfig<E>;
  private readonly outlet: Dispatcher<E>;
  private readonly gaps: Gaps<E>;
  private readonly news: MarketStatusReader<E>;
  private readonly turns: Turns<E>;
  private readonly trust: Trust<E>;

  constructor(config: FeedProcessorConfig<E>) {
    this.config = config;
    this.outlet = new Dispatcher(config.clock, config.meter);
    this.gaps = new Gaps(config.clock, this.outlet);
    this.news = new MarketStatusReader({
      ...config,
      outlet: this.outlet,
      read: config.venue.market?.bind(config.venue),
      onMarket: (entry) => {
        config.silence.follow(entry);
      },
    });
    this.turns = new Turns(config.clock, config.markets, this.outlet, (entry) => {
      config.silence.follow(entry);
    });
    this.trust = new Trust({ ...config, outlet: this.outlet, gaps: this.gaps, news: this.news, turns: this.turns });
  }

  stats(): FeedProcessorStats {
    const { stalls, longestStall } = this.trust;
    return { ...this.counts, restated: this.outlet.restated, gaps: this.gaps.opened, stalls, longestStall };
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
        this.trust.promoted(element.epoch);
        return;
      case 'lost':
        this.trust.lost(element.epoch, element.failure);
        return;
      case 'missed':
        this.trust.missed(element);
        return;
      case 'stalled':
        this.trust.stalled(element);
        return;
      case 'settled':
        this.trust.settled(element.epoch, element.order);
        return;
      case 'silent':
      case 'lull':
        this.silent(element);
        return;
      case 'calendar':
        this.news.restate();
        return;
      case 'granted':
      case 'refused':
        for (const topic of element.topics) this.turns.learn(this.config.book.get(topic), element.type);
    }
  }

  /** The machine slept. Called between two elements only. */
  woke(by: number): void {
    this.trust.woke(by);
  }

  private silent({ type, topics, why }: Silence): void {
    const { book, markets } = this.config;
    // A quiet lunch is no fault. Where the market is not known, silence is doubted.
    const entries = topics
      .map((topic) => book.get(topic))
      .filter((entry) => entry !== undefined)
      .filter((entry) => marketRules[markets.at(entry)].silenceCounts);
    this.turns.learnAll(entries, type, why);
  }

  /** Adds a consumer and gives it what is known: the open gap, then each topic's last image or state. */
  welcome(consumer: Consumer<E>, entries: readonly Topic<E>[], replay: boolean): void {
    this.outlet.add(consumer);
    this.gaps.tell(consumer);
    for (const entry of entries) if (replay || entry.image === undefined) this.outlet.replay(consumer, entry);
  }

  dismiss(consumer: Consumer<E>): void {
    this.outlet.delete(consumer);
  }

  /** Nobody wants anything. */
  rest(): void {
    this.trust.rest();
  }

  close(): void {
    this.outlet.close();
  }

  private deliver(epoch: number, data: Received<E>): void {
    const { book } = this.config;
    const { entry, fields, aged, retain, order, receivedAt, monotonicAt } = data;
    if (epoch < (this.outlet.epoch ?? -1)) {
      this.counts.superseded += 1;
      entry.history.note(receivedAt, 'superseded', epoch);
      return;
    }
    // A topic that was forgotten and is wanted again is another Topic: its images in between were missed.
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
    if (entry.symbol === undefined && entry.decoder.kind !== 'market') book.name(entry, fields.symbol);
    // A status that waited when the link was lost, or piled up in a stall, may have been taken back since.
    this.news.hear(entry, data, this.trust.isHeard(order));
    const image = { event: fields, receivedAt, monotonicAt, aged };
    entry.image = image;
    const evidence = aged || !this.trust.isCurrent(entry, order) ? 'aged' : 'image';
    entry.history.note(receivedAt, evidence === 'image' ? 'live image' : 'image of unknown age', epoch);
    this.turns.turn(entry, nextState(entry.state, evidence, true), evidence);
    entry.market = this.config.markets.at(entry);
    if (!aged) this.config.silence.heard(entry);
    else this.config.silence.follow(entry);
    this.outlet.image(entry, image);
  }
}
