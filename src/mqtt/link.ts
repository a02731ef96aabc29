import {
  catchError,
  defer,
  finalize,
  map,
  merge,
  type Observable,
  of,
  type OperatorFunction,
  Subject,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
import type { BoundedQueue } from '../../operators/internal/boundedQueue.js';
import { retryBackoff } from '../../operators/retryBackoff.js';
import type { Clock } from '../clock.js';
import { type ConnectionFailure, NetworkFailure } from '../errors.js';
import type { Endpoint, Transport } from '../transport.js';
import type { EndpointProvider } from '../venue.js';
import { askEndpoint } from './askEndpoint.js';
import { connection, type LinkEvent } from './connection.js';
import type { ConnectionPhase } from './connectionState.js';
import type { FirstImage } from './firstImages.js';
import type { Refusals } from './keepSubscribed.js';
import type { LinkReport } from './linkReport.js';
import { NoticeNews } from './noticeNews.js';
import { type NoticeConfig, NoticeTopics } from './noticeTopics.js';
import type { ReadFrame } from './readFrame.js';
import { Goodbyes } from './goodbyes.js';
import { RetryPolicy } from './retryPolicy.js';
import { toFailure } from './toFailure.js';
import { type LedgerSummary, sameSummary, TopicLedger, type TopicSubscription } from './topicLedger.js';
import type { WantedTopics } from './wantedTopics.js';

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
  /** What each topic's first message after SUBSCRIBE is known to be. */
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
  stats(): LinkStats;
}

class ReconnectRequested extends NetworkFailure {
  constructor() {
    super('a reconnect was asked for');
  }
}

/** Makes the one link of a feed. Opens nothing until `events$` is subscribed to. */
export function createLink<D>(config: LinkConfig<D>): Link<D> {
  const { clock, wanted$, receive, pending } = config;
  const policy = new RetryPolicy(clock);
  const goodbyes = new Goodbyes(clock);
  const refusedBefore: Refusals = new Map();
  const ledgers = new Subject<void>();
  const cuts = new Subject<void>();
  const lates = new Subject<number>();
  const restarts = new Subject<void>();
  const stats = { received: 0, late: 0, attempts: 0 };
  let ledger = new TopicLedger();
  let notices: NoticeTopics | undefined;
  let epoch: number | undefined;
  let told: LedgerSummary | undefined;
  let limited = false;
  let previous: ConnectionFailure | undefined;
  let wasLive = false;

  const phase = (next: ConnectionPhase): void => {
    told = next.status === 'live' ? next.ledger : undefined;
    config.onPhase(next, epoch);
  };

  const sayLive = (): void => {
    const summary = ledger.summary();
    if (told !== undefined && !sameSummary(told, summary)) phase({ status: 'live', ledger: summary });
  };

  const snapshot = (): ReadonlyMap<string, TopicSubscription> =>
    new Map([...(notices?.ledger.snapshot() ?? []), ...ledger.snapshot()]);

  const connect = (endpoint: Endpoint, attempt: number): Observable<LinkEvent<D>> => {
    ledger = new TopicLedger();
    notices = new NoticeTopics(config.notices, endpoint);
    const news = new NoticeNews(ledger, endpoint);
    notices.refusals$.subscribe((notice) => {
      for (const report of news.of(notice)) config.onReport(report);
    });
    ledgers.next();
    policy.connecting();
    phase({ status: 'connecting', step: 'network', attempt });
    return connection(config.transport(endpoint), {
      clock,
      wanted$,
      receive,
      pending,
      ledger,
      notices,
      refusedBefore,
      release: (handle, socket) => {
        goodbyes.take(handle, socket);
      },
      late$: lates,
      stallThreshold: config.stallThreshold,
      onResponsive: (responsive) => {
        phase(responsive ? { status: 'live', ledger: ledger.summary() } : { status: 'silent', why: 'unresponsive' });
      },
      cut$: cuts.pipe(
        // Asked again meanwhile, the limits may ask for longer.
        switchMap(() => (policy.wait() === 0 ? of(0) : timer(policy.wait(), clock.timers))),
        map(() => new ReconnectRequested()),
      ),
      promote: () => {
        epoch = epoch === undefined ? 0 : epoch + 1;
        policy.promoted();
        wasLive = true;
        phase({ status: 'live', ledger: ledger.summary() });
        return epoch;
      },
      onFrame: () => {
        stats.received += 1;
      },
      onLateFrame: () => {
        stats.received += 1;
        stats.late += 1;
      },
      firstImage: (topic) => config.firstImage(topic),
      onMute: (topics) => {
        config.onReport({ type: 'mute', topics });
      },
      onNoNotices: (why) => {
        config.onReport({ type: 'no-notices', why });
      },
      onStep: (step) => {
        phase({ status: 'connecting', step, attempt });
      },
      onLedger: (answered) => {
        ledgers.next();
        if (answered) sayLive();
      },
    });
  };

  const attempt = (): Observable<LinkEvent<D>> => {
    const number = stats.attempts;
    stats.attempts += 1;
    const renew = policy.begin();
    phase({ status: 'connecting', step: 'credentials', attempt: number });
    const request = { number, renew, wasLive, ...(previous === undefined ? {} : { previous }) };
    wasLive = false;
    return askEndpoint(config.endpoints, request, clock).pipe(switchMap((endpoint) => connect(endpoint, number)));
  };

  /** An attempt as soon as the limits allow it. */
  const allowed$: Observable<LinkEvent<D>> = defer(() => {
    const delay = policy.wait();
    limited = delay > 0;
    if (!limited) return attempt();
    phase({ status: 'waiting', delay, attempt: stats.attempts });
    return timer(delay, clock.timers).pipe(switchMap(() => allowed$));
  });

  const retried$ = allowed$.pipe(
    catchError((error: unknown) => throwError(() => (previous = toFailure(error)))),
    retryBackoff({
      resetOn: (event) => event.type === 'promoted',
      adjust: (backoff, error) =>
        error instanceof ReconnectRequested ? 0 : policy.delay(error as ConnectionFailure, backoff),
      onRetry: ({ error, delay }) => {
        phase(policy.phase(error as ConnectionFailure, delay, stats.attempts));
      },
      random: () => clock.random(),
      scheduler: clock.timers,
    }),
  );

  return {
    // The restarts first: whoever hears of the first attempt may ask for the next.
    events$: merge(restarts, of(undefined)).pipe(
      switchMap(() => retried$),
      finalize(() => {
        told = undefined;
      }),
    ),
    subscriptions$: merge(of(undefined), ledgers).pipe(map(snapshot)),
    subscriptions: snapshot,
    settled$: goodbyes.settled$,
    reconnect: ({ renew }) => {
      if (renew) policy.renew();
      // Without a connection there is nothing to cut, only a wait to end; that of the limits can't be ended.
      if (cuts.observed) cuts.next();
      else if (!limited) restarts.next();
    },
    late: (by) => {
      lates.next(by);
    },
    stats: () => ({ ...stats }),
  };
}
