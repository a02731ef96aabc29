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
import { type Evidence, nextState } from './transitions.js';

/** The fields of a topic that only this file writes. */
type Beliefs<E> = { -readonly [K in 'state' | 'market' | 'image' | 'shape' | 'mark' | 'unreadable']: Topic<E>[K] };

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
    const believed = beliefs(topic);
    believed.image = received.image;
    believed.shape = received.shape;
    believed.mark = received.mark;
    // Most images come while their topic is live, and do not change its state.
    if (topic.state !== 'live' || evidence !== 'image')
      this.turn(topic, nextState(topic.state, evidence, true), evidence);
    const market = this.config.markets.at(topic);
    if (market !== topic.market) this.config.journal.market(topic.name, market);
    believed.market = market;
    tag(received.image, topic, this.config.emissions.epoch ?? 0, 'image', received.aged);
  }

  /** Notes a frame that could not be read. */
  unreadable(topic: Topic<E>, sequence: number): void {
    if (sequence > topic.unreadable) beliefs(topic).unreadable = sequence;
  }

  /** Notes evidence for topics; returns those whose state or market changed. */
  change(topics: Iterable<Topic<E>>, evidence: Evidence, why?: string): Topic<E>[] {
    const changed: Topic<E>[] = [];
    for (const topic of topics) {
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
