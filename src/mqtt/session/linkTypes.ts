import type { Observable, OperatorFunction } from 'rxjs';
import type { BoundedQueue } from '../../../operators/support/boundedQueue.js';
import type { Clock } from '../../model/clock.js';
import type { Transport } from '../../model/transport.js';
import type { EndpointProvider } from '../../model/venue.js';
import type { LinkEvent } from './connection.js';
import type { ConnectionPhase } from './connectionState.js';
import type { FirstImage } from '../subscriptions/firstImages.js';
import type { LinkReport } from './linkReport.js';
import type { NoticeConfig } from '../subscriptions/noticeTopics.js';
import type { ReadFrame } from '../subscriptions/readFrame.js';
import type { TopicSubscription } from '../subscriptions/topicLedger.js';
import type { WantedTopics } from '../subscriptions/wantedTopics.js';

/** What a link works with. */
export interface LinkConfig<D> {
  readonly transport: Transport;
  readonly endpoints: EndpointProvider;
  readonly clock: Clock;
  readonly wanted$: Observable<WantedTopics>;
  /** Makes data of frames; subscribed to once per connection. */
  readonly receive: OperatorFunction<ReadFrame, D>;
  /** Beyond this, in ms, a late thread is taken for one that cost images. */
  readonly stallThreshold: () => number;
  /** Where data waits that was read before its connection was promoted. */
  readonly pending: BoundedQueue<D>;
  readonly notices: NoticeConfig;
  /** The kind of each topic's first message after SUBSCRIBE. */
  firstImage(topic: string): FirstImage;
  onPhase(phase: ConnectionPhase, epoch: number | undefined): void;
  onReport(report: LinkReport): void;
}

/** Counters of a link; they never go down. */
export interface LinkStats {
  /** PUBLISH frames read on any connection. */
  readonly received: number;
  /** Those of them read from a connection that was already cut. */
  readonly late: number;
  /** Attempts to connect, the first included. */
  readonly attempts: number;
}

/** The MQTT connection as a reconnecting Observable. */
export interface Link<D> {
  /**
   * Connects when subscribed to and reconnects until unsubscribed. Never completes, never errors. Epochs rise by one
   * over the life of the link, also across subscriptions.
   */
  readonly events$: Observable<LinkEvent<D>>;
  /** The topic ledger of the present connection: at once, then after every change. */
  readonly subscriptions$: Observable<ReadonlyMap<string, TopicSubscription>>;
  /** The same at this moment. */
  subscriptions(): ReadonlyMap<string, TopicSubscription>;
  /** Completes as soon as no released connection is left saying goodbye. */
  readonly settled$: Observable<never>;
  /** Cuts the connection and makes a new one, as soon as the limit on connects allows; until then the old one stays. */
  reconnect(options: { readonly renew: boolean }): void;
  /** The thread was late for a timer by so many ms. */
  late(by: number): void;
  /** The machine slept for `by` ms, though no timer was late: monotonic time stood still. */
  woke(by: number): void;
  stats(): LinkStats;
}
