import { finalize, merge, type Observable, takeUntil } from 'rxjs';
import { observeOnBounded } from '../../operators/observeOnBounded.js';
import { QueueStats } from '../../operators/queueStats.js';
import { tapMetrics } from '../../operators/tapMetrics.js';
import type { Clock } from '../model/clock.js';
import type { MqttConnection } from '../mqtt/mqttTypes.js';
import type { FeedLog } from './diagnostics/feedLog.js';
import type { DelayMeter } from './diagnostics/delayMeter.js';
import { addCounts, type FeedStats } from './diagnostics/stats.js';
import type { ResolvedSettings } from './feedConfig.js';
import { conflationKey, type Received } from './topics/received.js';
import type { Receiver, Route } from './receiver.js';
import type { TopicRefCount } from './topics/topicRefCount.js';
import { type ControlQueue, controlTurn, type ControlTurn } from './trust/controlQueue.js';
import type { FeedProcessor } from './trust/feedProcessor.js';

/** The parts that a pipeline connects. */
export interface PipelineConfig<E extends { readonly symbol: string }> {
  readonly clock: Clock;
  readonly mqtt: MqttConnection<Route<E>>;
  readonly receiver: Receiver<E>;
  readonly control: ControlQueue<E>;
  readonly processor: FeedProcessor<E>;
  readonly wanted: TopicRefCount;
  readonly meter: DelayMeter;
  readonly settings: Readonly<ResolvedSettings>;
  readonly log: FeedLog;
}

type Account = Pick<
  FeedStats,
  | 'received'
  | 'emitted'
  | 'conflated'
  | 'dropped'
  | 'rejected'
  | 'unclaimed'
  | 'inFlight'
  | 'stages'
  | 'attempts'
  | 'reconnects'
>;

/** The path of every PUBLISH: fromMqtt → decode → observeOnBounded → tapMetrics → trust → consumers. */
export interface Pipeline {
  /** Connects, and hands out messages until `end$` emits. */
  run(end$: Observable<unknown>): void;
  stats(): Account;
}

/** Makes the pipe of a feed; it connects with `run()`. */
export function createPipeline<E extends { readonly symbol: string }>(config: PipelineConfig<E>): Pipeline {
  const { clock, mqtt, receiver, control, processor, wanted, meter, settings, log } = config;
  const queued = new QueueStats(clock.io);
  const lost: Record<string, number> = {};
  // Logged after the turn: the queue calls back for each of several drops, and in between the counts don't add up.
  const drops: { readonly reason: string; readonly topic: string }[] = [];
  const logDrops = (): void => {
    for (const { reason, topic } of drops.splice(0)) log.lost('dropped', reason, topic);
  };

  /** The present capacity of the queue, in keys: at least every wanted topic in two epochs. */
  const room = (): number => Math.max(settings.capacity, 2 * wanted.most);

  const inTurn = observeOnBounded<Received<E> | ControlTurn>(meter.io, {
    get capacity() {
      return room();
    },
    get controlCapacity() {
      return room();
    },
    get maxSlice() {
      return settings.maxSlice;
    },
    get maxBatch() {
      return settings.maxBatch;
    },
    key: (element) => (element === controlTurn ? element : conflationKey(element)),
    // The status of a market is never conflated.
    control: (element) => element === controlTurn || element.topic.decoder.delivery === 'event',
    stats: queued,
    onDrop: (element, reason) => {
      if (element === controlTurn) {
        // A message replaced this turn in the queue; the waiting control events are handled before that message.
        control.turnLeft();
        return;
      }
      lost[reason] = (lost[reason] ?? 0) + 1;
      element.topic.history.note(element.image.receivedAt, `dropped: ${reason}`, element.epoch);
      // Without a subscriber no image is missed.
      if (reason === 'unsubscribed') return;
      if (log.isOn && drops.push({ reason, topic: element.topic.name }) === 1) clock.io.schedule(logDrops);
      control.missed(element.topic, 'overflow');
    },
  });

  const measured = tapMetrics<Received<E> | ControlTurn>(meter, {
    name: 'feed',
    since: (element) => (element === controlTurn ? NaN : element.image.monotonicAt),
    sample: (element) => element !== controlTurn && meter.sample(element.image.monotonicAt),
    scheduler: meter.timed,
  });

  return {
    run: (end$) => {
      control.clear();
      merge(control.turns$, mqtt.pipe(receiver.decode))
        .pipe(
          inTurn,
          measured,
          takeUntil(end$),
          finalize(() => {
            meter.rest();
          }),
        )
        .subscribe(processor.take);
    },
    stats: () => {
      const connection = mqtt.stats();
      const { pending, attempts, reconnects } = connection;
      const { emitted, superseded, overlap, evicted, unclaimed } = processor.stats();
      const [decoding, waiting] = [receiver.stats(), queued.snapshot()];
      const waitingData = waiting.inFlight - control.waitingTurns + processor.inFlight;
      return {
        received: connection.received,
        emitted: emitted + connection.notices,
        conflated: pending.conflated + waiting.conflated,
        dropped: addCounts(pending.dropped, decoding.dropped, lost, { superseded, overlap, evicted }),
        rejected: addCounts(decoding.rejected, connection.rejected),
        unclaimed: connection.unclaimed + unclaimed,
        inFlight: connection.inFlight + pending.inFlight + decoding.inFlight + waitingData,
        stages: { pending, decode: decoding, queue: waiting },
        attempts,
        reconnects,
      };
    },
  };
}
