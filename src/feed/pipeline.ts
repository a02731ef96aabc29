import { finalize, ignoreElements, map, merge, type Observable, Subject, takeUntil, tap } from 'rxjs';
import { BoundedQueue } from '../../operators/support/boundedQueue.js';
import { observeOnBounded } from '../../operators/observeOnBounded.js';
import { QueueStats } from '../../operators/queueStats.js';
import type { Clock } from '../model/clock.js';
import { ClockJumps } from '../model/clockJumps.js';
import { createLink } from '../mqtt/session/link.js';
import type { Link, LinkConfig } from '../mqtt/session/linkTypes.js';
import { isWildcard } from '../model/topicFilter.js';
import type { WantedTopics } from '../mqtt/subscriptions/wantedTopics.js';
import type { Transport } from '../model/transport.js';
import type { Venue } from '../model/venue.js';
import type { DelayMeter } from './diagnostics/delayMeter.js';
import type { ResolvedSettings } from './feedConfig.js';
import type { FeedProcessor } from './trust/feedProcessor.js';
import { readNotices } from './readNotices.js';
import { createReceiver, type Rejection } from './topics/receive.js';
import {
  conflationKey,
  type Delivered,
  isControl,
  type Marker,
  type Missed,
  pendingKey,
  type Received,
  type Turn,
} from './topics/received.js';
import { addCounts, type FeedStats } from './diagnostics/stats.js';
import type { TopicRegistry, Topic } from './topics/topicRegistry.js';

/** What a pipeline is laid between. */
export interface PipelineConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly wanted$: Observable<WantedTopics>;
  readonly book: TopicRegistry<E>;
  readonly hub: FeedProcessor<E>;
  readonly meter: DelayMeter;
  readonly maxPayload: number;
  readonly settings: () => ResolvedSettings;
  /** The wall clock jumped: the machine slept, or the clock was set. */
  readonly onJump: () => void;
  /** The number of keys that have room in the queues now: at least every wanted topic in two epochs. */
  readonly capacity: () => number;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
  readonly onPhase: LinkConfig<Received<E>>['onPhase'];
  readonly onReport: LinkConfig<Received<E>>['onReport'];
}

type Account = Pick<
  FeedStats,
  'received' | 'emitted' | 'conflated' | 'dropped' | 'rejected' | 'unclaimed' | 'inFlight' | 'stages' | 'attempts'
>;

/** The way of every PUBLISH: link → decode → wait for promotion → wait for a turn → hub. */
export interface Pipeline<E> {
  readonly link: Link<Received<E>>;
  /** Connects, and delivers to the hub until `end$` emits. */
  run(end$: Observable<unknown>): void;
  /** A topic was forgotten for want of room: says so after the frame that took its place. */
  evicted(entry: Topic<E>): void;
  /** Compares the clocks. After a sleep everything is doubted before anything more is delivered. */
  lookAtClocks(): void;
  /** Says what time told, in line with the data: a timer may fire while others still wait to be told of something. */
  turn(turn: Turn): void;
  stats(): Account;
}

/** Lays the pipe of a feed; nothing flows before `run()`. */
export function createPipeline<E extends { readonly symbol: string }>(config: PipelineConfig<E>): Pipeline<E> {
  const { clock, hub, meter, settings, capacity } = config;
  const markers = new Subject<Missed<E> | Turn>();
  const lost: Record<string, number> = {};
  /** Markers that lost their place in the queue under a flood of events; their turn is before whatever still waits. */
  const displaced: Marker<E>[] = [];
  const evicted: Topic<E>[] = [];
  let markersWaiting = 0;
  let held = 0;
  const jumps = new ClockJumps(clock);
  /** A jump that a frame has shown, in ms: reported when the frame is done with, so that nothing overtakes the frame. */
  let unreported = 0;
  /** How many ms the machine slept, until the hub is informed. */
  let slept = 0;
  const unsaid = new Map<Missed<E>['cause'], Set<Topic<E>>>();

  const missed = (entry: Topic<E>, cause: Missed<E>['cause'] = 'overflow'): void => {
    // One marker for all that is lost until it is taken, or the losses of a flood would be a flood of their own.
    const others = unsaid.get(cause);
    if (others !== undefined) others.add(entry);
    else if (markers.observed) {
      const entries = new Set([entry]);
      unsaid.set(cause, entries);
      markers.next({ type: 'missed', cause, entries });
    }
  };

  const reportEvicted = (): void => {
    for (const entry of evicted.splice(0)) missed(entry);
  };

  const look = (wall?: number, monotonic?: number): number => {
    const jump = jumps.look(wall, monotonic);
    slept += Math.max(0, jump);
    return jump;
  };

  const reportJump = (): void => {
    const jump = unreported;
    unreported = 0;
    if (jump > 0) link.woke(jump);
    if (jump !== 0) config.onJump();
  };

  const lookAtClocks = (): void => {
    unreported += look();
    reportJump();
  };

  const frameRead = (): void => {
    meter.passed();
    reportEvicted();
    reportJump();
  };

  const take = (element: Delivered<E>): void => {
    if (element.type === 'missed') unsaid.delete(element.cause);
    hub.take(element);
  };

  const pending = new BoundedQueue<Received<E>>({
    get capacity() {
      return capacity();
    },
    overflow: 'conflate',
    key: pendingKey,
    onDrop: ({ entry, receivedAt }, reason) => {
      entry.history.note(receivedAt, `dropped: ${reason}`);
      if (reason !== 'unpromoted') missed(entry);
    },
  });

  const receiver = createReceiver<E>({
    ...config,
    onRead: (wall, monotonic) => {
      unreported += look(wall, monotonic);
    },
    onUnreadable: (entry) => {
      missed(entry, 'unreadable');
    },
  });

  const { notices } = config.venue;
  const noticed = new QueueStats();
  const noticeReader = readNotices(notices, config, noticed);

  const link = createLink<Received<E>>({
    transport: config.transport,
    endpoints: config.venue.endpoints,
    clock,
    wanted$: config.wanted$,
    // The second subscriber of a frame comes after the first is done with it.
    receive: (frame$) => merge(receiver.operator(frame$), frame$.pipe(tap(frameRead), ignoreElements())),
    pending,
    notices: { topics: notices?.topics ?? [], receive: noticeReader },
    firstImage: (topic) =>
      !isWildcard(topic) && config.venue.decoder(topic)?.delivery === 'image' ? config.venue.subscribeImage : 'none',
    stallThreshold: () => settings().stallThreshold,
    onPhase: config.onPhase,
    onReport: config.onReport,
  });

  const queued = new QueueStats(clock.io);
  const inTurn = observeOnBounded<Delivered<E>>(clock.io, {
    get capacity() {
      return capacity();
    },
    get controlCapacity() {
      return capacity();
    },
    get maxSlice() {
      return settings().maxSlice;
    },
    get maxBatch() {
      return settings().maxBatch;
    },
    key: conflationKey,
    control: isControl,
    stats: queued,
    onDrop: (element, reason) => {
      if (element.type !== 'data') {
        markersWaiting -= 1;
        if (reason !== 'unsubscribed') displaced.push(element);
        return;
      }
      lost[reason] = (lost[reason] ?? 0) + 1;
      element.data.entry.history.note(element.data.receivedAt, `dropped: ${reason}`, element.epoch);
      // What nobody waits for any more is not missed.
      if (reason !== 'unsubscribed') missed(element.data.entry);
    },
  });

  const events$ = link.events$.pipe(
    tap(({ type }) => {
      // The frame that evicted a topic may also have ended its connection: nothing more is read of it then.
      if (type === 'lost') reportEvicted();
    }),
    map((event) => (event.type === 'settled' ? { ...event, order: receiver.order() } : event)),
  );

  const delivered$ = merge(events$, markers).pipe(
    tap(({ type }) => {
      if (type !== 'data') markersWaiting += 1;
    }),
    inTurn,
  );

  return {
    link,
    run: (end$) => {
      let over = false;
      const end = (): void => {
        over = true;
        meter.rest();
        displaced.length = 0;
        evicted.length = 0;
        unsaid.clear();
      };
      delivered$.pipe(takeUntil(end$), finalize(end)).subscribe((element) => {
        if (element.type === 'data') held = 1;
        else markersWaiting -= 1;
        // An element that waited may have waited through a sleep, and must not be handed out before the doubt of it.
        if (element.type !== 'data' || !meter.isFresh(element.data.monotonicAt)) lookAtClocks();
        if (slept > 0 && !over) hub.woke(slept);
        slept = 0;
        for (let first = displaced.shift(); first !== undefined; first = displaced.shift()) take(first);
        held = 0;
        // Data is accounted for whatever happens; a marker means nothing to a hub that was put to rest by the one before.
        if (element.type === 'data') {
          meter.begin(element.data.monotonicAt);
          take(element);
          meter.end();
        } else if (!over) take(element);
      });
    },
    evicted: (entry) => {
      evicted.push(entry);
    },
    lookAtClocks,
    turn: (turn) => {
      markers.next(turn);
    },
    stats: () => {
      const { received, late, attempts } = link.stats();
      const { emitted, superseded, overlap, unclaimed } = hub.stats();
      const [unpromoted, decoding, waiting] = [pending.stats(), receiver.stats(), queued.snapshot()];
      const told = noticed.snapshot();
      return {
        received,
        emitted: emitted + told.emitted,
        conflated: unpromoted.conflated + waiting.conflated,
        dropped: addCounts(unpromoted.dropped, decoding.dropped, told.dropped, lost, { superseded, overlap }),
        rejected: addCounts(decoding.rejected, told.rejected),
        unclaimed: receiver.unclaimed() + late + unclaimed,
        inFlight: unpromoted.inFlight + decoding.inFlight + told.inFlight + waiting.inFlight + held - markersWaiting,
        stages: { pending: unpromoted, decode: decoding, queue: waiting },
        attempts,
      };
    },
  };
}
