import type { Clock } from '../../model/clock.js';
import type { DataState } from '../../model/state.js';
import type { StateReason } from '../diagnostics/history.js';
import type { Journal } from '../diagnostics/journal.js';
import type { Received } from '../topics/received.js';
import type { Topic } from '../topics/topic.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import type { MarketStates } from './marketStates.js';
import type { Emissions, SilenceReports } from './ports.js';
import { type Evidence, nextState } from './transitions.js';

/** What is believed of a topic: the fields that this file writes, and no other. */
type Beliefs<E> = { -readonly [K in 'state' | 'market' | 'image' | 'unreadable']: Topic<E>[K] };

/** What a writer works with. */
export interface TopicWriterConfig<E> {
  readonly clock: Clock;
  readonly registry: TopicRegistry<E>;
  readonly markets: MarketStates;
  /** Knows the epoch in force. */
  readonly emissions: Readonly<Pick<Emissions<E>, 'epoch'>>;
  readonly silence: Pick<SilenceReports<E>, 'onMarket'>;
  readonly journal: Pick<Journal, 'topic' | 'market'>;
}

/**
 * The one writer of what is believed of topics. It calls no consumer: it returns the topics that are another now. So all are
 * changed before any consumer is called, which may then ask for any.
 */
export class TopicWriter<E> {
  private readonly config: TopicWriterConfig<E>;

  constructor(config: TopicWriterConfig<E>) {
    this.config = config;
    config.registry.named$.subscribe((topic) => {
      beliefs(topic).market = config.markets.at(topic);
    });
  }

  /** An image came. */
  image(received: Received<E>, evidence: 'image' | 'aged'): void {
    const { topic } = received;
    const believed = beliefs(topic);
    believed.image = received;
    this.turn(topic, nextState(topic.state, evidence, true), evidence);
    const market = this.config.markets.at(topic);
    if (market !== topic.market) this.config.journal.market(topic.name, market);
    believed.market = market;
  }

  /** A frame could not be read. */
  unreadable(topic: Topic<E>, sequence: number): void {
    if (sequence > topic.unreadable) beliefs(topic).unreadable = sequence;
  }

  /** Something happened to topics; those are returned that are in another state, or market, now. */
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

  /** The markets of topics may be another; those are returned of which that is so. */
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

  /** Puts a topic in a state, and notes why if it is another. */
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

/** Every topic is writable in truth; this file alone looks at it so. */
function beliefs<E>(topic: Topic<E>): Beliefs<E> {
  return topic;
}
