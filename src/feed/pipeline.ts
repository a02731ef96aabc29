import { merge, type Observable, Subject, type Subscription, tap } from 'rxjs';
import { BoundedQueue } from '../../operators/internal/boundedQueue.js';
import { observeOnBounded } from '../../operators/observeOnBounded.js';
import type { Clock } from '../clock.js';
import { createLink, type Link, type LinkConfig } from '../mqtt/link.js';
import type { Transport } from '../transport.js';
import type { Venue } from '../venue.js';
import type { ResolvedSettings } from './feedConfig.js';
import type { Hub } from './hub.js';
import { createReceiver, type Rejection } from './receive.js';
import { conflationKey, type Delivered, isControl, pendingKey, type Received } from './received.js';
import { addCounts, type FeedStats } from './stats.js';
import type { TopicBook } from './topicBook.js';

/** What a pipeline is laid between. */
export interface PipelineConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly wanted$: Observable<ReadonlySet<string>>;
  readonly book: TopicBook<E>;
  readonly hub: Hub<E>;
  readonly maxPayload: number;
  readonly settings: () => ResolvedSettings;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
  readonly onPhase: LinkConfig<Received<E>>['onPhase'];
}

type Account = Pick<
  FeedStats,
  'received' | 'emitted' | 'conflated' | 'dropped' | 'rejected' | 'unclaimed' | 'inFlight' | 'attempts'
>;

/** The way of every PUBLISH: link → decode → wait for promotion → wait for a turn → hub. */
export interface Pipeline<E> {
  readonly link: Link<Received<E>>;
  /** Connects, and delivers to the hub until unsubscribed. */
  run(): Subscription;
  /** Puts a marker in line with the data. */
  mark(marker: Exclude<Delivered<E>, { type: 'data' }>): void;
  stats(): Account;
}

/** Lays the pipe of a feed; nothing flows before `run()`. */
export function createPipeline<E extends { readonly symbol: string }>(config: PipelineConfig<E>): Pipeline<E> {
  const { clock, book, hub, settings } = config;
  const markers = new Subject<Exclude<Delivered<E>, { type: 'data' }>>();
  const lost: Record<string, number> = {};
  let markersWaiting = 0;

  const missed = (topic: string, reason: string): void => {
    const entry = book.get(topic);
    // What nobody waits for any more is not missed.
    if (entry !== undefined && reason !== 'unsubscribed')
      markers.next({ type: 'missed', cause: 'overflow', entries: [entry] });
  };

  const pending = new BoundedQueue<Received<E>>({
    get capacity() {
      return settings().capacity;
    },
    overflow: 'conflate',
    key: pendingKey,
    onDrop: ({ topic }, reason) => {
      if (reason !== 'unpromoted') missed(topic, reason);
    },
  });

  const receiver = createReceiver<E>(config);

  const link = createLink<Received<E>>({
    transport: config.transport,
    endpoints: config.venue.endpoints,
    clock,
    wanted$: config.wanted$,
    receive: receiver.operator,
    pending,
    onPhase: config.onPhase,
  });

  const inTurn = observeOnBounded<Delivered<E>>(clock.io, {
    get capacity() {
      return settings().capacity;
    },
    get controlCapacity() {
      return settings().capacity;
    },
    get maxSlice() {
      return settings().maxSlice;
    },
    get maxBatch() {
      return settings().maxBatch;
    },
    key: conflationKey,
    control: isControl,
    onDrop: (element, reason) => {
      if (element.type !== 'data') {
        markersWaiting -= 1;
        return;
      }
      lost[reason] = (lost[reason] ?? 0) + 1;
      missed(element.data.topic, reason);
    },
  });

  const delivered$ = merge(link.events$, markers).pipe(
    tap(({ type }) => {
      if (type !== 'data') markersWaiting += 1;
    }),
    inTurn,
  );

  return {
    link,
    run: () =>
      delivered$.subscribe((element) => {
        if (element.type !== 'data') markersWaiting -= 1;
        hub.take(element);
      }),
    mark: (marker) => {
      markers.next(marker);
    },
    stats: () => {
      const { received, late, attempts } = link.stats();
      const { emitted, superseded, unclaimed } = hub.stats();
      const waiting = inTurn.stats();
      return {
        received,
        emitted,
        conflated: pending.stats().conflated + waiting.conflated,
        dropped: addCounts(pending.stats().dropped, lost, superseded > 0 ? { superseded } : {}),
        rejected: receiver.stats().rejected,
        unclaimed: receiver.unclaimed() + late + unclaimed,
        inFlight: pending.size + receiver.stats().inFlight + waiting.inFlight - markersWaiting,
        attempts,
      };
    },
  };
}
