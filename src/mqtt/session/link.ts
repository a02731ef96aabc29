import {
  catchError,
  defer,
  finalize,
  map,
  merge,
  type Observable,
  of,
  Subject,
  Subscription,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
import { retryBackoff } from '../../../operators/retryBackoff.js';
import { type ConnectionFailure, NetworkFailure } from '../../model/errors.js';
import type { Endpoint } from '../../model/transport.js';
import { askEndpoint } from './askEndpoint.js';
import { connection, type LinkEvent } from './connection.js';
import type { ConnectionPhase } from './connectionState.js';
import { addressOf } from '../transport/endpointUrl.js';
import { FlapWatch } from '../retry/flapWatch.js';
import { ClosingConnections } from './closingConnections.js';
import type { Refusals } from '../subscriptions/syncSubscriptions.js';
import type { Link, LinkConfig } from './linkTypes.js';
import { NoticeNews } from '../subscriptions/noticeNews.js';
import { NoticeTopics } from '../subscriptions/noticeTopics.js';
import { RetryPolicy } from '../retry/retryPolicy.js';
import { FLAP_LIFE, FOUND_RETRY } from '../retry/retryRules.js';
import { SubscribeWindow } from '../subscriptions/subscribeWindow.js';
import { SuspectedTopics } from '../subscriptions/suspectedTopics.js';
import { toFailure } from './toFailure.js';
import { type LedgerSummary, sameSummary, TopicLedger, type TopicSubscription } from '../subscriptions/topicLedger.js';

class ReconnectRequested extends NetworkFailure {
  constructor() {
    super('a reconnect was asked for');
  }
}

/** Makes the one link of a feed. Opens nothing until `events$` is subscribed to. */
export function createLink<D>(config: LinkConfig<D>): Link<D> {
  const { clock, wanted$, receive, pending } = config;
  const policy = new RetryPolicy(clock);
  const goodbyes = new ClosingConnections(clock);
  const flap = new FlapWatch(clock);
  const refusedBefore: Refusals = new Map();
  const suspects = new SuspectedTopics(clock);
  const ledgers = new Subject<void>();
  const cuts = new Subject<void>();
  const lates = new Subject<number>();
  const sleeps = new Subject<number>();
  const restarts = new Subject<void>();
  const stats = { received: 0, late: 0, attempts: 0 };
  let ledger = new TopicLedger();
  let notices: NoticeTopics | undefined;
  let window: SubscribeWindow | undefined;
  let openedAt: number | undefined;
  let isFound = false;
  let epoch: number | undefined;
  let told: LedgerSummary | undefined;
  let limited = false;
  let previous: ConnectionFailure | undefined;
  let wasLive = false;

  const phase = (next: ConnectionPhase): void => {
    told = next.status === 'live' ? next.ledger : undefined;
    const { verdict } = flap;
    config.onPhase(verdict === undefined ? next : { ...next, flap: verdict }, epoch);
  };

  const sayLive = (): void => {
    const summary = ledger.summary();
    if (told !== undefined && !sameSummary(told, summary)) phase({ status: 'live', ledger: summary });
  };

  const snapshot = (): ReadonlyMap<string, TopicSubscription> =>
    new Map([...(notices?.ledger.snapshot() ?? []), ...ledger.snapshot()]);

  const jitter = (): number => 0.5 + clock.random() / 2;

  /** Where connections flap, the one that lives long enough ends it. */
  const outlive = (): Subscription =>
    timer(FLAP_LIFE, clock.background).subscribe(() => {
      flap.outlived();
      config.onReport({ type: 'flap', verdict: flap.verdict });
      if (told !== undefined) phase({ status: 'live', ledger: told });
    });

  const connect = (asked: Endpoint, attempt: number): Observable<LinkEvent<D>> => {
    const endpoint = flap.connecting(asked);
    const life = new Subscription();
    ledger = new TopicLedger();
    window = new SubscribeWindow(clock, suspects);
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
      address: addressOf(endpoint.url),
      wanted$,
      receive,
      pending,
      ledger,
      notices,
      refusedBefore,
      suspects,
      window,
      release: (handle, socket) => {
        goodbyes.take(handle, socket);
      },
      late$: lates,
      woke$: sleeps,
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
        flap.promoted();
        suspects.promoted();
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
        if (step === 'subscribing') {
          openedAt = clock.monotonic();
          flap.opened();
          if (flap.verdict !== undefined) life.add(outlive());
        }
        phase({ status: 'connecting', step, attempt });
      },
      onLedger: (answered) => {
        ledgers.next();
        if (answered) sayLive();
      },
    }).pipe(
      finalize(() => {
        life.unsubscribe();
      }),
    );
  };

  const attempt = (): Observable<LinkEvent<D>> => {
    const number = stats.attempts;
    stats.attempts += 1;
    const renew = policy.begin();
    phase({ status: 'connecting', step: 'credentials', attempt: number });
    const request = { number, renew, wasLive, ...(previous === undefined ? {} : { previous }) };
    wasLive = false;
    openedAt = undefined;
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

  const judged = (error: unknown): ConnectionFailure => {
    isFound = false;
    if (error instanceof ReconnectRequested) return error;
    const failure = toFailure(error, 'the connection');
    if (openedAt === undefined || window === undefined) return flap.lost(failure);
    const unanswered = window.unanswered();
    const answered = window.answers > 0;
    const soon = clock.monotonic() - openedAt < FLAP_LIFE;
    const { suspected, refused, isProgress } = suspects.ended({
      failure,
      unanswered,
      answered,
      wasLive,
      isBurst: window.isBurst(),
      soon,
    });
    isFound = isProgress;
    if (suspected.length > 0) config.onReport({ type: 'suspected', topics: suspected });
    if (refused.length > 0) config.onReport({ type: 'closed-on', topics: refused });
    return flap.lost(failure, unanswered, answered);
  };

  const retried$ = allowed$.pipe(
    catchError((error: unknown) => throwError(() => (previous = judged(error)))),
    retryBackoff({
      resetOn: (event) => event.type === 'promoted',
      adjust: (backoff, error) =>
        error instanceof ReconnectRequested
          ? 0
          : policy.delay(error as ConnectionFailure, isFound ? Math.min(backoff, FOUND_RETRY * jitter()) : backoff),
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
    woke: (by) => {
      sleeps.next(by);
    },
    stats: () => ({ ...stats }),
  };
}
