import type { Clock } from '../../model/clock.js';
import type { DataState } from '../../model/state.js';
import type { StateReason } from '../diagnostics/topicExplanation.js';
import type { Journal } from '../diagnostics/journal.js';
import { tag } from '../image/image.js';
import type { Received } from '../topics/received.js';
import type { Topic } from '../topics/topic.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { MarketStates } from './marketStates.js';
import type { Emissions, SilenceReports } from './ports.js';
import type { RelayedState } from '../../model/venue.js';
import { type Evidence, nextState, type OwnEvidence, relayedState } from './transitions.js';

/** The fields of a topic that only this file writes. */
type Beliefs<E> = {
  -readonly [K in 'state' | 'market' | 'image' | 'shape' | 'mark' | 'unreadable' | 'upstream' | 'voucher']: Topic<E>[K];
};

/** The message of a relay, and why no relay vouches for it; `doubt` is `undefined` if one does. */
export interface Vouched {
  readonly relayed: RelayedState;
  readonly doubt: string | undefined;
}

/** The parts that a writer works with. */
export interface TopicWriterConfig<E> {
  readonly clock: Clock;
  readonly registry: TopicRegistry<E>;
  readonly markets: MarketStates;
  /** Gives the epoch in force. */
  readonly emissions: Readonly<Pick<Emissions<E>, 'epoch'>>;
  readonly silence: Pick<SilenceReports<E>, 'onMarket'>;
  readonly journal: Pick<Journal, 'topic' | 'market'>;
}

/**
 * The only writer of the state, market and image of topics. It calls no consumer, but returns the changed topics. So
 * all topics are changed before any consumer is called, and a consumer that looks at another topic gets its new state.
 */
export class TopicWriter<E extends object> {
  private readonly config: TopicWriterConfig<E>;

  constructor(config: TopicWriterConfig<E>) {
    this.config = config;
    config.registry.named$.subscribe((topic) => {
      beliefs(topic).market = config.markets.at(topic);
    });
  }

  /** Stores a new image, and fills in its tags. */
  image(received: Received<E>, evidence: 'image' | 'aged'): void {
    const { topic } = received;
    this.store(received);
    // Most images come while their topic is live, and do not change its state.
    if (topic.state !== 'live' || evidence !== 'image')
      this.turn(topic, nextState(topic.state, evidence, true), evidence);
    tag(received.image, topic, this.config.emissions.epoch ?? 0, 'image', received.aged);
  }

  /**
   * Stores a new image that came through a relay, and fills in its tags.
   *
   * @param mayHold - whether a relay that vouches for it later makes it live; not after a loss on this feed's own connection
   */
  relayedImage(received: Received<E>, { relayed, doubt }: Vouched, mayHold: boolean): void {
    const { topic, image, aged } = received;
    const { state, epoch, receivedAt, age } = relayed;
    const change = topic.image === undefined || relayed.change === 'image' ? 'image' : 'state';
    this.store(received);
    const believed = beliefs(topic);
    believed.upstream = { state, epoch, receivedAt, age };
    believed.voucher = mayHold ? relayed : undefined;
    this.turn(topic, relayedState(state, doubt, true), 'relayed', doubt);
    tag(image, topic, this.config.emissions.epoch ?? 0, change, doubt === undefined ? undefined : aged);
  }

  /** Sets the states that relays give to topics; returns those whose state or market changed. `vouch` returns `undefined` for a topic to leave out. */
  relayed(topics: Iterable<Topic<E>>, vouch: (topic: Topic<E>) => Vouched | undefined): Topic<E>[] {
    const changed: Topic<E>[] = [];
    for (const topic of topics) {
      const vouched = vouch(topic);
      if (vouched === undefined) continue;
      const { relayed, doubt } = vouched;
      const state = relayedState(relayed.state, doubt, topic.image !== undefined);
      const isTurned = state !== topic.state;
      beliefs(topic).voucher = relayed;
      this.turn(topic, state, 'relayed', doubt);
      if (this.follow(topic) || isTurned) changed.push(topic);
    }
    return changed;
  }

  /** Notes a message that repeats the last one of a topic. */
  repeated(topic: Topic<E>, relayed: RelayedState): void {
    beliefs(topic).voucher = relayed;
  }

  /** Notes that messages of a relay's run may be missing: it no longer vouches for its images from before. */
  unvouch(topics: Iterable<Topic<E>>, run: number): void {
    for (const topic of topics) if (topic.voucher?.run === run) beliefs(topic).voucher = undefined;
  }

  /** Notes a frame that could not be read. */
  unreadable(topic: Topic<E>, sequence: number): void {
    if (sequence > topic.unreadable) beliefs(topic).unreadable = sequence;
  }

  /** Notes evidence for topics; returns those whose state or market changed. */
  change(topics: Iterable<Topic<E>>, evidence: OwnEvidence, why?: string): Topic<E>[] {
    const changed: Topic<E>[] = [];
    for (const topic of topics) {
      // After a loss on this feed's own connection no relay can vouch for what came before.
      if (evidence !== 'granted') beliefs(topic).voucher = undefined;
      const state = nextState(topic.state, evidence, topic.image !== undefined);
      const isTurned = state !== topic.state;
      this.turn(topic, state, evidence, why);
      if (this.follow(topic) || isTurned) changed.push(topic);
    }
    return changed;
  }

  /** Updates the markets of topics; returns those whose market changed. */
  markets(topics: Iterable<Topic<E>>, except?: Topic<E>): Topic<E>[] {
    const changed: Topic<E>[] = [];
    for (const topic of topics) if (topic !== except && this.follow(topic)) changed.push(topic);
    return changed;
  }

  private store({ topic, image, shape, mark }: Received<E>): void {
    const { markets, journal } = this.config;
    const believed = beliefs(topic);
    believed.image = image;
    believed.shape = shape;
    believed.mark = mark;
    const market = markets.at(topic);
    if (market !== topic.market) journal.market(topic.name, market);
    believed.market = market;
  }

  private follow(topic: Topic<E>): boolean {
    const { markets, silence, journal } = this.config;
    const market = markets.at(topic);
    if (market === topic.market) return false;
    journal.market(topic.name, market);
    beliefs(topic).market = market;
    silence.onMarket(topic);
    return true;
  }

  /** Sets the state of a topic, and records the reason if the state changed. */
  private turn(topic: Topic<E>, state: DataState, evidence: Evidence, detail?: string): void {
    if (state === topic.state) return;
    const { clock, emissions, journal } = this.config;
    const { epoch } = emissions;
    journal.topic(topic.name, topic.state, state, evidence, epoch);
    beliefs(topic).state = state;
    const reason: StateReason = {
      evidence,
      at: clock.now(),
      ...(epoch === undefined ? {} : { epoch }),
      ...(detail === undefined ? {} : { detail }),
    };
    topic.history.reason = reason;
  }
}

/** The writable view of a topic, whose fields are read-only for all other files. */
function beliefs<E>(topic: Topic<E>): Beliefs<E> {
  return topic;
}
