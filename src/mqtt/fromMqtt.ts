import { catchError, NEVER, Observable, ReplaySubject, shareReplay, Subject, type Subscriber, takeUntil } from 'rxjs';
import { defaultTransport } from '#transport';
import { QueueStats } from '../../operators/queueStats.js';
import { systemClock } from '../model/systemClock.js';
import type { EndpointProvider } from '../model/venue.js';
import { checkMqttConfig } from './mqttConfig.js';
import type { MqttConfig, MqttConnection, MqttEvent, MqttMessage } from './mqttTypes.js';
import type { LifeEvent } from './session/connection.js';
import { ConnectionStates } from './session/connectionStates.js';
import type { ConnectionPhase } from './session/connectionState.js';
import { Inbox } from './session/inbox.js';
import { type Asker, Session } from './session/session.js';
import { readNotices } from './subscriptions/notices/readNotices.js';
import { wantedTopics } from './subscriptions/wantedTopics.js';

const DEFAULT_MAX_PAYLOAD = 262_144;
const DEFAULT_STALL_THRESHOLD = 250;

/**
 * The MQTT connection as a reconnecting Observable. It connects for the first subscriber, subscribes to `topics`,
 * reconnects without giving up, and disconnects after the last subscriber has left. Subscribers share one connection.
 *
 * For newcomers: `fromEvent` for a broker. It is the first stage of a feed, and can be used alone without a venue.
 *
 * ```text
 * connection  --(connected)-------(lost)---(connected)--
 * result      ----------a--b--c----------------d--e-----   epoch 0 for a, b, c; epoch 1 for d, e
 * ```
 *
 * **Emits** every PUBLISH in order, tagged with the epoch of the connection that read it. Retained and first messages
 * are emitted too; `retain` and `first` mark them. Messages that come before the broker has answered for every topic
 * wait for that answer. At most 16 MiB wait, conflated by topic only if `conflate` returns true. When the queue is
 * full, the oldest message is dropped, counted, and reported as `dropped`.
 * **Completes** never.
 * **Errors** with the error of `topics`, or with `RXQ_ARGUMENT` when `topics` emits an invalid list. The connection is
 * then closed, and a later subscriber starts a new one. The broker and the network never cause an error: see `state$`.
 * **On unsubscribe** of the last subscriber: sends DISCONNECT and no UNSUBSCRIBE; the connection is gone within 2 s (`closed$`).
 * **Limits** at most 8 connects and 3 renewals of credentials a minute. A refused topic does not affect other topics. A
 * broker that sends packets beyond the limits of size and number is disconnected. Messages of a topic of more than
 * 1,024 characters are `unclaimed`.
 * **Memory** the messages that wait for a promotion, and a small entry for each wanted topic that brought a message: at
 * most 65,536 entries, and 8,388,608 characters of names. When they are full, all entries are forgotten, and the next
 * message of each topic counts as its first one.
 * **Time** from `clock`; while the connection is live and quiet, there is no timer except the keep-alive of the
 * transport.
 *
 * Gotchas: `payload` is valid only during the call, so decode or copy it at once. Messages before this one may have
 * been missed: watch `events$` for `lost` and `stalled`, or use a `quoteFeed`, which adds trust, the state of the
 * market and replay. A queue after this Observable delays messages but not events, so a message of an older epoch may
 * come after `lost`. `events$` has no replay: subscribe to it first.
 *
 * @example
 * ```ts
 * const mqtt = fromMqtt({ endpoint: 'mqtts://broker.example', topics: ['px/+/book'] });
 * mqtt.state$.subscribe(({ status }) => log(status));
 * mqtt.pipe(decode((payload, { topic }) => readQuote(payload, topic))).subscribe((quote) => trade(quote));
 * ```
 *
 * @param config - see `MqttConfig`
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT` when an option is unknown or out of range
 * @since 0.1.0
 */
export function fromMqtt<R = undefined>(config: MqttConfig<R>): MqttConnection<R> {
  const endpoints: EndpointProvider = checkMqttConfig(config);
  const { clock = systemClock, maxPayload = DEFAULT_MAX_PAYLOAD, notices, onSubscribe = 'nothing' } = config;
  const events = new Subject<MqttEvent<R>>();
  const states = new ConnectionStates(clock);
  const lags = new Subject<number>();
  const sleeps = new Subject<number>();
  /**
   * Emits when the present run ends; a run lasts from the first subscriber to the last. `undefined` without
   * subscribers.
   */
  let end: Subject<void> | undefined;
  const noticeStats = new QueueStats();

  const inbox = new Inbox<R>(clock, config, {
    onClockJump: (by) => {
      // The sleep is reported first, so that no handler of the jump can show an old message as new.
      if (by > 0) sleeps.next(by);
      events.next({ type: 'clock-jump', by });
    },
    onLag: (by) => {
      lags.next(by);
    },
    onDrop: (message, reason) => {
      events.next({ type: 'dropped', reason, message });
    },
  });

  const phase = (next: ConnectionPhase, epoch?: number): void => {
    events.next({ type: 'state', state: states.set(next, epoch) });
  };

  const wanted$ = wantedTopics(config.topics).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const session = new Session<R>(
    {
      transport: config.transport ?? defaultTransport({ clock, maxPayload }),
      endpoints,
      clock,
      // An error of `topics` ends the stream; the session must not see it.
      wanted$: wanted$.pipe(catchError(() => NEVER)),
      lag$: lags,
      sleep$: sleeps,
      notices: {
        topics: notices?.topics ?? [],
        receive: readNotices(notices, maxPayload, noticeStats, (notice) => {
          events.next({ type: 'unreadable-notice', ...notice });
        }),
      },
      stallThreshold: () => config.stallThreshold ?? DEFAULT_STALL_THRESHOLD,
      onSubscribe: (topic) =>
        typeof onSubscribe === 'function' ? (inbox.ask(() => onSubscribe(topic)) ?? 'nothing') : onSubscribe,
    },
    inbox,
    {
      onPhase: phase,
      onReport: (report) => {
        events.next(report);
      },
    },
  );

  const start = (): void => {
    // A ReplaySubject, because a listener in one step may end the run, and then no later step may subscribe.
    const ended$ = new ReplaySubject<void>(1);
    end = ended$;
    (clock.jumps?.() ?? NEVER).pipe(takeUntil(ended$)).subscribe(() => {
      inbox.checkClocks();
    });
    wanted$.pipe(takeUntil(ended$)).subscribe({
      error: (error: unknown) => {
        // The run stops before the subscribers get the error: one of them may subscribe again at once and start a new run.
        const fail = inbox.detach();
        stop();
        fail(error);
      },
    });
    session.events$.pipe(takeUntil(ended$)).subscribe((event) => {
      events.next(toMqttEvent(event, inbox.received));
    });
  };

  const stop = (): void => {
    if (end === undefined) return;
    const ending = end;
    end = undefined;
    ending.next();
    // A subscriber that received the end may have subscribed again.
    if (end !== undefined) return;
    inbox.rest();
    phase({ status: 'idle' });
  };

  const messages$ = new Observable<MqttMessage<R>>((subscriber: Subscriber<MqttMessage<R>>) => {
    inbox.add(subscriber);
    subscriber.add(() => {
      if (!inbox.isObserved) stop();
    });
    if (end === undefined && inbox.isObserved) start();
  });

  return Object.assign(messages$, {
    state$: states.state$,
    events$: events.asObservable(),
    subscriptions$: session.subscriptions$,
    closed$: session.settled$,
    subscriptions: () => session.subscriptions(),
    subscription: (topic: string) => session.subscription(topic),
    stats: () => {
      const { received, emitted, unclaimed, callbackErrors, inFlight, held } = inbox;
      const { emitted: read, rejected, inFlight: reading, dropped } = noticeStats.snapshot();
      return {
        received,
        emitted,
        notices: read,
        rejected,
        unclaimed: unclaimed + (dropped['unsubscribed'] ?? 0),
        inFlight: inFlight + reading,
        pending: held.stats(),
        attempts: session.attempts,
        reconnects: { ...session.reconnects },
        callbackErrors,
      };
    },
    reroute: (topic?: string) => {
      session.reroute(topic);
    },
    checkClocks: () => {
      inbox.checkClocks();
    },
    reconnect: ({
      renew = false,
      askedBy = 'application',
    }: {
      readonly renew?: boolean;
      readonly askedBy?: Asker;
    } = {}) => {
      session.reconnect({ renew, askedBy });
    },
  });
}

function toMqttEvent<R>(event: LifeEvent, sequence: number): MqttEvent<R> {
  return event.type === 'settled' ? { ...event, sequence } : event;
}
