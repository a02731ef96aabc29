import type { DelayMeter } from '../diagnostics/delayMeter.js';
import type { Received } from '../topics/received.js';
import type { RelayedState } from '../../model/venue.js';
import type { Topic } from '../topics/topic.js';
import type { TopicRegistry } from '../topics/topicRegistry.js';
import { type ControlQueue, controlTurn, type ControlTurn } from './controlQueue.js';
import type { Emissions, SilenceReports } from './ports.js';
import type { Trust } from './trust.js';

/** The parts that a processor works with. */
export interface FeedProcessorConfig<E extends { readonly symbol: string }> {
  readonly registry: TopicRegistry<E>;
  readonly control: ControlQueue<E>;
  readonly trust: Trust<E>;
  readonly emissions: Readonly<Pick<Emissions<E>, 'epoch'>>;
  readonly silence: Pick<SilenceReports<E>, 'onMessage'>;
  readonly meter: DelayMeter;
  /** Compares the clocks, and reports a sleep as a control event. */
  readonly mqtt: { checkClocks(): void };
}

/** Counters of a processor; they never go down. */
export interface FeedProcessorStats {
  /** Events that were emitted. */
  readonly emitted: number;
  /** Events of an epoch older than the one in force, and of a relay that sent newer ones before. */
  readonly superseded: number;
  /** Retained copies for a topic that already has a newer image, and repetitions by a relay. */
  readonly overlap: number;
  /** Events of topics that were forgotten to make room for others. */
  readonly evicted: number;
  /** Events of topics that have no subscriber any more. */
  readonly unclaimed: number;
}

/**
 * Takes control events and messages one at a time, control first, and passes each to the trust stage.
 *
 * It is never called while it calls consumers: a message or event that arrives meanwhile waits in one of the two
 * queues, so that no consumer gets an older state after a newer one.
 */
export class FeedProcessor<E extends { readonly symbol: string }> {
  /** 1 while a message waits for the control events before it and is in no other counter, else 0. */
  inFlight = 0;
  private readonly counts = { emitted: 0, superseded: 0, overlap: 0, evicted: 0, unclaimed: 0 };
  /**
   * The number of elements that are being handled. It is above 1 if a consumer starts the feed again within its call.
   */
  private handling = 0;
  private readonly config: FeedProcessorConfig<E>;

  constructor(config: FeedProcessorConfig<E>) {
    this.config = config;
  }

  stats(): FeedProcessorStats {
    return this.counts;
  }

  /** Takes the next element. */
  readonly take = (element: Received<E> | ControlTurn): void => {
    this.handling += 1;
    if (element === controlTurn) {
      this.config.control.turnLeft();
      this.handleControl(true);
    } else this.takeMessage(element);
    this.handling -= 1;
  };

  /**
   * Called before a user gets a present state out of order, e.g. by a replay. A sleep, and every control event that
   * waits behind messages, is handled first; otherwise an old price could be shown as live. During a consumer's call
   * they wait until the call is over.
   */
  catchUp(): void {
    this.config.mqtt.checkClocks();
    if (this.handling > 0) return;
    this.handling += 1;
    this.handleControl(false);
    this.handling -= 1;
  }

  private takeMessage(element: Received<E>): void {
    const { meter, silence } = this.config;
    const { topic, image, aged, isSnapshot } = element;
    this.inFlight += 1;
    this.handleControl(!meter.isFresh(image.monotonicAt));
    this.inFlight -= 1;
    const outcome = this.deliver(element);
    // A consumer may have unsubscribed from the topic.
    if (outcome !== 'dropped' && !topic.isForgotten) {
      silence.onMessage(topic, image.monotonicAt, aged === undefined, isSnapshot);
    }
  }

  /** Handles all waiting control events, also those that are added meanwhile. */
  private handleControl(mayBeLate: boolean): void {
    const { control, trust, mqtt } = this.config;
    // The element may have waited during a sleep, which must be reported before the element is handed out.
    if (mayBeLate) mqtt.checkClocks();
    for (let event = control.shift(); event !== undefined; event = control.shift()) trust.handle(event);
  }

  /** Hands out a message, or drops it. A message that repeats the last image is dropped, too, and shows that its topic lives. */
  private deliver(received: Received<E>): 'emitted' | 'repeated' | 'dropped' {
    const { registry, trust, emissions } = this.config;
    const { topic, epoch, retain, relayed } = received;
    if (epoch < (emissions.epoch ?? -1) || received.isOutdated) return this.drop(received, 'superseded');
    // If the topic was forgotten and subscribed to again, the new topic is another object: images in between were
    // missed.
    if (topic.isForgotten) return this.drop(received, topic.isEvicted ? 'evicted' : 'unclaimed');
    if (relayed?.type === 'quote') {
      if (topic.image !== undefined && trust.isOutdated(relayed)) return this.drop(received, 'superseded');
      if (isRepeated(received, relayed)) {
        trust.repeated(topic, relayed);
        this.drop(received, 'overlap');
        return 'repeated';
      }
      // A further subscription that matches the topic brings a retained copy, of the last image or of an older one. The counter of a
      // relay's copy shows that it is newer.
    } else if (retain && isFollowed(topic) && topic.image?.replayed === undefined) {
      return this.drop(received, 'overlap');
    }
    this.counts.emitted += 1;
    // Before any consumer is called, because a consumer may unsubscribe from the topic.
    registry.touch(topic);
    if (topic.symbol === undefined && topic.decoder.kind !== 'market') {
      registry.nameSymbol(topic, received.image.symbol);
    }
    trust.image(received);
    return 'emitted';
  }

  private drop({ topic, image, epoch }: Received<E>, reason: Exclude<keyof FeedProcessorStats, 'emitted'>): 'dropped' {
    this.counts[reason] += 1;
    topic.history.note(image.receivedAt, reason, epoch);
    return 'dropped';
  }
}

/** Whether a relay only repeats the last image, its state and its market, and no message between was replaced in a queue. */
function isRepeated<E>({ topic, change }: Received<E>, relayed: RelayedState): boolean {
  const { state, market, voucher } = topic;
  if (relayed.change !== 'refresh' || voucher?.run !== relayed.run || voucher.epoch !== relayed.epoch) return false;
  if (voucher.counter + 1 !== relayed.counter || state !== relayed.state) return false;
  return typeof change === 'object' && change.market === market;
}

function isFollowed<E>({ state }: Topic<E>): boolean {
  return state === 'live' || state === 'quiet' || state === 'stale';
}
