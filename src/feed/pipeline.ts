import { connect, filter, finalize, ignoreElements, map, merge, type Observable, Subject, takeUntil, tap } from 'rxjs';
import { observeOnBounded } from '../../operators/observeOnBounded.js';
import { QueueStats } from '../../operators/queueStats.js';
import type { Clock } from '../model/clock.js';
import { fromMqtt } from '../mqtt/fromMqtt.js';
import type { MqttConnection, MqttEvent } from '../mqtt/mqttTypes.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import type { LinkReport } from '../mqtt/session/linkReport.js';
import { isWildcard } from '../model/topicFilter.js';
import type { WantedTopics } from '../mqtt/subscriptions/wantedTopics.js';
import type { Transport } from '../model/transport.js';
import type { Venue } from '../model/venue.js';
import type { DelayMeter } from './diagnostics/delayMeter.js';
import type { ResolvedSettings } from './feedConfig.js';
import type { FeedProcessor } from './trust/feedProcessor.js';
import { createReceiver, type Rejection, type Route } from './topics/receive.js';
import {
  conflationKey,
  type Control,
  type Delivered,
  isControl,
  type Marker,
  type Missed,
  type Turn,
} from './topics/received.js';
import { addCounts, type FeedStats } from './diagnostics/stats.js';
import type { TopicRegistry, Topic } from './topics/topicRegistry.js';

/** What a pipeline is laid between. */
export interface PipelineConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly transport: Transport | undefined;
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
  readonly onState: (state: ConnectionState) => void;
  readonly onReport: (report: LinkReport) => void;
}

type Account = Pick<
  FeedStats,
  'received' | 'emitted' | 'conflated' | 'dropped' | 'rejected' | 'unclaimed' | 'inFlight' | 'stages' | 'attempts'
>;

/** The way of every PUBLISH: fromMqtt → decode → observeOnBounded → trust. */
export interface Pipeline<E> {
  readonly mqtt: MqttConnection<Route<E>>;
  /** Connects, and delivers to the hub until `end$` emits. */
  run(end$: Observable<unknown>): void;
  /** A topic was forgotten for want of room: says so after the frame that took its place. */
  evicted(entry: Topic<E>): void;
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

  const frameRead = (): void => {
    meter.passed();
    reportEvicted();
  };

  const take = (element: Delivered<E>): void => {
    if (element.type === 'missed') unsaid.delete(element.cause);
    hub.take(element);
  };

  const receiver = createReceiver<E>({
    ...config,
    onUnreadable: (entry) => {
      missed(entry, 'unreadable');
    },
  });

  const { notices } = config.venue;
  const mqtt = fromMqtt<Route<E>>({
    endpoint: config.venue.endpoints,
    topics: config.wanted$,
    route: receiver.route,
    conflate: (_, route) => route !== 'unreadable' && route.decoder.delivery === 'image',
    subscribeImage: (topic) =>
      !isWildcard(topic) && config.venue.decoder(topic)?.delivery === 'image' ? config.venue.subscribeImage : 'none',
    ...(notices === undefined ? {} : { notices }),
    ...(config.transport === undefined ? {} : { transport: config.transport }),
    clock,
    maxPayload: config.maxPayload,
    get stallThreshold() {
      return settings().stallThreshold;
    },
  });

  /** Takes what an event of the connection says beside the order of the data; gives what must keep it. */
  const control = (event: MqttEvent<Route<E>>): Control | undefined => {
    switch (event.type) {
      case 'lost':
        // The frame that evicted a topic may also have ended its connection: nothing more is read of it then.
        reportEvicted();
        return event;
      case 'promoted':
      case 'stalled':
      case 'granted':
      case 'refused':
        return event;
      case 'settled':
        return { type: 'settled', epoch: event.epoch, order: event.sequence };
      case 'state':
        config.onState(event.state);
        return undefined;
      case 'dropped': {
        const { route: entry, receivedAt } = event.message;
        if (entry === 'unreadable') return undefined;
        entry.history.note(receivedAt, `dropped: ${event.reason}`);
        if (event.reason !== 'unpromoted') missed(entry);
        return undefined;
      }
      case 'clock-jump':
        slept += Math.max(0, event.by);
        config.onJump();
        return undefined;
      case 'unreadable-notice':
        config.onReject(event);
        return undefined;
      default:
        config.onReport(event);
        return undefined;
    }
  };

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

  const control$ = mqtt.events$.pipe(
    map(control),
    filter((event) => event !== undefined),
  );
  // The second subscriber of a message comes after the first is done with it.
  const data$ = mqtt.pipe(
    connect((messages$) => merge(receiver.operator(messages$), messages$.pipe(tap(frameRead), ignoreElements()))),
  );

  const delivered$ = merge(control$, markers, data$).pipe(
    tap(({ type }) => {
      if (type !== 'data') markersWaiting += 1;
    }),
    inTurn,
  );

  return {
    mqtt,
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
        if (element.type !== 'data' || !meter.isFresh(element.data.monotonicAt)) mqtt.checkClocks();
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
    turn: (turn) => {
      markers.next(turn);
    },
    stats: () => {
      const { received, notices: noticed, rejected, pending, inFlight, unclaimed: unwanted, attempts } = mqtt.stats();
      const { emitted, superseded, overlap, unclaimed } = hub.stats();
      const [decoding, waiting] = [receiver.stats(), queued.snapshot()];
      return {
        received,
        emitted: emitted + noticed,
        conflated: pending.conflated + waiting.conflated,
        dropped: addCounts(pending.dropped, decoding.dropped, lost, { superseded, overlap }),
        rejected: addCounts(decoding.rejected, rejected),
        unclaimed: unwanted + unclaimed,
        inFlight: inFlight + pending.inFlight + decoding.inFlight + waiting.inFlight + held - markersWaiting,
        stages: { pending, decode: decoding, queue: waiting },
        attempts,
      };
    },
  };
}
